// What the backend and the engine process say to each other over the child's IPC channel, checked at both ends.
import { z } from 'zod'
import { AnswerView } from '../../preload/contract/answers.ts'
import { DatasetId, EditId } from '../../preload/contract/identifiers.ts'
import { LabEvent, LabSweepEvent, TraceEvent, TraceRequest } from '../../preload/contract/lab.ts'
import { MethodChoice } from '../../preload/contract/methods.ts'
import { EditScope, ModelCheck, ProviderChoice, ProviderReport } from '../../preload/contract/models.ts'
import { EditRecord, QuestionForm } from '../../preload/contract/records.ts'
import { ImageRoots } from '../../preload/contract/datasets.ts'
import { Cost, Protocol, RecordResult, RetentionCell, TrainingStep } from '../../preload/contract/runs.ts'

/** Reads a checkpoint and gets ready to answer. An engine opens one model in its life. */
export const OpenJob = z.object({
  kind: z.literal('open'),
  folder: z.string(),
  provider: ProviderChoice,
  fingerprint: z.string().describe('Of the checkpoint: base answers are kept under it'),
  answersFolder: z.string().optional().describe('Where base answers are kept between engines; left out: only in memory'),
  known: ProviderReport.optional().describe('What testing the providers found in this program before'),
})

export const AnswerJob = z.object({
  kind: z.literal('answer'),
  prompt: z.string(),
  form: QuestionForm,
  image: z.string().optional().describe('Absolute path of a picture file'),
  expected: z.string(),
  maxTokens: z.int().optional(),
  edit: EditId.optional(),
})

/** Records of a dataset as the engine reads them itself: a file of lines, and where the pictures are. */
export const RecordSource = z.object({ dataset: DatasetId, records: z.string(), imageRoots: ImageRoots, limit: z.int().positive().optional() })
export type RecordSource = z.infer<typeof RecordSource>

const editing = {
  method: MethodChoice,
  scope: EditScope,
  seed: z.int().nonnegative(),
  dataset: DatasetId,
  imageRoots: ImageRoots,
  memory: RecordSource.optional(),
  editor: z.string().optional().describe('File of the trained editor'),
}

export const EditJob = z.object({ kind: z.literal('edit'), edit: EditId, onto: EditId.optional(), record: EditRecord, ...editing })

/** How edits were made, the one underneath first: what an engine that does not hold them needs to make them again. */
export const RecallJob = z.object({ kind: z.literal('recall'), edits: z.array(EditJob) })

export const UndoJob = z.object({ kind: z.literal('undo'), edit: EditId })

/** The records of a run, in order; those that are finished and the cells that are written are not repeated. */
export const RunJob = z.object({
  kind: z.literal('run'),
  records: z.array(EditRecord),
  finished: z.array(RecordResult.pick({ record: true, status: true })).default([]),
  retained: z.array(z.string()).default([]),
  metrics: z.array(z.string()),
  protocol: Protocol,
  group: z.int().positive(),
  ...editing,
})
export const RunJobEvent = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('result'), result: RecordResult }),
  z.object({ kind: z.literal('retention'), cell: RetentionCell }),
  z.object({ kind: z.literal('note'), text: z.string() }),
])
export type RunJobEvent = z.infer<typeof RunJobEvent>

/** Trains a method's editor. The engine writes its checkpoints into `folder`, and goes on from the one it finds there. */
export const TrainJob = z.object({
  kind: z.literal('train'),
  method: MethodChoice,
  scope: EditScope,
  seed: z.int().nonnegative(),
  training: z.record(z.string(), z.unknown()),
  sources: z.array(RecordSource).min(1),
  folder: z.string(),
  /** Goes into the editor's notes as it is. */
  origin: z.object({ run: z.string(), datasets: z.array(z.string()), command: z.string(), version: z.string() }),
})
export const TrainJobEvent = z.discriminatedUnion('kind', [
  /** Before the first step: what steps.jsonl is to hold so far. */
  z.object({ kind: z.literal('began'), lines: z.array(TrainingStep), cost: Cost.optional() }),
  z.object({ kind: z.literal('line'), line: TrainingStep, cost: Cost }),
])
export type TrainJobEvent = z.infer<typeof TrainJobEvent>
export const Trained = z.object({ steps: z.int(), cost: Cost, stopped: z.string().optional() })

export const CheckJob = z.object({ kind: z.literal('check') })

