// Runs: dataset × model × method × scope × metrics × seed, resumable, one line a record.
import { eventIterator, oc } from '@orpc/contract'
import { z } from 'zod'
import { AnswerView } from './answers.ts'
import { DatasetId, ModelId, RunId } from './identifiers.ts'
import { MethodChoice } from './methods.ts'
import { EditScope, ProviderChoice, ProviderReport } from './models.ts'

/** metric id → variant id → value in its own unit (shares are 0…1; kl is in nats). A probe that a record lacks leaves its metric out. */
export const Scores = z.record(z.string(), z.record(z.string(), z.number()))
export type Scores = z.infer<typeof Scores>

export const RunPlan = z.object({
  model: ModelId,
  dataset: DatasetId,
  method: MethodChoice,
  scope: EditScope.default('text'),
  metrics: z.array(z.string()).default([]).describe('Metric ids; empty = all'),
  limit: z.int().positive().optional().describe('Only the first records'),
  seed: z.int().nonnegative().default(0),
  provider: ProviderChoice.default('auto'),
  name: z.string().max(200).optional(),
})
export type RunPlan = z.infer<typeof RunPlan>

export const RunStatus = z.enum(['waiting', 'running', 'paused', 'cancelled', 'failed', 'finished'])
export type RunStatus = z.infer<typeof RunStatus>

export const Run = z.object({
  id: RunId,
  name: z.string(),
  plan: RunPlan,
  status: RunStatus,
  /** Why it failed or stopped, as a sentence. */
  reason: z.string().optional(),
  createdAt: z.string(),
  finishedAt: z.string().optional(),
  recordCount: z.int().describe('Records the run will process'),
  doneCount: z.int(),
  failedCount: z.int(),
  recordsPerSecond: z.number().nullable(),
  secondsLeft: z.number().nullable(),
  provider: ProviderReport.optional(),
  versions: z.record(z.string(), z.string()),
})
export type Run = z.infer<typeof Run>

/** Mean over records with its 95 % bootstrap interval. */
export const Estimate = z.object({ mean: z.number(), low: z.number(), high: z.number(), n: z.int() })
export type Estimate = z.infer<typeof Estimate>

/** metric id → variant id → estimate */
export const RunMetrics = z.record(z.string(), z.record(z.string(), Estimate))
export type RunMetrics = z.infer<typeof RunMetrics>

export const ProbeResult = z.object({
  kind: z.string(),
  index: z.int().nonnegative(),
  before: AnswerView,
  after: AnswerView,
})
export type ProbeResult = z.infer<typeof ProbeResult>

/** One line of results.jsonl. */
export const RecordResult = z.object({
  record: z.string(),
  status: z.enum(['done', 'failed']),
  reason: z.string().optional(),
  steps: z.int(),
  losses: z.array(z.number()),
  editMs: z.number(),
  elapsedMs: z.number(),
  scores: Scores,
  probes: z.array(ProbeResult),
})
export type RecordResult = z.infer<typeof RecordResult>

export const RunEvent = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('run'), run: Run }),
  z.object({ kind: z.literal('result'), record: z.string(), status: z.enum(['done', 'failed']), scores: Scores, reason: z.string().optional() }),
])
export type RunEvent = z.infer<typeof RunEvent>

export const ResultQuery = z.object({
  id: RunId,
  /** Only records whose metric's variant lies inside [min, max]. */
  metric: z.string().optional(),
  variant: z.string().optional(),
  min: z.number().optional(),
  max: z.number().optional(),
  status: z.enum(['done', 'failed']).optional(),
  offset: z.int().nonnegative().default(0),
  limit: z.int().min(1).max(500).default(100),
})
export type ResultQuery = z.infer<typeof ResultQuery>

const one = z.object({ id: RunId })

export const runs = {
  list: oc.output(z.array(Run)),
  get: oc.input(one).output(z.object({ run: Run, metrics: RunMetrics })),
  start: oc.input(RunPlan).output(Run),
  pause: oc.input(one).output(Run),
  resume: oc.input(one).output(Run),
  cancel: oc.input(one).output(Run),
  remove: oc.input(one).output(z.object({ removed: z.boolean() })),
  listResults: oc.input(ResultQuery).output(z.object({ total: z.int(), results: z.array(RecordResult) })),
  watch: oc.input(one).output(eventIterator(RunEvent)),
}
