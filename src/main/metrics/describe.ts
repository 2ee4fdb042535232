// What a metric says of itself to the page and the command line.
import type { MetricInfo } from '../../preload/contract/methods.ts'
import type { Metric } from './metric.ts'

/** The metric without its functions. */
export function describeMetric(metric: Metric): MetricInfo {
  const { id, label, symbol, summary } = metric
  return {
    id,
    label,
    symbol,
    summary,
    variants: metric.variants.map(({ id, label, summary, higherIsBetter, unit }) => ({ id, label, summary, higherIsBetter, unit })),
  }
}
