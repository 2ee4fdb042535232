// What tables and figures are made from: runs over the records that are compared, with as much of their results as was asked for.
import type { Comparability, Comparison, Counted } from '../../preload/contract/comparison.ts'
import type { RunId, SliceId } from '../../preload/contract/identifiers.ts'
import type { Reported } from '../../preload/contract/reported.ts'
import type { Cost, Estimate, RetentionCell, Run, RunMetrics, TrainingStep } from '../../preload/contract/runs.ts'
import type { ScoreColumns } from '../workspace/score-columns.ts'

/** What an entry needs beside means: scores by record, loss curves of edits, the retention matrix, loss curves of a training. */
export type ReportNeed = 'records' | 'losses' | 'retention' | 'steps'

/** One row of a comparison: a run, over all its compared records or over a slice of them. */
export interface ReportRun {
  /** Unique in the comparison: the run's id, with the slice's behind a slash. */
  readonly key: string
  readonly run: Run
  /** Over the compared records only. */
  readonly metrics: RunMetrics
  /** Records these are, failed ones left out. */
  readonly recordCount: number
  readonly modelName?: string
  readonly datasetName?: string
  /** Name in legends; left out: the name people gave the run, or what it does differently. */
  readonly label?: string
  readonly slice?: { readonly id: SliceId, readonly name: string }
  readonly secondsPerEdit?: Estimate
  readonly cost?: Cost
  /** The compared records, column by column; with 'records', or where a baseline was chosen. */
  readonly records?: ScoreColumns
  /** The loss of every step, one list a compared record; with 'losses'. */
  readonly losses?: readonly (readonly number[])[]
  readonly retention?: readonly RetentionCell[]
  readonly steps?: readonly TrainingStep[]
}

export interface ReportInput {
  readonly runs: readonly ReportRun[]
  readonly reported: readonly Reported[]
  readonly variant: string
  /** Only of figures: the metric that was chosen. */
  readonly metric?: string
  /** Id of the run that deltas are against; its rows are among `runs`. */
  readonly baseline?: string
  /** The records that rows are over; left out: the common ones. */
  readonly over?: Comparison['records']
  readonly comparability: Comparability
  /** What the audit did to the rows; left out: all probes count. */
  readonly counted?: Counted
  /** What that was made from: a hash of every dataset's decisions, and the runs that scored fixed probes. */
  readonly audit?: { readonly hashes: () => Readonly<Record<string, string>>, readonly repairs: readonly RunId[] }
}

/** The data that a run was made on: equal record ids mean equal records only within one. Runs before 0.2 wrote no hash of it. */
export const dataOf = ({ plan, versions }: Run): string => `${plan.dataset}\n${versions['data'] ?? ''}`
