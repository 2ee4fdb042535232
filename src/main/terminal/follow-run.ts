// Waiting for a run: progress on stderr, Ctrl-C pauses, one object at the end.
import type { ContractRouterClient } from '@orpc/contract'
import type { Contract } from '../../preload/contract/index.ts'
import type { RunId } from '../../preload/contract/identifiers.ts'
import type { Estimate, Run, RunMetrics } from '../../preload/contract/runs.ts'
import { elapsed } from '../base/log.ts'
import { primaryEstimates } from '../runs/summary.ts'
import { alignedTable } from './print.ts'

export type Client = ContractRouterClient<Contract>

export interface RunReport {
  readonly run: RunId
  readonly status: Run['status']
  readonly reason?: string
  /** Records with a result, failed ones included. */
  readonly records: number
  readonly failed: number
  /** The strict reading of every metric, and all readings beside it. */
  readonly metrics: Readonly<Record<string, Estimate & { readonly variants: Readonly<Record<string, Estimate>> }>>
}

const time = (seconds: number): string => seconds < 90 ? `${Math.ceil(seconds)} s` : seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`

/** `12 of 20 records, 3.1 a second, 3 s left`. */
export function progressLine(run: Run): string {
  return [
    `${run.doneCount} of ${run.recordCount} records`,
    run.failedCount > 0 ? `${run.failedCount} failed` : '',
    run.recordsPerSecond === null ? '' : `${run.recordsPerSecond.toPrecision(2)} a second`,
    run.secondsLeft === null ? '' : `${time(run.secondsLeft)} left`,
  ].filter(Boolean).join(', ')
}

export function reportOf(run: Run, metrics: RunMetrics): RunReport {
  const primary = primaryEstimates(metrics)
  return {
    run: run.id,
    status: run.status,
    ...(run.reason === undefined ? {} : { reason: run.reason }),
    records: run.doneCount,
    failed: run.failedCount,
    metrics: Object.fromEntries(Object.entries(primary).map(([id, estimate]) => [id, { ...estimate, variants: metrics[id] ?? {} }])),
  }
}

/** The report as a small table. */
export function reportForPeople(report: RunReport): string {
  const share = (value: number): string => value.toFixed(3)
  const rows = Object.entries(report.metrics).map(([id, { mean, low, high, n }]) => [id, share(mean), `${share(low)} – ${share(high)}`, String(n)])
  return `${report.run}: ${report.status}, ${report.records} records, ${report.failed} failed\n${rows.length > 0 ? `\n${alignedTable(['metric', 'mean', '95 % interval', 'n'], rows)}` : ''}`
}

/** A line that replaces itself on a terminal; elsewhere one line every few seconds. */
function createProgress(stream: NodeJS.WriteStream): { show: (line: string) => void, end: () => void } {
  let lastMs = -Infinity
  return {
    show(line) {
      if (stream.isTTY) {
        stream.write(`\r\u001B[K${line}`)
        return
      }
      if (elapsed() - lastMs < 5_000)
        return
      lastMs = elapsed()
      stream.write(`${line}\n`)
    },
    end: () => void (stream.isTTY && stream.write('\r\u001B[K')),
  }
}

/** Follows a run to its end. The first Ctrl-C pauses it, so that `runs resume` goes on where it was. */
export async function followRun(client: Client, id: RunId): Promise<RunReport> {
  const progress = createProgress(process.stderr)
  const interrupt = (): void => {
    process.stderr.write('\nPausing after Ctrl-C …\n')
    // A second Ctrl-C has no listener any more and ends the program; what is finished is on the disk.
    client.runs.pause({ id }).catch(() => undefined)
  }
  process.once('SIGINT', interrupt)
  process.once('SIGTERM', interrupt)
  try {
    for await (const event of await client.runs.watch({ id })) {
      if (event.kind !== 'run')
        continue
      progress.show(event.run.status === 'waiting' || event.run.provider === undefined ? 'Opening the model …' : progressLine(event.run))
      if (event.run.status !== 'waiting' && event.run.status !== 'running')
        break
    }
  }
  finally {
    progress.end()
    process.off('SIGINT', interrupt)
    process.off('SIGTERM', interrupt)
  }
  const { run, metrics } = await client.runs.get({ id })
  return reportOf(run, metrics)
}
