// Results of a run → mean, 95 % interval and n of every metric and variant; verdicts; cost.
import type { Cost, Estimate, RecordResult, RunMetrics, RunSummary } from '../../preload/contract/runs.ts'
import { later } from '../base/later.ts'
import { metrics as registry } from '../metrics/index.ts'
import { estimate } from '../statistics/bootstrap.ts'
import type { ScoreColumns } from '../workspace/score-columns.ts'
import { addCosts } from './measure-edit.ts'

/** The part of a result that adds up. */
export type Summand = Pick<RecordResult, 'scores' | 'verdict' | 'cost'>

export interface Summary {
  /** Takes the next result's scores; failed records have none and count nowhere. */
  readonly add: (result: Summand) => void
  /** Every metric in the registry's order. A variant that no record has is left out. */
  readonly metrics: () => RunMetrics
  /** The same with verdicts and cost. */
  readonly whole: () => RunSummary
}

/** Keeps numbers only, so results need not stay in memory. Means are over records (spec §8: per record, then macro). */
export function createSummary(seed = 0): Summary {
  const values = new Map<string, Map<string, number[]>>()
  const verdicts: RunSummary['verdicts'] = {}
  const seconds: number[] = []
  let cost: Cost | undefined
  const metrics = (): RunMetrics => {
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
  }
  return {
    metrics,
    whole() {
      const secondsPerEdit = estimate(seconds, { seed, unit: 'nats' })
      return { metrics: metrics(), verdicts: { ...verdicts }, ...(cost ? { cost } : {}), ...(secondsPerEdit ? { secondsPerEdit } : {}) }
    },
    add({ scores, verdict, cost: own }) {
      if (verdict)
        verdicts[verdict] = (verdicts[verdict] ?? 0) + 1
      if (own) {
        cost = addCosts(cost, own)
        seconds.push(own.seconds)
      }
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
  }
}

/** The same in one go. */
export function summarise(results: Iterable<Summand>, seed = 0): RunSummary {
  const summary = createSummary(seed)
  for (const result of results)
    summary.add(result)
  return summary.whole()
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

/** The same numbers from columns, each made when it is first looked at: a table shows one reading of forty. */
export function summariseColumns({ scores, seconds }: Pick<ScoreColumns, 'scores' | 'seconds'>, seed = 0): Pick<RunSummary, 'metrics' | 'secondsPerEdit'> {
  const metrics: RunMetrics = {}
  for (const id of inOrder(Object.keys(scores), registry.all.map(metric => metric.id))) {
    const known = registry.has(id) ? registry.get(id).variants : []
    const estimates: Record<string, Estimate> = {}
    for (const variant of inOrder(Object.keys(scores[id]!), known.map(v => v.id))) {
      const values = scores[id]![variant]!.filter(value => value !== null)
      const unit = known.find(v => v.id === variant)?.unit ?? 'nats'
      if (values.length > 0)
        later(estimates, variant, () => estimate(values, { seed, unit })!)
    }
    if (Object.keys(estimates).length > 0)
      metrics[id] = estimates
  }
  const summary: Pick<RunSummary, 'metrics' | 'secondsPerEdit'> = { metrics }
  const timed = seconds.filter(value => value !== null)
  if (timed.length > 0)
    later(summary, 'secondsPerEdit', () => estimate(timed, { seed, unit: 'nats' })!)
  return summary
}
