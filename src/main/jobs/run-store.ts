// What the queue keeps of a run, and what it needs back to go on.
import type { RunId } from '../../preload/contract/identifiers.ts'
import type { RecordResult, RetentionCell, Run, RunSummary, TrainingStep } from '../../preload/contract/runs.ts'

/** The part of a result that metrics and progress are made from. */
export type ScoredRecord = Pick<RecordResult, 'record' | 'status' | 'scores' | 'verdict' | 'cost'>

export const scoredPart = ({ record, status, scores, verdict, cost }: RecordResult): ScoredRecord =>
  ({ record, status, scores, ...(verdict ? { verdict } : {}), ...(cost ? { cost } : {}) })

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
  /** Appends one cell of the retention matrix and waits until it is on the disk. */
  readonly appendCell: (id: RunId, cell: RetentionCell) => Promise<void>
  readonly readCells: (id: RunId) => Promise<RetentionCell[]>
  /** Appends one line of a training and waits until it is on the disk. */
  readonly appendStep: (id: RunId, step: TrainingStep) => Promise<void>
  /** Whole lines of a training, in order. */
  readonly readSteps: (id: RunId) => Promise<TrainingStep[]>
  /** Makes these the training's lines: what was written after the checkpoint that it goes on from is made again. */
  readonly replaceSteps: (id: RunId, steps: readonly TrainingStep[]) => Promise<void>
  readonly readSummary: (id: RunId) => Promise<RunSummary>
  readonly saveSummary: (id: RunId, summary: RunSummary) => Promise<void>
  /** Closes the run's logs until the next line. */
  readonly close: (id: RunId) => Promise<void>
}
