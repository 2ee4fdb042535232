// A plan as people write it → the entries and settings it names, or a sentence saying what is wrong with it.
import { z } from 'zod'
import type { RunPlan } from '../../preload/contract/runs.ts'
import { methods } from '../methods/index.ts'
import type { Method } from '../methods/method.ts'
import { metrics } from '../metrics/index.ts'
import type { Metric } from '../metrics/metric.ts'
import type { Scope } from '../models/model.ts'

export interface PreparedPlan {
  readonly method: Method
  /** The settings with every default filled in. */
  readonly config: Record<string, unknown>
  readonly scope: Scope
  /** In the registry's order. */
  readonly metrics: readonly Metric[]
  readonly seed: number
}

/** Checks ids and settings against the registries. Throws a sentence with what is known. */
export function preparePlan(plan: Pick<RunPlan, 'method' | 'scope' | 'metrics' | 'seed'>): PreparedPlan {
  const method = methods.get(plan.method.id)
  const chosen = new Set(plan.metrics.map(id => metrics.get(id)))
  return {
    method,
    config: parseConfig(method, plan.method.config),
    scope: plan.scope,
    metrics: chosen.size === 0 ? metrics.all : metrics.all.filter(metric => chosen.has(metric)),
    seed: plan.seed,
  }
}

/** The method's settings with defaults. Throws a sentence naming the setting. */
export function parseConfig(method: Method, config: unknown): Record<string, unknown> {
  const parsed = method.config.safeParse(config)
  if (parsed.success)
    return parsed.data as Record<string, unknown>
  const known = Object.keys((z.toJSONSchema(method.config, { io: 'input' }).properties ?? {}))
  const faults = parsed.error.issues.map(issue => issue.code === 'unrecognized_keys'
    ? `has no setting '${issue.keys.join('\', \'')}'`
    : `cannot take this '${issue.path.join('.')}': ${issue.message}`)
  throw new Error(`Method '${method.id}' ${faults.join('; it ')}. Its settings are ${known.join(', ')}.`)
}

/** The records a run with this limit processes: the first ones. */
export function* firstRecords<T>(records: Iterable<T>, limit: number | undefined): Generator<T> {
  let taken = 0
  for (const record of records) {
    if (limit !== undefined && taken++ >= limit)
      return
    yield record
  }
}
