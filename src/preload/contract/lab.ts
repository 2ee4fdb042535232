// Lab: one record, edited now, with everything it changes.
import { eventIterator, oc } from '@orpc/contract'
import { z } from 'zod'
import { AnswerView } from './answers.ts'
import { DatasetId, EditId, ModelId } from './identifiers.ts'
import { MethodChoice, Verdict } from './methods.ts'
import { EditScope, ProviderChoice, ProviderReport } from './models.ts'
import { Probe, ProbeKind, QuestionForm } from './records.ts'
import { Cost, Scores } from './runs.ts'

export const LabPlan = z.object({
  model: ModelId,
  dataset: DatasetId,
  record: z.string(),
  method: MethodChoice,
  scope: EditScope,
  editor: z.string().optional().describe('Trained editor by id; left out: the newest that fits method, scope and model'),
  seed: z.int().nonnegative().default(0),
  provider: ProviderChoice.default('auto'),
})
export type LabPlan = z.infer<typeof LabPlan>

/** `edit` = the edited fact itself, `blindness` = the same without its picture, otherwise which probe of which kind. */
export const ProbeKey = z.object({ kind: z.enum(['edit', ...ProbeKind.options, 'blindness']), index: z.int().nonnegative() })
export type ProbeKey = z.infer<typeof ProbeKey>

/** Events of one edit, in order: opened, before…, step…, after…, scored, done. A failure ends the stream as an error. */
export const LabEvent = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('opened'), provider: ProviderReport, elapsedMs: z.number() }),
  z.object({ kind: z.literal('before'), probe: ProbeKey, question: Probe, answer: AnswerView }),
  z.object({ kind: z.literal('step'), step: z.int(), loss: z.number() }),
  z.object({ kind: z.literal('after'), probe: ProbeKey, question: Probe, answer: AnswerView }),
  z.object({ kind: z.literal('scored'), scores: Scores }),
  z.object({ kind: z.literal('done'), edit: EditId, steps: z.int(), elapsedMs: z.number(), changed: z.array(z.object({ weight: z.string(), parameterCount: z.int(), norm: z.number() })), notes: z.array(z.string()).optional(), verdict: Verdict.optional(), cost: Cost.optional() }),
])
export type LabEvent = z.infer<typeof LabEvent>

export const AskRequest = z.object({
  model: z.string().describe('Model id or checkpoint folder'),
  prompt: z.string().min(1),
  image: z.string().optional().describe('Picture file on this machine, or the SHA-256 of a dataset picture'),
  form: QuestionForm.default('question'),
  expected: z.string().default('').describe('Reference answer to score by teacher forcing'),
  /** Ask the model as edited by this Lab edit instead of the unedited one. */
  edit: EditId.optional(),
  maxTokens: z.int().min(1).max(256).default(24),
  provider: ProviderChoice.default('auto'),
})
export type AskRequest = z.infer<typeof AskRequest>

export const lab = {
  answer: oc.input(AskRequest).output(AnswerView.extend({ elapsedMs: z.number() })),
  edit: oc.input(LabPlan).output(eventIterator(LabEvent)),
  /** Drops an edit: the model answers as before, bit for bit. */
  undo: oc.input(z.object({ edit: EditId })).output(z.object({ undone: z.boolean() })),
}
