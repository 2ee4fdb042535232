// What every protocol is handed, and what they share: seeds by record, results of failures.
import type { EditRecord } from '../../preload/contract/records.ts'
import type { Protocol, RecordResult, RetentionCell } from '../../preload/contract/runs.ts'
import { messageOf } from '../base/errors.ts'
import { createJob } from '../base/job.ts'
import type { Job } from '../base/job.ts'
import { createRandom } from '../base/random.ts'
import type { EditTask } from './edit-record.ts'

export interface RunExecution extends EditTask {
  readonly seed: number
  /** Every record of the run, in order; finished ones are not repeated, but batches and sequences need to know them. */
  readonly records: Iterable<EditRecord> | AsyncIterable<EditRecord>
  readonly protocol?: Protocol
  /** batch: records in one edit; sequential: edits between two scorings of all earlier ones. */
  readonly group?: number
  /** Records that already have a result line, and how they ended. */
  readonly finished?: ReadonlyMap<string, RecordResult['status']>
  /** Cells of the retention matrix that are already written, as `cellKey` names them. */
  readonly retained?: ReadonlySet<string>
  /** Stops at once, in the middle of a record; what was begun leaves no result. */
  readonly signal?: AbortSignal
  /** Asked between records: true stops after the current one. */
  readonly isPaused?: () => boolean
  /** One call a record, in order; awaited, so a result is on disk before the next record begins. */
  readonly onResult: (result: RecordResult) => void | Promise<void>
  readonly onRetention?: (cell: RetentionCell) => void | Promise<void>
  /** What people should know about how the run went on, as a sentence. */
  readonly onNote?: (sentence: string) => void
}

export interface RunOutcome {
  readonly status: 'finished' | 'paused' | 'cancelled'
  /** Records of this execution, without those skipped. */
  readonly done: number
  readonly failed: number
}

export const cellKey = ({ time, edit }: Pick<RetentionCell, 'time' | 'edit'>): string => `${time}/${edit}`

/** Randomness depends on the run's seed and the record alone, so a resumed run gives the same numbers. */
export function jobFor(seed: number, record: string, signal: AbortSignal): Job {
  return { ...createJob({ seed, signal }), random: createRandom(seed).fork(record) }
}

export const failedResult = (record: EditRecord, error: unknown, elapsedMs: number): RecordResult =>
  ({ record: record.id, status: 'failed', reason: messageOf(error), steps: 0, losses: [], editMs: 0, elapsedMs, scores: {}, probes: [] })

/** Hands results over and counts them. */
export function createTally(run: Pick<RunExecution, 'onResult'>) {
  let done = 0
  let failed = 0
  return {
    async take(result: RecordResult): Promise<void> {
      await run.onResult(result)
      if (result.status === 'done')
        done++
      else
        failed++
    },
    outcome: (status: RunOutcome['status']): RunOutcome => ({ status, done, failed }),
  }
}
