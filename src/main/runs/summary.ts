// Results of a run → mean, 95 % interval and n of every metric and variant.
import type { Estimate, RecordResult, RunMetrics, Scores } from '../../preload/contract/runs.ts'
import { metrics as registry } from '../metrics/index.ts'
import { estimate } from '../statistics/bootstrap.ts'

export interface Summary {
  /** Takes the next result's scores; failed records have none and count nowhere. */
  readonly add: (result: { readonly scores: Scores }) => void
  /** Every metric in the registry's order. A variant that no record has is left out. */
  readonly metrics: () => RunMetrics
}

/** Keeps numbers only, so results need not stay in memory. Means are over records (spec §8: per record, then macro). */
export function createSummary(seed = 0): Summary {
  const values = new Map<string, Map<string, number[]>>()
  return {
    add({ scores }) {
      for (const [metric, variants] of Object.entries(scores)) {
        const ofMetric = values.get(metric) ?? new Map<string, number[]>()
        values.set(metric, ofMetric)
        for (const [variant, value] of Object.entries(variants)) {
          const list = ofMetric.get(variant)
          if (list)
            list.push(value)
          else
            ofMetric.set(variant, [value])
        }
      }
    },
    metrics() {
      const out: RunMetrics = {}
      for (const id of inOrder([...values.keys()], registry.all.map(metric => metric.id))) {
        const known = registry.has(id) ? registry.get(id).variants : []
        const estimates: Record<string, Estimate> = {}
        for (const variant of inOrder([...values.get(id)!.keys()], known.map(v => v.id))) {
          const interval = estimate(values.get(id)!.get(variant)!, { seed, unit: known.find(v => v.id === variant)?.unit ?? 'nats' })
          if (interval)
            estimates[variant] = interval
        }
        out[id] = estimates
      }
      return out
    },
  }
}

/** The same in one go. */
export function summarise(results: Iterable<Pick<RecordResult, 'scores'>>, seed = 0): RunMetrics {
  const summary = createSummary(seed)
  for (const result of results)
    summary.add(result)
  return summary.metrics()
}

/** metric id → the estimate of its primary variant: what `mmedit runs start --json` prints. */
export function primaryEstimates(metrics: RunMetrics): Record<string, Estimate> {
  return Object.fromEntries(Object.entries(metrics).flatMap(([id, variants]) => {
    const primary = (registry.has(id) ? registry.get(id).variants[0]?.id : undefined) ?? Object.keys(variants)[0]
    const found = primary === undefined ? undefined : variants[primary]
    return found ? [[id, found]] : []
  }))
}

/** Known ids in the registry's order, then the others in the order they came. */
function inOrder(ids: readonly string[], known: readonly string[]): string[] {
  return [...known.filter(id => ids.includes(id)), ...ids.filter(id => !known.includes(id))]
}
