// What `runs start`, `runs resume` and `runs grid` print of a run.
import type { RunId } from '../../preload/contract/identifiers.ts'
import type { Cost, Estimate, Run, RunSummary } from '../../preload/contract/runs.ts'
import { primaryEstimates } from '../runs/summary.ts'
import { alignedTable } from './print.ts'

export interface RunReport {
  readonly run: RunId
  readonly status: Run['status']
  readonly reason?: string
  /** Records with a result, failed ones included; steps of a training. */
  readonly records: number
  readonly failed: number
  /** The strict reading of every metric, and all readings beside it. */
  readonly metrics: Readonly<Record<string, Estimate & { readonly variants: Readonly<Record<string, Estimate>> }>>
  readonly verdicts?: RunSummary['verdicts']
  readonly cost?: Cost
  readonly secondsPerEdit?: Estimate
  /** Id of the editor that a training left behind. */
  readonly editor?: string
}

export function reportOf(run: Run, { metrics, verdicts, cost, secondsPerEdit, editor }: RunSummary): RunReport {
  const primary = primaryEstimates(metrics)
  return {
    run: run.id,
    status: run.status,
    ...(run.reason === undefined ? {} : { reason: run.reason }),
    records: run.doneCount,
    failed: run.failedCount,
    metrics: Object.fromEntries(Object.entries(primary).map(([id, estimate]) => [id, { ...estimate, variants: metrics[id] ?? {} }])),
    ...(Object.keys(verdicts).length > 0 ? { verdicts } : {}),
    ...(cost ? { cost } : {}),
    ...(secondsPerEdit ? { secondsPerEdit } : {}),
    ...(editor === undefined ? {} : { editor }),
  }
}

const share = (value: number): string => value.toFixed(3)

function costLine({ seconds, forwardPasses, backwardPasses, peakBytes }: Cost): string {
  return `${seconds.toFixed(1)} s, ${forwardPasses} forward and ${backwardPasses} backward passes, at most ${(peakBytes / 2 ** 20).toFixed(0)} MiB of memory`
}

/** The report as a small table. */
export function reportForPeople(report: RunReport): string {
  const { run, status, reason, records, failed, metrics, verdicts, cost, secondsPerEdit, editor } = report
  if (editor !== undefined)
    return [`${run}: ${status}, ${records} steps`, ...(reason === undefined ? [] : [reason]), `Editor '${editor}' is in the study.`, ...(cost ? [`Training took ${costLine(cost)}.`] : [])].join('\n')
  const rows = Object.entries(metrics).map(([id, { mean, low, high, n }]) => [id, share(mean), `${share(low)} – ${share(high)}`, String(n)])
  return [
    `${run}: ${status}, ${records} records, ${failed} failed`,
    ...(rows.length > 0 ? ['', alignedTable(['metric', 'mean', '95 % interval', 'n'], rows)] : []),
    ...(verdicts ? ['', `Verdicts: ${Object.entries(verdicts).map(([id, count]) => `${count} ${id}`).join(', ')}`] : []),
    ...(secondsPerEdit ? [`Seconds per edit: ${secondsPerEdit.mean.toPrecision(3)} (${secondsPerEdit.low.toPrecision(3)} – ${secondsPerEdit.high.toPrecision(3)})`] : []),
    ...(cost ? [`All edits took ${costLine(cost)}.`] : []),
  ].join('\n')
}
