// The loop over a run's records: skips what is finished, survives what fails, stops when asked.
import { isAbort, messageOf } from '../base/errors.ts'
import { createJob } from '../base/job.ts'
import type { Job } from '../base/job.ts'
import { elapsed } from '../base/log.ts'
import { createRandom } from '../base/random.ts'
import type { EditRecord } from '../../preload/contract/records.ts'
import type { RecordResult } from '../../preload/contract/runs.ts'
import { editRecord } from './edit-record.ts'
import type { EditTask } from './edit-record.ts'

export interface RunExecution extends EditTask {
  readonly seed: number
  readonly records: Iterable<EditRecord> | AsyncIterable<EditRecord>
  /** Ids of records that already have a result line; they are not repeated. */
  readonly finished?: ReadonlySet<string>
  /** Stops at once, in the middle of a record; what was begun leaves no result. */
  readonly signal?: AbortSignal
  /** Asked between records: true stops after the current one. */
  readonly isPaused?: () => boolean
  /** One call a record, in order; awaited, so a result is on disk before the next record begins. */
  readonly onResult: (result: RecordResult) => void | Promise<void>
}

export interface RunOutcome {
  readonly status: 'finished' | 'paused' | 'cancelled'
  /** Records of this execution, without those skipped. */
  readonly done: number
  readonly failed: number
}

/**
 * Edits every record with the pristine model (no edit sees another) and hands over the results.
 * Throws a sentence if the model does not support the method; a record that fails becomes a `failed` result instead.
 */
export async function executeRun(run: RunExecution): Promise<RunOutcome> {
  const support = run.method.supports(run.model, run.scope, run.config)
  if (support !== true)
    throw new Error(support)
  const signal = run.signal ?? new AbortController().signal
  let done = 0
  let failed = 0
  for await (const record of run.records) {
    if (run.finished?.has(record.id))
      continue
    if (signal.aborted)
      return { status: 'cancelled', done, failed }
    if (run.isPaused?.())
      return { status: 'paused', done, failed }
    const result = await resultOf(run, record, jobFor(run.seed, record.id, signal))
    if (result === 'cancelled')
      return { status: 'cancelled', done, failed }
    await run.onResult(result)
    if (result.status === 'done')
      done++
    else
      failed++
  }
  return { status: 'finished', done, failed }
}

/** Randomness depends on the run's seed and the record alone, so a resumed run gives the same numbers. */
export function jobFor(seed: number, record: string, signal: AbortSignal): Job {
  return { ...createJob({ seed, signal }), random: createRandom(seed).fork(record) }
}

async function resultOf(run: RunExecution, record: EditRecord, job: Job): Promise<RecordResult | 'cancelled'> {
  const start = elapsed()
  try {
    return (await editRecord(run, record, job)).result
  }
  catch (error) {
    if (job.signal.aborted || isAbort(error))
      return 'cancelled'
    return { record: record.id, status: 'failed', reason: messageOf(error), steps: 0, losses: [], editMs: 0, elapsedMs: elapsed() - start, scores: {}, probes: [] }
  }
}
