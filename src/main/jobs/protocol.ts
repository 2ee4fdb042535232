// What the backend and the engine process say to each other over the child's IPC channel, checked at both ends.
import { z } from 'zod'
import { AnswerView } from '../../preload/contract/answers.ts'
import { DatasetId, EditId } from '../../preload/contract/identifiers.ts'
import { LabEvent } from '../../preload/contract/lab.ts'
import { MethodChoice } from '../../preload/contract/methods.ts'
import { EditScope, ModelCheck, ProviderChoice, ProviderReport } from '../../preload/contract/models.ts'
import { EditRecord, QuestionForm } from '../../preload/contract/records.ts'
import { ImageRoots } from '../../preload/contract/datasets.ts'
import { RecordResult } from '../../preload/contract/runs.ts'

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

const editing = { method: MethodChoice, scope: EditScope, seed: z.int().nonnegative(), dataset: DatasetId, imageRoots: ImageRoots }

export const EditJob = z.object({ kind: z.literal('edit'), edit: EditId, record: EditRecord, ...editing })

export const UndoJob = z.object({ kind: z.literal('undo'), edit: EditId })

/** The records that a run still has to do, in order. */
export const RunJob = z.object({ kind: z.literal('run'), records: z.array(EditRecord), metrics: z.array(z.string()), ...editing })

export const CheckJob = z.object({ kind: z.literal('check') })

export const EngineJob = z.discriminatedUnion('kind', [OpenJob, AnswerJob, EditJob, UndoJob, RunJob, CheckJob])
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
  undo: boolean
  run: null
  check: Checked
}
export const Answered = AnswerView.extend({ elapsedMs: z.number() })

/** What some jobs report on their way. */
export interface JobEvent {
  open: never
  answer: never
  edit: LabEvent
  undo: never
  run: RecordResult
  check: never
}

export const valueOf = { open: Opened, answer: Answered, edit: z.null(), undo: z.boolean(), run: z.null(), check: Checked } as const
export const eventOf = { open: z.never(), answer: z.never(), edit: LabEvent, undo: z.never(), run: RecordResult, check: z.never() } as const

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
