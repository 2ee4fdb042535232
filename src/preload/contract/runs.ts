// Runs: dataset × model × method × scope × metrics × seed, resumable, one line a record.
import { eventIterator, oc } from '@orpc/contract'
import { z } from 'zod'
import { AnswerView } from './answers.ts'
import { Counts } from './comparison.ts'
import { DatasetId, ModelId, RunId, SliceId } from './identifiers.ts'
import { MethodChoice, Verdict } from './methods.ts'
import { EditScope, ProviderChoice, ProviderReport } from './models.ts'
import { ImageRef } from './records.ts'

/** metric id → variant id → value in its own unit (shares are 0…1; kl is in nats). A probe that a record lacks leaves its metric out. */
export const Scores = z.record(z.string(), z.record(z.string(), z.number()))
export type Scores = z.infer<typeof Scores>

/** `single`: edit, score, undo. `batch`: `group` records in one edit. `sequential`: edits stay; every `group` edits all so far are scored. */
export const Protocol = z.enum(['single', 'batch', 'sequential'])
export type Protocol = z.infer<typeof Protocol>

export const RunPlan = z.object({
  kind: z.enum(['score', 'train']).default('score').describe('score: edit records and score them; train: train the method\'s editor on the dataset'),
  model: ModelId,
  dataset: DatasetId,
  method: MethodChoice,
  scope: EditScope.default('text'),
  metrics: z.array(z.string()).default([]).describe('Metric ids; empty = all'),
  limit: z.int().positive().optional().describe('Only the first records'),
  protocol: Protocol.default('single').describe('single: edit, score, undo; batch: several records in one edit; sequential: edits stay, earlier ones are scored again'),
  group: z.int().min(1).max(10_000).default(1).describe('batch: records in one edit; sequential: edits between two scorings of all earlier ones'),
  memory: DatasetId.optional().describe('Records that a method may learn from or retrieve; left out: the train part that belongs to the dataset'),
  alsoFrom: z.array(DatasetId).default([]).describe('Further datasets to train on, beside the dataset'),
  editor: z.string().optional().describe('Trained editor by id; left out: the newest that fits method, scope and model'),
  training: z.record(z.string(), z.unknown()).default({}).describe('Settings of the training'),
  seed: z.int().nonnegative().default(0),
  provider: ProviderChoice.default('auto'),
  repairs: RunId.optional().describe('Edits again only the records whose probes were fixed in the audit; the results complete the run of this id'),
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

/** What work cost. A forward pass is one run of the language model over a sequence, a backward pass one gradient of it. */
export const Cost = z.object({
  seconds: z.number(),
  forwardPasses: z.int(),
  backwardPasses: z.int(),
  /** Largest resident memory of the engine process seen meanwhile, in bytes. */
  peakBytes: z.int(),
})
export type Cost = z.infer<typeof Cost>

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
  /** Metric → reading → value of this probe alone; only where the record has several probes of its kind. */
  scores: Scores.optional(),
  /** Hash of the audit's fix that this probe was asked with. */
  fix: z.string().optional(),
  /** With `fix`: what stood in the place of the dataset's question. */
  asked: z.object({ prompt: z.string(), image: ImageRef.optional() }).optional(),
  /** Where results are asked for under a policy of the audit: why this probe does not count, in a few words ("rejected: meaning changed"). */
  left: z.string().optional(),
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
  verdict: Verdict.optional(),
  /** Of the edit alone, without asking the probes; shared equally among the records of a batch. */
  cost: Cost.optional(),
  /** What the method had to leave out or decide, as sentences. */
  notes: z.array(z.string()).optional(),
})
export type RecordResult = z.infer<typeof RecordResult>

/** One line of a training run's steps.jsonl. */
export const TrainingStep = z.object({
  step: z.int().positive(),
  /** By name, `total` among them: means since the line before. */
  losses: z.record(z.string(), z.number()),
  /** The same on records that are not trained on; only on lines where it was measured. `total` decides which checkpoint is best. */
  validation: z.record(z.string(), z.number()).optional(),
  elapsedMs: z.number(),
})
export type TrainingStep = z.infer<typeof TrainingStep>

/** Scores of edit `edit` (0 = the first of the stream) after `time` edits. */
export const RetentionCell = z.object({ time: z.int().positive(), edit: z.int().nonnegative(), record: z.string(), scores: Scores })
export type RetentionCell = z.infer<typeof RetentionCell>

/** Everything a run's results add up to. */
export const RunSummary = z.object({
  metrics: RunMetrics,
  verdicts: z.partialRecord(Verdict, z.int()).default({}),
  /** Of all edits together, or of the training; absent before the first. */
  cost: Cost.optional(),
  /** Mean over edits. */
  secondsPerEdit: Estimate.optional(),
  /** Of a training: what it left behind in the study's editors. */
  editor: z.string().optional(),
})
export type RunSummary = z.infer<typeof RunSummary>

