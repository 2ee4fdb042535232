// Automatic checks on datasets: run one after the other, kept beside the decisions, read back.
import { join } from 'node:path'
import type { Dataset } from '../../preload/contract/datasets.ts'
import type { CheckEvent, CheckInfo, CheckRequest, Finding, FindingQuery, MadeCheck } from '../../preload/contract/findings.ts'
import type { DatasetId } from '../../preload/contract/identifiers.ts'
import { messageOf } from '../base/errors.ts'
import { sha256OfFile } from '../base/hash.ts'
import { elapsed, now } from '../base/log.ts'
import type { Check, CheckedDataset, CheckInput } from '../checks/check.ts'
import { checks } from '../checks/index.ts'
import { getDataset } from '../workspace/datasets.ts'
import type { CheckRecord } from '../workspace/findings.ts'
import type { Study } from '../workspace/open-workspace.ts'
import { createChannel } from './channel.ts'
import { openCheckFindings } from './check-findings.ts'
import { createCheckModel } from './check-model.ts'
import { readCheckedDataset } from './checked-dataset.ts'
import type { Lab } from './lab.ts'
import { findModel } from './model-cases.ts'
import { openPictureLooks } from './picture-looks.ts'
import { memoryOf } from './resolve-plan.ts'
import { dataHashOf } from './run-data.ts'

export interface CheckCases {
  readonly list: () => CheckInfo[]
  /** One check after the other; what is made is kept even if a later one fails or the caller leaves. Throws a sentence before the first. */
  readonly check: (request: CheckRequest, signal?: AbortSignal) => AsyncGenerator<CheckEvent, void, undefined>
  /** Check by check, each in the order of the records. */
  readonly findings: (query: FindingQuery) => Promise<{ total: number, findings: Finding[], made: MadeCheck[], notes: string[] }>
  /** All findings of a dataset by record, for queues; the same object as long as they are the same. Without those about an earlier import. */
  readonly byRecord: (dataset: DatasetId) => Promise<ReadonlyMap<string, readonly Finding[]>>
}

export interface CheckCaseOptions {
  readonly study: Study
  readonly lab: Pick<Lab, 'stream'>
  /** Folder of what is kept between programs: looks at pictures, features. */
  readonly cache: string
  readonly checkWritable: () => void
  readonly onChange: (dataset: DatasetId) => void
}

/** Between two reports of progress. */
const progressMs = 100