/** What records are compared by, of pictures (absolute paths) or of texts. */
export const FeaturesJob = z.object({ kind: z.literal('features'), by: z.enum(['image', 'text']), items: z.array(z.string()) })
export const FeaturesEvent = z.discriminatedUnion('kind', [
  /** [width] of item `at`, of length 1. */
  z.object({ kind: z.literal('feature'), at: z.int(), values: z.instanceof(Float32Array<ArrayBufferLike>) }),
  z.object({ kind: z.literal('unreadable'), at: z.int(), reason: z.string() }),
])
export type FeaturesEvent = z.infer<typeof FeaturesEvent>

/** Questions to the unedited model, answered as runs have them answered: what is known of it is not asked again. */
export const AskJob = z.object({
  kind: z.literal('ask'),
  dataset: DatasetId,
  questions: z.array(z.object({ prompt: z.string(), form: QuestionForm, image: z.string().optional().describe('Absolute path of a picture file'), expected: z.string() })),
})
export const Asked = z.union([
  /** What it says to question `at`, freely decoded, and whether metrics count that as the expected answer. */
  z.object({ at: z.int(), text: z.string(), isRight: z.boolean() }),
  z.object({ at: z.int(), reason: z.string() }),
])
export type Asked = z.infer<typeof Asked>

/** A causal trace of the record's edit question: models/trace.ts. */
export const TraceJob = TraceRequest.omit({ model: true, provider: true, dataset: true, record: true }).extend({ kind: z.literal('trace'), record: EditRecord, imageRoots: ImageRoots })

/** Edits and scores the record once for every layer. */
export const SweepJob = z.object({ kind: z.literal('sweep'), layers: z.array(z.int()), record: EditRecord, ...editing })

export const EngineJob = z.discriminatedUnion('kind', [OpenJob, AnswerJob, EditJob, RecallJob, UndoJob, RunJob, TrainJob, CheckJob, FeaturesJob, AskJob, TraceJob, SweepJob])
export type EngineJob = z.infer<typeof EngineJob>
export type JobOf<K extends EngineJob['kind']> = Extract<EngineJob, { kind: K }>

export const Opened = z.object({
  provider: ProviderReport,
  memoryBytes: z.int(),
  elapsedMs: z.number(),
})
export type Opened = z.infer<typeof Opened>

export const Checked = ModelCheck.omit({ model: true })
export type Checked = z.infer<typeof Checked>

/** What each job gives back when it is done. */
export interface JobValue {
  open: Opened
  answer: z.infer<typeof Answered>
  edit: null
  recall: null
  undo: boolean
  run: null
  train: z.infer<typeof Trained>
  check: Checked
  features: null
  ask: null
  trace: null
  sweep: null
}
export const Answered = AnswerView.extend({ elapsedMs: z.number() })

/** What some jobs report on their way. */
export interface JobEvent {
  open: never
  answer: never
  edit: LabEvent
  recall: never
  undo: never
  run: RunJobEvent
  train: TrainJobEvent
  check: never
  features: FeaturesEvent
  ask: Asked
  trace: TraceEvent
  sweep: LabSweepEvent
}

export const valueOf = { open: Opened, answer: Answered, edit: z.null(), recall: z.null(), undo: z.boolean(), run: z.null(), train: Trained, check: Checked, features: z.null(), ask: z.null(), trace: z.null(), sweep: z.null() } as const
export const eventOf = { open: z.never(), answer: z.never(), edit: LabEvent, recall: z.never(), undo: z.never(), run: RunJobEvent, train: TrainJobEvent, check: z.never(), features: FeaturesEvent, ask: Asked, trace: TraceEvent, sweep: LabSweepEvent } as const

export const ToEngine = z.discriminatedUnion('type', [
  z.object({ type: z.literal('job'), id: z.int(), job: EngineJob }),
  z.object({ type: z.literal('cancel'), id: z.int() }),
])
export type ToEngine = z.infer<typeof ToEngine>

export const FromEngine = z.discriminatedUnion('type', [
  z.object({ type: z.literal('event'), id: z.int(), event: z.unknown() }),
  z.object({ type: z.literal('value'), id: z.int(), value: z.unknown(), memoryBytes: z.int() }),
  z.object({ type: z.literal('error'), id: z.int(), name: z.string(), message: z.string() }),
])
export type FromEngine = z.infer<typeof FromEngine>
