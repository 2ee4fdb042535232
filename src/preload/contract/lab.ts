// Lab: one record, edited now, with everything it changes.
import { eventIterator, oc } from '@orpc/contract'
import { z } from 'zod'
import { AnswerView } from './answers.ts'
import { DatasetId, EditId, ImageHash, ModelId } from './identifiers.ts'
import { MethodChoice, Verdict } from './methods.ts'
import { EditScope, ProviderChoice, ProviderReport } from './models.ts'
import { Probe, ProbeKind, QuestionForm } from './records.ts'
import { Cost, Scores } from './runs.ts'

/** Something to teach that no dataset holds. */
export const OwnFact = z.object({
  prompt: z.string().trim().min(1).max(2000).describe('A question of your own to edit instead of the record\'s; its unrelated probes are asked along'),
  expected: z.string().trim().min(1).max(500).describe('What it should be answered'),
  image: z.string().optional().describe('Its picture: SHA-256 of a dataset picture or of one that was added'),
  form: QuestionForm.default('question'),
})
export type OwnFact = z.infer<typeof OwnFact>

/** An edit underneath another one. What is left out is as in the plan. */
export const LabStep = z.object({
  dataset: DatasetId.optional(),
  record: z.string().optional(),
  method: MethodChoice.optional(),
  scope: EditScope.optional(),
  editor: z.string().optional(),
  fact: OwnFact.optional(),
  seed: z.int().nonnegative().optional(),
})
export type LabStep = z.infer<typeof LabStep>

export const LabPlan = z.object({
  model: ModelId,
  dataset: DatasetId,
  record: z.string(),
  method: MethodChoice,
  scope: EditScope,
  editor: z.string().optional().describe('Trained editor by id; left out: the newest that fits method, scope and model'),
  onto: EditId.optional().describe('A Lab edit of this process that this one goes on top of'),
  after: z.array(LabStep).max(50).optional().describe('Edits to make first, in order, unscored; JSON: [{"record":"00001"}, …]; what is left out is as here'),
  fact: OwnFact.optional(),
  seed: z.int().nonnegative().default(0),
  provider: ProviderChoice.default('auto'),
})
export type LabPlan = z.infer<typeof LabPlan>

/** `edit` = the edited fact itself, `blindness` = the same without its picture, otherwise which probe of which kind. */
export const ProbeKey = z.object({ kind: z.enum(['edit', ...ProbeKind.options, 'blindness']), index: z.int().nonnegative() })
export type ProbeKey = z.infer<typeof ProbeKey>

/** Events of one edit, in order: opened, replaying?, before…, step…, after…, scored, retained…, done. A failure ends the stream as an error. */
export const LabEvent = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('opened'), provider: ProviderReport, elapsedMs: z.number() }),
  /** So many edits underneath had been forgotten and are made again. */
  z.object({ kind: z.literal('replaying'), edits: z.int() }),
  /** What the unedited model says; `under`: what the version says that this edit goes on top of. */
  z.object({ kind: z.literal('before'), probe: ProbeKey, question: Probe, answer: AnswerView, under: AnswerView.optional() }),
  /** `earlier`: losses of the steps right before this one that came too quickly for an event of their own. */
  z.object({ kind: z.literal('step'), step: z.int(), loss: z.number(), earlier: z.array(z.number()).optional() }),
  z.object({ kind: z.literal('after'), probe: ProbeKey, question: Probe, answer: AnswerView }),
  z.object({ kind: z.literal('scored'), scores: Scores }),
  /** The question of an edit underneath, asked again on top: does the earlier edit survive? From the first to the last. */
  z.object({ kind: z.literal('retained'), edit: EditId, record: z.string(), question: Probe, answer: AnswerView }),
  z.object({ kind: z.literal('done'), edit: EditId, steps: z.int(), elapsedMs: z.number(), changed: z.array(z.object({ weight: z.string(), parameterCount: z.int(), norm: z.number() })), notes: z.array(z.string()).optional(), verdict: Verdict.optional(), cost: Cost.optional() }),
])
export type LabEvent = z.infer<typeof LabEvent>

