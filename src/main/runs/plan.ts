// A plan as people write it → the entries and settings it names, or a sentence saying what is wrong with it.
import { z } from 'zod'
import type { Protocol, RunPlan } from '../../preload/contract/runs.ts'
import { methods } from '../methods/index.ts'
import type { Method, Training, TrainingConfig } from '../methods/method.ts'
import { metrics } from '../metrics/index.ts'
import type { Metric } from '../metrics/metric.ts'
import type { Model, Scope } from '../models/model.ts'

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
  return parseSettings(`Method '${method.id}'`, method.config, config)
}

/** The training of a method and its settings with defaults. Throws a sentence if it has none. */
export function parseTraining(method: Method, config: unknown): { training: Training, config: TrainingConfig & Record<string, unknown> } {
  if (!method.training)
    throw new Error(`Method '${method.id}' needs no training. Start its run without --kind train.`)
  return { training: method.training, config: parseSettings(`The training of method '${method.id}'`, method.training.config, config) as TrainingConfig & Record<string, unknown> }
}

function parseSettings(subject: string, schema: z.ZodType, config: unknown): Record<string, unknown> {
  const parsed = schema.safeParse(config)
  if (parsed.success)
    return parsed.data as Record<string, unknown>
  const known = Object.keys((z.toJSONSchema(schema, { io: 'input' }).properties ?? {}))
  const faults = parsed.error.issues.map(issue => issue.code === 'unrecognized_keys'
    ? `has no setting '${issue.keys.join('\', \'')}'`
    : `cannot take this '${issue.path.join('.')}': ${issue.message}`)
  throw new Error(`${subject} ${faults.join('; it ')}. Its settings are ${known.join(', ')}.`)
}

/** Why the method cannot edit this part of the model with these settings by this protocol, as a sentence; undefined: it can. */
export function refusalOf(method: Method, model: Pick<Model, 'info' | 'weights'>, scope: Scope, config: unknown, protocol: Protocol): string | undefined {
  const supported = method.supports(model, scope, config)
  if (supported !== true)
    return supported
  const follows = { single: true as const, batch: method.batch, sequential: method.chain }[protocol]
  return follows === true ? undefined : follows
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
