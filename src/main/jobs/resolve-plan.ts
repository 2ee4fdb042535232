// A run's plan in this study: the entries it names, checked before anything is written; what is refused leaves no run behind.
import type { Dataset } from '../../preload/contract/datasets.ts'
import type { DatasetId } from '../../preload/contract/identifiers.ts'
import type { Model } from '../../preload/contract/models.ts'
import type { RunPlan } from '../../preload/contract/runs.ts'
import { definitionsVersion } from '../metrics/index.ts'
import type { Method } from '../methods/method.ts'
import type { Survey } from '../models/survey.ts'
import { firstRecords, parseTraining, preparePlan, refusalOf } from '../runs/plan.ts'
import { getDataset, listDatasets, openDataset } from '../workspace/datasets.ts'
import { getModel } from '../workspace/models.ts'
import type { Study } from '../workspace/open-workspace.ts'
import { chooseEditor } from './editor-cases.ts'
import type { RecordSource } from './protocol.ts'
import { dataHashOf } from './run-data.ts'
import { trainCommand } from './train-command.ts'
import type { ResolvedPlan } from './work-run.ts'
import { versions } from './versions.ts'

/** What methods look at of a model; the backend reads it from the checkpoint's headers. */
export type Surveyor = (model: Pick<Model, 'path' | 'fingerprint'>) => Promise<Survey>

/** Surveys are remembered by checkpoint. */
export function createSurveyor(survey: (folder: string) => Promise<Survey>): Surveyor {
  const known = new Map<string, Promise<Survey>>()
  return ({ path, fingerprint }) => {
    const key = `${path} ${fingerprint}`
    const found = known.get(key) ?? survey(path)
    known.set(key, found)
    found.catch(() => known.delete(key))
    return found
  }
}

/** The train part that belongs to a dataset: the same id with 'train' for 'eval', if the study has it. */
async function trainPartOf(study: Study, id: DatasetId): Promise<DatasetId | undefined> {
  const wanted = id.replace('eval', 'train')
  const { datasets } = await listDatasets(study)
  return wanted === id ? undefined : datasets.find(dataset => dataset.id === wanted)?.id
}

/** The records that an edit of this dataset may learn from. Throws a sentence when it would be the dataset itself. */
export async function memoryOf(study: Study, dataset: DatasetId, wanted: DatasetId | undefined): Promise<Dataset | undefined> {
  if (wanted === dataset)
    throw new Error(`Dataset '${dataset}' cannot be the memory of its own edits: a method would look its answers up. Choose its train part, or leave --memory out.`)
  const id = wanted ?? await trainPartOf(study, dataset)
  return id === undefined ? undefined : getDataset(study, id)
}

export const sourceOf = (study: Study, { id, imageRoots }: Dataset, limit?: number): RecordSource =>
  ({ dataset: id, records: study.layout.dataset(id).records, imageRoots, ...(limit === undefined ? {} : { limit }) })

/** What a user would type to get the missing editor: on all train parts of the study together, the largest first, if the dataset has one. */
export async function commandFor(study: Study, method: Method, plan: Pick<RunPlan, 'model' | 'dataset' | 'scope'>): Promise<string> {
  const { datasets } = await listDatasets(study)
  const parts = datasets.filter(({ id }) => id.includes('train')).sort((a, b) => b.recordCount - a.recordCount).map(({ id }) => id)
  const [dataset = plan.dataset, ...alsoFrom] = await trainPartOf(study, plan.dataset) === undefined ? [] : parts
  return trainCommand({ model: plan.model, scope: plan.scope, dataset, alsoFrom, method: { id: method.id, config: {} }, training: {}, seed: 0 }, method)
}

/** Throws a sentence if something that the plan names is not there, or if the method cannot do what it asks. */
export async function resolvePlan(study: Study, request: RunPlan, survey: Surveyor): Promise<ResolvedPlan> {
  const { method, config, metrics } = preparePlan(request)
  const model = await getModel(study, request.model)
  const { dataset, records } = await openDataset(study, request.dataset)
  const whole: RunPlan = { ...request, method: { id: method.id, config }, metrics: metrics.map(metric => metric.id) }
  const common = { folder: model.path, fingerprint: model.fingerprint, dataset: dataset.id, imageRoots: dataset.imageRoots, versions: { ...versions(), data: await dataHashOf(study, dataset.id), model: model.fingerprint.slice(0, 16), definitions: definitionsVersion } }
  const name = request.name?.trim()

  if (request.kind === 'train') {
    const { config: training } = parseTraining(method, request.training)
    await refuse(method, survey, model, request, config, 'single')
    const further = await Promise.all(request.alsoFrom.filter(id => id !== dataset.id).map(id => getDataset(study, id)))
    const { memory: _memory, editor: _editor, ...plan } = { ...whole, training, alsoFrom: further.map(({ id }) => id), protocol: 'single' as const, group: 1 }
    const sources = [dataset, ...further].map(each => sourceOf(study, each, request.limit))
    return {
      ...common,
      plan,
      name: name || `Training of ${method.label}, ${plan.scope}, ${[dataset, ...further].map(each => each.name).join(' and ')}`,
      recordCount: training.iterations,
      readRecords: () => Promise.resolve([]),
      training: { sources, datasets: [dataset, ...further].map(({ id }) => id), command: trainCommand(plan, method) },
    }
  }

  await refuse(method, survey, model, request, config, request.protocol)
  const editor = await chooseEditor(study, { method, scope: request.scope, model, editor: request.editor, command: await commandFor(study, method, request) })
  const memory = await memoryOf(study, dataset.id, request.memory)
  const plan: RunPlan = { ...whole, alsoFrom: [], ...(memory ? { memory: memory.id } : {}), ...(editor ? { editor: editor.id } : {}) }
  return {
    ...common,
    plan,
    name: name || `${method.label}, ${plan.scope}, ${dataset.name}${plan.protocol === 'single' ? '' : `, ${plan.protocol}${plan.group > 1 ? ` ${plan.group}` : ''}`}`,
    recordCount: Math.min(dataset.recordCount, request.limit ?? dataset.recordCount),
    ...(memory ? { memory: sourceOf(study, memory) } : {}),
    ...(editor ? { editorFile: editor.file } : {}),
    async readRecords() {
      await records.refresh()
      return records.read([...firstRecords(Array.from({ length: records.count() }, (_, line) => line), request.limit)])
    },
  }
}

async function refuse(method: Method, survey: Surveyor, model: Model, { scope }: RunPlan, config: unknown, protocol: RunPlan['protocol']): Promise<void> {
  const refusal = refusalOf(method, await survey(model), scope, config, protocol)
  if (refusal !== undefined)
    throw new Error(refusal)
}