/** Edits each layer of the scope's part in turn, alone, and scores it. */
export const LabSweepRequest = LabPlan.omit({ onto: true, editor: true, after: true, fact: true }).extend({ layers: z.array(z.int().nonnegative()).max(200).default([]).describe('From 0; empty = all') })
export type LabSweepRequest = z.infer<typeof LabSweepRequest>

export const LabSweepEvent = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('begun'), part: z.string(), layers: z.array(z.int()), provider: ProviderReport }),
  z.object({ kind: z.literal('layer'), layer: z.int(), scores: Scores, verdict: Verdict.optional(), steps: z.int(), elapsedMs: z.number() }),
  z.object({ kind: z.literal('refused'), layer: z.int(), reason: z.string() }),
  z.object({ kind: z.literal('done'), elapsedMs: z.number() }),
])
export type LabSweepEvent = z.infer<typeof LabSweepEvent>

/** Causal tracing (Meng et al. 2022): noise goes in, one layer's clean states of one token group come back, how much of the answer returns? */
export const TraceRequest = z.object({
  model: ModelId,
  dataset: DatasetId,
  record: z.string(),
  corrupt: z.enum(['picture', 'question', 'both']).default('picture').describe('What the noise is added to'),
  target: z.enum(['expected', 'own']).default('own').describe('own: what the unedited model answers; expected: the edit\'s target'),
  noise: z.number().positive().max(100).default(3).describe('In standard deviations of the values it is added to'),
  samples: z.int().min(1).max(50).default(5).describe('Noises to average over'),
  edit: EditId.optional().describe('Trace the model as edited by this Lab edit'),
  seed: z.int().nonnegative().default(0),
  provider: ProviderChoice.default('auto'),
})
export type TraceRequest = z.infer<typeof TraceRequest>

export const TraceEvent = z.discriminatedUnion('kind', [
  /** Parts from the picture to the answer; a cell for every layer × group of each. Probabilities are of the whole target, token by token, geometric mean. */
  z.object({
    kind: z.literal('begun'),
    provider: ProviderReport,
    target: z.string(),
    clean: z.number(),
    corrupted: z.number(),
    parts: z.array(z.object({ part: z.enum(['vision', 'bridge', 'language']), label: z.string(), layers: z.int(), groups: z.array(z.object({ id: z.string(), label: z.string(), tokens: z.int() })) })),
  }),
  z.object({ kind: z.literal('cell'), part: z.enum(['vision', 'bridge', 'language']), layer: z.int(), group: z.string(), probability: z.number() }),
  z.object({ kind: z.literal('done'), elapsedMs: z.number(), notes: z.array(z.string()) }),
])
export type TraceEvent = z.infer<typeof TraceEvent>

/** Where an edit with these settings would act, and which layers a sweep of it goes through. Read from the checkpoint's headers; no model is opened. */
export const LayersRequest = LabPlan.pick({ model: true, method: true, scope: true })
export type LayersRequest = z.infer<typeof LayersRequest>

export const LayerMap = z.object({
  /** From the picture to the answer; `edited` holds the layers whose weights the edit changes or stands beside. */
  parts: z.array(z.object({ part: z.enum(['vision', 'bridge', 'language']), label: z.string(), layers: z.int(), edited: z.array(z.int()) })),
  /** Layers that can be edited alone, or why they cannot. */
  sweep: z.object({ part: z.string(), layers: z.array(z.int()) }).optional(),
  refusal: z.string().optional(),
})
export type LayerMap = z.infer<typeof LayerMap>

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
  sweep: oc.input(LabSweepRequest).output(eventIterator(LabSweepEvent)),
  trace: oc.input(TraceRequest).output(eventIterator(TraceEvent)),
  layers: oc.input(LayersRequest).output(LayerMap),
  /** Keeps a picture that somebody dropped or pasted, at most 20 MB; ask and show it by its hash. */
  addPicture: oc.input(z.object({ name: z.string().max(300), data: z.base64().max(28_000_000).describe('The file\'s bytes in base64') })).output(z.object({ hash: ImageHash, width: z.int(), height: z.int() })),
  /** Drops an edit: the model answers as before, bit for bit. */
  undo: oc.input(z.object({ edit: EditId })).output(z.object({ undone: z.boolean() })),
}
