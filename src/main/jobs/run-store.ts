// What the queue keeps of a run, and what it needs back to go on.
import type { RunId } from '../../preload/contract/identifiers.ts'
import type { RecordResult, Run, RunMetrics } from '../../preload/contract/runs.ts'

/** The part of a result that metrics and progress are made from. */
export type ScoredRecord = Pick<RecordResult, 'record' | 'status' | 'scores'>

export interface RunStore {
  readonly list: () => Promise<readonly Run[]>
  /** Makes the folder, gives it an id and writes run.json. */
  readonly create: (run: Omit<Run, 'id'>) => Promise<Run>
  /** Replaces run.json; either the old or the new file is there at any moment. */
  readonly save: (run: Run) => Promise<void>
  readonly remove: (id: RunId) => Promise<boolean>
  /** Appends one line and waits until it is on the disk. */
  readonly appendResult: (id: RunId, result: RecordResult) => Promise<void>
  readonly appendEvent: (id: RunId, kind: string, text?: string) => Promise<void>
  /** Scores of every complete line of results.jsonl, in order. A torn last line (power cut, SIGKILL) is not a result. */
  readonly readScores: (id: RunId) => Promise<ScoredRecord[]>
  readonly saveMetrics: (id: RunId, metrics: RunMetrics) => Promise<void>
  /** Closes the run's logs until the next line. */
  readonly close: (id: RunId) => Promise<void>
}
