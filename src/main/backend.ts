// The backend, put together once for whoever hosts it: window, server, terminal, tests.
import { join } from 'node:path'
import type { LabPlan } from '../preload/contract/lab.ts'
import type { RunPlan } from '../preload/contract/runs.ts'
import type { WorkspaceEvent } from '../preload/contract/workspace.ts'
import { createAuditBooks } from './audits/books.ts'
import { createLog } from './base/log.ts'
import { createImageStore } from './datasets/image-store.ts'
import { alignRuns } from './jobs/alignment.ts'
import { createAuditCases } from './jobs/audit-cases.ts'
import { auditInfluence } from './jobs/audit-influence.ts'
import { createAuditStates } from './jobs/audit-states.ts'
import { createBroadcast } from './jobs/channel.ts'
import { createCheckCases } from './jobs/check-cases.ts'
import { createCleanCases } from './jobs/clean-cases.ts'
import { createCounting } from './jobs/counting.ts'
import { createDatasetCases } from './jobs/dataset-cases.ts'
import { createEditorCases, placeEditor } from './jobs/editor-cases.ts'
import { createEngineClient } from './jobs/engine-client.ts'
import type { EngineClient } from './jobs/engine-client.ts'
import { startGrid } from './jobs/grid.ts'
import { createLab } from './jobs/lab.ts'
import type { LabRecord } from './jobs/lab.ts'
import { createLabSearch } from './jobs/lab-search.ts'
import { labRecord } from './jobs/lab-record.ts'
import { createModelCases, findModel } from './jobs/model-cases.ts'
import { createNeighbours } from './jobs/neighbours.ts'
import { createPictures } from './jobs/pictures.ts'
import { createEngineOpener } from './jobs/open-engine.ts'
import { openStudy } from './jobs/open-study.ts'
import { createPublish } from './jobs/publish.ts'
import { createQueryCases } from './jobs/query-cases.ts'
import { createQueue, readRuns } from './jobs/queue.ts'
import { createRepairs } from './jobs/repairs.ts'
import { createReportedCases } from './jobs/reported-cases.ts'
import { createReports } from './jobs/reports.ts'
import { createSurveyor, resolvePlan } from './jobs/resolve-plan.ts'
import { resolveRepair } from './jobs/resolve-repair.ts'
import { createResults } from './jobs/results.ts'
import { openRunFiles } from './jobs/run-files.ts'
import { createSliceCases } from './jobs/slice-cases.ts'
import { startSweep } from './jobs/sweep.ts'
import { workbenchVersion } from './jobs/versions.ts'
import { createViewCases } from './jobs/view-cases.ts'
import type { ResolvedPlan } from './jobs/work-run.ts'
import { surveyModel } from './models/survey.ts'
import type { Survey } from './models/survey.ts'
import { createRecordQueries } from './query/records.ts'
import { createStudyDatabase } from './query/study-database.ts'
import type { BackendContext, Host } from './router/context.ts'
import { summarise } from './runs/summary.ts'
import type { ImageSource } from './transport/page.ts'
import { dataHome } from './workspace/home.ts'
import { isTaken } from './workspace/pid-file.ts'
import { openOwnPictures } from './workspace/pictures.ts'

export interface BackendOptions {
  /** Study folder; left out: the sample study in the user's data folder. */
  readonly workspace?: string
  /** `read` works beside another program that has the study open. */
  readonly access: 'read' | 'write'
  readonly host?: Host
  /** Hears what takes long while opening. */
  readonly progress?: (sentence: string) => void
  /** Tests put another engine here. */
  readonly createEngine?: () => EngineClient
  /** And what they say of a model that has no files. */
  readonly survey?: (folder: string) => Promise<Survey>
}

export interface Backend {
  readonly context: BackendContext
  readonly images: ImageSource
  /** Pauses the run that is going, ends the engines, gives the study back. */
  readonly close: () => Promise<void>
}