export function createCheckCases({ study, lab, cache, checkWritable, onChange }: CheckCaseOptions): CheckCases {
  const looks = openPictureLooks(join(cache, 'pictures', 'looks-1.f32'))
  const found = openCheckFindings(study)
  const going = new Set<DatasetId>()

  async function keep(dataset: DatasetId, record: CheckRecord): Promise<MadeCheck> {
    await found.keep(dataset, record)
    onChange(dataset)
    const { made } = await found.now(dataset)
    return made.find(({ check }) => check === record.check)!
  }

  async function run(chosen: readonly Check[], { request, against, signal, push }: Work): Promise<void> {
    const dataset = await getDataset(study, request.dataset)
    const model = request.model === undefined ? undefined : await findModel(study, request.model)
    const whole = await readCheckedDataset(study, dataset, looks, signal)
    let others: CheckedDataset[] | undefined
    for (const check of chosen) {
      const { id, needsModel, needsOthers = false, version } = check
      const started = elapsed()
      try {
        if (needsModel && !model)
          throw new Error('This check asks a model, and none was chosen. Choose one.')
        if (needsOthers && against.length === 0)
          throw new Error(`There is nothing to compare '${dataset.id}' with: no train part belongs to it in this study. Name datasets that must not overlap with it.`)
        // Of the data as it is before it is looked at.
        const data = await dataHashOf(study, dataset.id)
        const hashes = needsOthers ? Object.fromEntries(await Promise.all(against.map(async other => [other.id, await dataHashOf(study, other.id)] as const))) : {}
        if (needsOthers)
          others ??= await Promise.all(against.map(other => readCheckedDataset(study, other, looks, signal)))
        const input: CheckInput = {
          dataset: whole,
          against: needsOthers ? others ?? [] : [],
          signal,
          progress: throttled(id, push),
          ...(model ? { model: createCheckModel({ lab, model: model.path, fingerprint: model.fingerprint, provider: request.provider, folder: join(cache, 'features'), dataset: whole, hashOf: path => sha256OfFile(path).catch(() => undefined), signal }) } : {}),
        }
        const { findings, notes } = await check.run(input)
        const record = { check: id, version, at: new Date(now()).toISOString(), seconds: Math.round(elapsed() - started) / 1000, data, against: hashes, ...(needsModel && model ? { model: { id: model.id, fingerprint: model.fingerprint } } : {}), notes: [...notes], findings: [...findings] }
        push({ kind: 'made', made: await keep(dataset.id, record) })
      }
      catch (error) {
        if (signal.aborted)
          throw error
        push({ kind: 'failed', check: id, reason: messageOf(error) })
      }
      finally {
        await looks.flush()
      }
    }
  }

  return {
    list: () => checks.all.map(({ id, label, summary, severity, needsModel }) => ({ id, label, summary, severity, needsModel })),
    async* check(request, outer) {
      checkWritable()
      const chosen = request.checks.length > 0 ? checks.all.filter(({ id }) => request.checks.map(checks.get).some(check => check.id === id)) : checks.all.filter(({ needsModel }) => !needsModel || request.model !== undefined)
      const against = await othersOf(study, request)
      if (going.has(request.dataset))
        throw new Error(`Checks of dataset '${request.dataset}' are being made already. Wait until they are done, or stop them.`)
      going.add(request.dataset)
      const leave = new AbortController()
      const signal = outer ? AbortSignal.any([outer, leave.signal]) : leave.signal
      const channel = createChannel<CheckEvent>()
      const work = run(chosen, { request, against, signal, push: channel.push }).then(() => channel.finish(), channel.fail)
      try {
        yield* channel.read()
      }
      finally {
        leave.abort()
        await work
        going.delete(request.dataset)
      }
    },
    async findings({ dataset, checks: wanted, record, offset, limit }) {
      await getDataset(study, dataset)
      const { all, made, notes } = await found.now(dataset)
      wanted.forEach(checks.get)
      const matching = wanted.length === 0 && record === undefined ? all : all.filter(finding => (wanted.length === 0 || wanted.includes(finding.check)) && (record === undefined || finding.record === record))
      return { total: matching.length, findings: matching.slice(offset, offset + limit), made: [...made], notes: [...notes] }
    },
    byRecord: async dataset => (await found.now(dataset)).byRecord,
  }
}

interface Work {
  readonly request: CheckRequest
  readonly against: readonly Dataset[]
  readonly signal: AbortSignal
  readonly push: (event: CheckEvent) => void
}

/** The datasets named, or the train part. Throws a sentence for the dataset itself. */
async function othersOf(study: Study, { dataset, against }: CheckRequest): Promise<Dataset[]> {
  if (against.length > 0) {
    if (against.includes(dataset))
      throw new Error(`Dataset '${dataset}' overlaps with itself. Name others; records that it holds twice are found by the check 'duplicate-records'.`)
    return Promise.all([...new Set(against)].map(id => getDataset(study, id)))
  }
  await getDataset(study, dataset)
  const part = await memoryOf(study, dataset, undefined)
  return part ? [part] : []
}

/** Reports of progress that never go back and do not come too often; the last one always comes. */
function throttled(check: string, push: (event: CheckEvent) => void): CheckInput['progress'] {
  let told = -Infinity
  let most = -1
  return (done, total) => {
    if (done <= most || (done < total && elapsed() - told < progressMs))
      return
    most = done
    told = elapsed()
    push({ kind: 'progress', check, done, total })
  }
}
