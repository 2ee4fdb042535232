// SERAC: edits stay in a cache; a scope classifier decides per question whether a counterfactual model answers (spec §3.5).
import { z } from 'zod'
import type { Answerer, Model, Scope } from '../models/model.ts'
import { defineMethod, defineTraining } from './method.ts'
import { counterfactualQuestion, createAnswerer, lengthProblem } from './serac-answerer.ts'
import { readNetwork } from './serac-network.ts'
import type { SeracNetwork } from './serac-network.ts'
import { encoderFor, projectQuestion } from './serac-scope.ts'
import type { Entry } from './serac-scope.ts'
import { startSerac } from './serac-trainer.ts'
import { trainingShape } from './training-config.ts'

const Config = z.strictObject({
  compatibility: z.enum(['strict', 'easyedit']).default('strict').describe('What the scope classifier reads: the question alone (strict), or the prompt with its reference answer, as EasyEdit does, which gives the scope away'),
  encoder: z.string().default('').describe('Folder of a text encoder (BERT in safetensors, or model.onnx) for the scope classifier; empty = the model\'s own features'),
  imageScope: z.boolean().default(false).describe('A question is in scope only when its picture resembles the edit\'s, too'),
  mixing: z.enum(['soft', 'hard']).default('soft').describe('Both models\' probabilities weighted by the scope score (soft), or one model alone, at one half (hard)'),
})
type Config = z.infer<typeof Config>

const TrainingConfig = z.strictObject({
  ...trainingShape({ iterations: 800, learningRate: 3e-4, validateEvery: 200 }),
  scopeRate: z.number().positive().max(1e4).default(10).describe('The learning rate of the scope classifier as a multiple of the counterfactual model\'s'),
  rank: z.int().min(1).max(1024).default(64).describe('Width of the space in which questions are compared'),
  layers: z.int().min(1).max(1000).default(1).describe('Last language layers that the counterfactual model has for itself'),
  trainProjection: z.boolean().default(true).describe('The counterfactual model also has a visual projection for itself'),
  editShare: z.number().min(0).default(0.1).describe('Share of the loss on the rephrased question'),
  imageEditShare: z.number().min(0).default(0.1).describe('Share of the loss on the rephrased picture'),
  ownShare: z.number().min(0).default(0).describe('Share of the loss on the edit itself; the reference has none'),
  localityShare: z.number().min(0).default(1).describe('Share of the divergence from the base model on unrelated questions'),
  imageLocality: z.boolean().default(true).describe('Also on unrelated questions about pictures; never with compatibility easyedit'),
  scopeShare: z.number().min(0).default(1).describe('Share of telling questions apart, and pictures for imageScope; never with compatibility easyedit'),
  scopeRecords: z.int().min(2).max(1000).default(16).describe('Records of one step whose questions and pictures are told apart'),
})

/** Entries of all edits so far, by what answers for them; dropped with it. */
const caches = new WeakMap<Answerer, readonly Entry[]>()

/**
 * Differences from the reference (EasyEdit's SERAC_MULTI): the scope classifier is a small trained projection of a frozen text encoder's vector
 * (the model's own features, or any encoder folder), where the reference fine-tunes a whole DistilBERT, so that it works offline and the editor
 * stays small. The counterfactual model is a copy of the edited model with its own last layer and its own visual projection (as the paper does for
 * MiniGPT-4), trained and kept with the editor; the reference's projection is drawn anew at every edit and never trained.
 */
export const serac = defineMethod<Config>({
  id: 'serac',
  label: 'SERAC',
  paper: 'https://arxiv.org/abs/2206.06520',
  summary: 'No weight changes: edits stay in a cache, and a trained scope classifier decides per question how much a counterfactual model, which reads the edit, has to say.',
  config: Config,
  supports,
  scopes: ['text'],
  batch: true,
  chain: true,
  training: defineTraining({
    config: TrainingConfig,
    start: (model, options) => startSerac(model, Config.parse(options.method ?? {}), options),
  }),
  async edit(model, examples, { config, editor, previous, job }) {
    if (!editor)
      throw new Error('SERAC needs a trained editor. Train one first.')
    job.signal.throwIfAborted()
    const network = readNetwork(editor)
    const encoder = await encoderFor(model, config)
    checkEditor(network, encoder, config)
    const entries = [...earlier(previous?.model)]
    for (const example of examples) {
      job.signal.throwIfAborted()
      const tooLong = lengthProblem(model, counterfactualQuestion(model, example, example.question), example.expected)
      if (tooLong !== undefined)
        throw new Error(tooLong)
      entries.push({ example, scope: await projectQuestion(model, encoder, network, example.question, example.expected, config) })
    }
    // Throws now, not at the first question, when the editor's weights are not this model's.
    model.withWeights(network.weights)
    const answerer = createAnswerer(model, encoder, network, entries, config)
    caches.set(answerer, entries)
    return { model: answerer, overlay: new Map(), losses: [], steps: 0 }
  },
})

function supports(_model: Pick<Model, 'info' | 'weights'>, scope: Scope, config: Config): true | string {
  if (scope !== 'text')
    return `SERAC stands in front of the whole model and changes none of its modules, so it has no scope '${scope}'. Use the scope 'text'; the setting imageScope lets pictures count.`
  if (config.imageScope && config.compatibility === 'easyedit')
    return 'The reference implementation of SERAC never looks at pictures, so imageScope and compatibility easyedit exclude each other. Choose one.'
  return true
}

function earlier(previous: Answerer | undefined): readonly Entry[] {
  const entries = previous ? caches.get(previous) : []
  if (!entries)
    throw new Error('The edit before this one was not made by SERAC, so its cache cannot be continued. Start a new stream.')
  return entries
}

/** Throws a sentence when the editor was trained for other settings. */
function checkEditor({ metadata, lookProjection }: SeracNetwork, encoder: { readonly id: string, readonly width: number }, config: Config): void {
  if (metadata.encoder !== undefined && metadata.encoder !== encoder.id)
    throw new Error(`The editor was trained with the text encoder '${metadata.encoder}', but the settings name '${encoder.id}'. Choose that encoder, or train again with this one.`)
  if (metadata.compatibility !== undefined && metadata.compatibility !== config.compatibility)
    throw new Error(`The editor was trained with compatibility '${metadata.compatibility}', but the settings say '${config.compatibility}'. Train one with these settings.`)
  if (config.imageScope && lookProjection.length === 0)
    throw new Error('The editor was trained without pictures, so imageScope cannot be used with it. Train one with scopeShare above 0.')
}
