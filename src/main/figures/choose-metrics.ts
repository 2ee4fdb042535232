// Which metrics a figure can show: those that have the variant, and that at least one of the rows measured; all of them or one.
import { metrics } from '../metrics/index.ts'
import type { Metric, Variant } from '../metrics/metric.ts'
import type { FigureRow } from './rows.ts'

/** The choice that shows every metric, for figures that can also show one alone. */
export const allMetrics = { metrics: ['all-metrics', ...metrics.all.map(({ id }) => id)], labels: { 'all-metrics': 'All metrics' } }

export interface Chosen {
  readonly metric: Metric
  readonly variant: Variant
}

/** Throws a sentence for a variant that no metric has; what is left out is said in `notes`. */
export function chooseMetrics(rows: readonly FigureRow[], variant: string, only = 'all-metrics'): { readonly chosen: readonly Chosen[], readonly notes: readonly string[] } {
  const all = metrics.all.flatMap((metric) => {
    const found = metric.variants.find(({ id }) => id === variant)
    return found ? [{ metric, variant: found }] : []
  })
  if (all.length === 0) {
    const known = [...new Set(metrics.all.flatMap(metric => metric.variants.map(({ id }) => id)))]
    throw new Error(`No metric has a reading '${variant}'. Known: ${known.join(', ')}.`)
  }
  const wanted = only === 'all-metrics' ? all : all.filter(({ metric }) => metric.id === only)
  const chosen = wanted.filter(({ metric }) => rows.some(row => row.markOf(metric.id, variant)))
  const missing = metrics.all.filter(metric => (only === 'all-metrics' || metric.id === only) && !chosen.some(one => one.metric === metric))
  return {
    chosen,
    notes: rows.length > 0 && missing.length > 0 ? [`Left out, because no chosen run has this reading of them: ${missing.map(({ label }) => label).join(', ')}.`] : [],
  }
}
