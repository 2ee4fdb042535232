// Two columns of scores on the same records: how often they are equal, and by how much they differ on average.
import type { ReportRun } from '../query/report-run.ts'
import { estimate } from '../statistics/bootstrap.ts'
import type { Interval } from '../statistics/bootstrap.ts'

type Column = readonly (number | null)[]

export interface Paired {
  /** Share of records on which both are the same. */
  readonly equal: number
  /** Mean of the first minus the second, with its bootstrap interval over records. */
  readonly difference: Interval
}

/** Two readings of one run: rows on which both are known. None: undefined. */
export function pairedColumns(a: Column | undefined, b: Column | undefined, seed = 0): Paired | undefined {
  if (!a || !b)
    return undefined
  const differences = a.flatMap((value, i) => {
    const other = b[i] ?? null
    return value === null || other === null ? [] : [value - other]
  })
  const difference = estimate(differences, { seed, unit: 'nats', resamples: 1000 })
  return difference && { equal: differences.filter(value => Math.abs(value) < 1e-9).length / differences.length, difference }
}

/** One reading of two runs, over the records that both have scored. */
export function pairedRuns(a: ReportRun, b: ReportRun, metric: string, variant: string): Paired | undefined {
  const own = a.records?.scores[metric]?.[variant]
  const other = b.records?.scores[metric]?.[variant]
  if (!own || !other || !a.records || !b.records)
    return undefined
  const places = new Map(b.records.records.map((record, i) => [record, i]))
  return pairedColumns(own, a.records.records.map(record => other[places.get(record) ?? -1] ?? null), a.run.plan.seed)
}

/** "−12.3 points [−15.0, −9.1]" for shares, nats as they are. */
export function differenceText({ mean, low, high }: Interval, unit: 'share' | 'nats'): string {
  const bare = (value: number): string => (unit === 'share' ? (value * 100).toFixed(1) : String(Number(value.toPrecision(3)))).replace(/^-(?=0(\.0*)?$)/, '').replace('-', '−')
  return `${mean > 0 ? '+' : ''}${bare(mean)} ${unit === 'share' ? 'points' : 'nats'} [${bare(low)}, ${bare(high)}]`
}
