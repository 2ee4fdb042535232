// Which records of a run to list: all, failed ones, one verdict, or those that miss a metric's goal.
import type { MetricInfo, Verdict, VerdictInfo } from '@contract/methods.ts'

export interface ResultFilter { readonly value: string, readonly label: string, readonly condition: Condition }
export interface Condition { readonly status?: 'failed', readonly verdict?: Verdict, readonly metric?: string, readonly variant?: string, readonly min?: number, readonly max?: number }

/** How far from its best value a score may be and still count as reached. */
const nearly = 1e-6

/** Filters in the order of the menu; verdicts only where the run has some. */
export function resultFilters(metrics: readonly MetricInfo[], verdicts: readonly VerdictInfo[], counts: Readonly<Partial<Record<Verdict, number>>>): ResultFilter[] {
  return [
    { value: 'all', label: 'All records', condition: {} },
    { value: 'failed', label: 'Failed to run', condition: { status: 'failed' } },
    ...verdicts.filter(({ id }) => (counts[id] ?? 0) > 0).map(({ id, label }): ResultFilter => ({ value: `verdict-${id}`, label: `Verdict: ${label.toLowerCase()}`, condition: { verdict: id } })),
    ...metrics.map(({ id, label, variants: [primary] }): ResultFilter => primary?.higherIsBetter === false
      ? { value: id, label: `${label} above 0`, condition: { metric: id, variant: primary.id, min: nearly } }
      : { value: id, label: `${label} not reached`, condition: { metric: id, variant: primary?.id ?? 'strict', max: 1 - nearly } }),
  ]
}

/** Is a score of the metric's primary reading as good as can be? */
export function isFull({ variants: [primary] }: MetricInfo, score: number): boolean {
  return primary?.higherIsBetter === false ? score <= nearly : score >= 1 - nearly
}