export const GridPlan = z.object({
  model: ModelId,
  datasets: z.array(DatasetId).min(1).describe('Datasets to edit'),
  methods: z.array(z.string()).default([]).describe('Method ids; empty = all'),
  scopes: z.array(EditScope).default([]).describe('Empty = all'),
  limit: z.int().positive().optional().describe('Only the first records of every dataset'),
  seed: z.int().nonnegative().default(0),
  provider: ProviderChoice.default('auto'),
})
export type GridPlan = z.infer<typeof GridPlan>

export const RunEvent = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('run'), run: Run }),
  z.object({ kind: z.literal('step'), step: TrainingStep }),
  z.object({ kind: z.literal('result'), record: z.string(), status: z.enum(['done', 'failed']), scores: Scores, reason: z.string().optional() }),
])
export type RunEvent = z.infer<typeof RunEvent>

/** Which results of a run: everything given must hold. What a click on a cell, bar, point or bin opens. */
export const ResultFilter = z.object({
  id: RunId,
  /** Only records whose metric's variant lies inside [min, max]. */
  metric: z.string().optional(),
  variant: z.string().optional(),
  min: z.number().optional(),
  max: z.number().optional(),
  status: z.enum(['done', 'failed']).optional(),
  verdict: Verdict.optional(),
  record: z.string().optional().describe('Only this record'),
  records: z.array(z.string()).max(100_000).optional().describe('Only these records'),
  slice: SliceId.optional().describe('Only records of this slice'),
  counts: Counts.optional().describe('Which probes count, by the audit: scores and verdicts are of those'),
  among: z.array(RunId).max(20).optional().describe('Only records that all these runs have finished'),
  /** Only records on which the two runs agree or differ; right = the metric's variant is at least `threshold`. */
  against: z.object({ run: RunId, outcome: z.enum(['both', 'neither', 'onlyThis', 'onlyOther']), threshold: z.number().default(1) }).optional(),
})
export type ResultFilter = z.infer<typeof ResultFilter>

export const ResultQuery = ResultFilter.extend({
  offset: z.int().nonnegative().default(0),
  limit: z.int().min(1).max(500).default(100),
})
export type ResultQuery = z.infer<typeof ResultQuery>

/** Runs record by record, on common records. `pattern` has one letter a run: r right, w wrong. */
export const AlignRequest = z.object({
  runs: z.array(RunId).min(2).max(20),
  metric: z.string().default('reliability'),
  variant: z.string().default('strict'),
  threshold: z.number().default(1).describe('Right: the score is at least this'),
  slice: SliceId.optional(),
  records: z.array(z.string()).max(100_000).optional().describe('Only these records'),
  counts: Counts.optional().describe('Which probes count, by the audit'),
  pattern: z.string().regex(/^[rw]*$/).optional().describe('Only records of this pattern'),
  offset: z.int().nonnegative().default(0),
  limit: z.int().min(1).max(500).default(100),
})
export type AlignRequest = z.infer<typeof AlignRequest>

export const Alignment = z.object({
  /** Common records with this score in every run. */
  n: z.int(),
  dataset: DatasetId,
  patterns: z.array(z.object({ pattern: z.string(), count: z.int() })),
  total: z.int().describe('Records of the chosen pattern'),
  /** `scores` in the order of the runs; `answers`: what each edited model said to the edit itself. */
  rows: z.array(z.object({ record: z.string(), pattern: z.string(), scores: z.array(z.number()), answers: z.array(z.string()) })),
  notes: z.array(z.string()),
})
export type Alignment = z.infer<typeof Alignment>

/** One run for every layer: what an edit of it alone gives. */
export const SweepPlan = z.object({
  plan: RunPlan,
  layers: z.array(z.int().nonnegative()).max(200).default([]).describe('Layers of the edited part, from 0; empty = all'),
})
export type SweepPlan = z.infer<typeof SweepPlan>

const one = z.object({ id: RunId })

export const runs = {
  list: oc.output(z.array(Run)),
  get: oc.input(one).output(RunSummary.extend({ run: Run })),
  start: oc.input(RunPlan).output(Run),
  /** One run for every method × scope × dataset that is meaningful; the others are named with the reason. */
  grid: oc.input(GridPlan).output(z.object({ runs: z.array(Run), refused: z.array(z.object({ method: z.string(), scope: EditScope, reason: z.string() })) })),
  /** A run for every layer of the part that the plan edits. */
  sweep: oc.input(SweepPlan).output(z.object({ runs: z.array(Run), refused: z.array(z.object({ layer: z.int(), reason: z.string() })) })),
  pause: oc.input(one).output(Run),
  resume: oc.input(one).output(Run),
  cancel: oc.input(one).output(Run),
  remove: oc.input(one).output(z.object({ removed: z.boolean() })),
  listResults: oc.input(ResultQuery).output(z.object({ total: z.int(), results: z.array(RecordResult) })),
  /** Two to twenty runs on the same records: who is right where. */
  align: oc.input(AlignRequest).output(Alignment),
  /** Loss curves of a training run. */
  listSteps: oc.input(one).output(z.object({ steps: z.array(TrainingStep) })),
  /** The retention matrix of a sequential run. */
  listRetention: oc.input(one).output(z.object({ cells: z.array(RetentionCell) })),
  watch: oc.input(one).output(eventIterator(RunEvent)),
}