/** Opens the study. Throws a sentence if the folder is none, or is being written by another program. */
export async function openBackend({ workspace, access, host = {}, progress, createEngine = createEngineClient, survey = surveyModel }: BackendOptions): Promise<Backend> {
  const log = createLog('backend')
  const study = await openStudy(workspace, access, progress)
  const news = createBroadcast<WorkspaceEvent>()
  const changed = (noun: Extract<WorkspaceEvent, { kind: 'changed' }>['noun']) => (id: string): void => news.send({ kind: 'changed', noun, id })
  const checkWritable = (): void => {
    if (study.access === 'read')
      throw new Error(`Study '${study.root}' was opened for reading only.`)
  }
  const imageStore = createImageStore()
  const ownPictures = openOwnPictures(study.layout.pictures)
  const pictures = createPictures(imageStore, ownPictures)
  const database = createStudyDatabase(study)
  const books = createAuditBooks(study)
  const auditStates = createAuditStates(study, books)
  const queries = createRecordQueries(study, imageStore, database, auditStates.facetOf)
  const openEngine = createEngineOpener(createEngine, join(dataHome(), 'cache', 'answers'))
  const recordOf = (plan: LabPlan): Promise<LabRecord> => labRecord(study, plan, () => queries.get(plan.dataset, plan.record), pictures.fileOf)
  const lab = createLab({
    openEngine,
    async checkpointOf(model) {
      const { path, fingerprint } = await findModel(study, model)
      return { folder: path, fingerprint }
    },
    imageOf: pictures.fileOf,
    recordOf,
    onStatus: engine => news.send({ kind: 'engine', engine }),
  })
  const surveyor = createSurveyor(survey)
  const store = openRunFiles(study, log)
  const isGoing = access === 'read' && await isTaken(study.layout.pid)
  const resolve = (plan: RunPlan): Promise<ResolvedPlan> => resolvePlan(study, plan, surveyor)
  const queue = createQueue(await readRuns(store, { isGoing, save: access === 'write' }), {
    store,
    resolve: (plan, id) => plan.repairs === undefined ? resolve(plan) : resolveRepair({ study, books, listRuns: () => queue.list(), getRun: run => queue.get(run), resolve }, { ...plan, repairs: plan.repairs }, id),
    summarise,
    openEngine,
    trainedFolder: id => study.layout.run(id).trained.folder,
    async placeEditor(id, plan) {
      const editor = await placeEditor(study, plan, study.layout.run(id).trained.editor)
      changed('editors')(editor)
      return editor
    },
    checkWritable,
    onChange: changed('runs'),
  })
  const counting = createCounting({ study, books, listRuns: queue.list })
  const slices = createSliceCases({ study, queries, counting, checkWritable, warn: log.warn, onChange: changed('slices') })
  const reported = createReportedCases({ study, checkWritable, onChange: changed('reported') })
  const checks = createCheckCases({ study, lab, cache: join(dataHome(), 'cache'), checkWritable, onChange: changed('audits') })
  const reports = createReports({ study, counting, listRuns: queue.list, getRun: queue.get, slices, reported })
  const context: BackendContext = {
    workspace: () => ({ name: study.name, path: study.root, version: workbenchVersion, capabilities: { pickFolder: host.pickFolder !== undefined } }),
    watchWorkspace: signal => news.watch(signal, [{ kind: 'engine', engine: lab.status() }]),
    host,
    datasets: createDatasetCases({
      study,
      queries,
      checkWritable,
      warn: log.warn,
      onChange(id) {
        books.forget(id)
        changed('datasets')(id)
      },
    }),
    models: createModelCases({ study, lab, checkWritable, warn: log.warn, onChange: changed('models') }),
    editors: createEditorCases({ study, checkWritable, warn: log.warn, onChange: changed('editors') }),
    queue,
    startGrid: plan => startGrid(study, queue, plan),
    results: createResults({ study, queue, counting, slices }),
    lab,
    reports,
    publish: createPublish({ study, reports, checkWritable }),
    reported,
    slices,
    views: createViewCases({ study, checkWritable, warn: log.warn, onChange: changed('views') }),
    queries: createQueryCases({ database }),
    audits: createAuditCases({ study, books, queries, checks, influence: (book, request) => auditInfluence(study, queue.list(), book, request), checkWritable, onChange: changed('audits') }),
    auditStates,
    checks,
    repairs: createRepairs({ study, books, queue }),
    clean: createCleanCases({ study, books, queries, pictures, checkWritable }),
    neighbours: createNeighbours({ study, queries, images: imageStore, lab, folder: join(dataHome(), 'cache', 'features') }),
    labSearch: createLabSearch({ study, queries, lab, recordOf, survey: surveyor }),
    startSweep: plan => startSweep(study, queue, surveyor, plan),
    align: request => alignRuns({ study, queue, counting, slices }, request),
    async addPicture(name, data) {
      checkWritable()
      return ownPictures.add(name, Buffer.from(data, 'base64'))
    },
  }
  return {
    context,
    images: pictures,
    async close() {
      await queue.close('The workbench was closed. Resume continues with the next record.')
      await lab.close()
      await books.close()
      await pictures.close()
      await database.close()
      news.close()
      await study.close()
    },
  }
}
