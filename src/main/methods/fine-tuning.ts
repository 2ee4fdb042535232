// What the fine-tuning methods share: gradient steps on the edit itself, on a part of the weights; they differ in their defaults (spec §3.2).
import { z } from 'zod'
import type { Model, Scope, WeightOverlay } from '../models/model.ts'
import { adam, adamW } from '../training/adam.ts'
import type { Constraint } from '../training/constraint.ts'
import { lowRank } from '../training/low-rank.ts'
import type { Optimizer } from '../training/optimizer.ts'
import { sgd } from '../training/sgd.ts'
import { trainSteps } from '../training/train.ts'
import type { Problem, TrainOptions, TrainResult } from '../training/train.ts'
import { chosenLayer, layersBeside } from './chosen-layer.ts'
import { chooseWeights, missingLayer, partsOf, rolesOf } from './choose-weights.ts'
import type { Part } from './choose-weights.ts'
import { defineMethod, joined, startOf } from './method.ts'
import type { Method } from './method.ts'

interface Defaults {
  readonly learningRate: number
  readonly steps: number
  readonly parametrisation: 'full' | 'lora'
  readonly constraint: 'none' | 'linf' | 'l2'
  readonly radius: number
  readonly visionRole: 'q-former' | 'projection'
}

const plain: Defaults = { learningRate: 1e-3, steps: 100, parametrisation: 'full', constraint: 'none', radius: 0.02, visionRole: 'q-former' }

const configWith = (defaults: Defaults) => z.strictObject({
  optimizer: z.enum(['adam', 'adamw', 'sgd']).default('adam').describe('How gradients become steps'),
  learningRate: z.number().positive().max(10).default(defaults.learningRate).describe('Size of a step'),
  steps: z.int().min(1).max(10_000).default(defaults.steps).describe('Most steps of one edit'),
  stopWhenEdited: z.boolean().default(true).describe('Stop as soon as the whole target is more likely than all other answers together'),
  stopLoss: z.number().min(0).default(0).describe('Stop when the loss falls to this many nats; 0 = never for this reason'),
  textRole: z.enum(['language-ffn', 'language-attention', 'language-norm']).default('language-ffn').describe('Weights of the language model that may change'),
  textLayers: z.int().min(0).max(1000).default(1).describe('How many of its last layers; 0 = all'),
  visionRole: z.enum(['q-former', 'q-former-ffn', 'q-former-attention', 'query-tokens', 'projection', 'vit', 'vit-ffn', 'vit-attention']).default(defaults.visionRole).describe('Weights of the vision module that may change'),
  visionLayers: z.int().min(0).max(1000).default(0).describe('How many of its last layers; 0 = all'),
  onlyLayer: chosenLayer.describe('This layer alone, from 0, instead of the last ones; for text or vision, not for both'),
  constraint: z.enum(['none', 'linf', 'l2']).default(defaults.constraint).describe('Keep what is trained near where it was: no element further than the radius (linf), or all together at most the radius (l2)'),
  radius: z.number().positive().default(defaults.radius).describe('Radius of the constraint: hundredths or less for linf, whole numbers for l2'),
  parametrisation: z.enum(['full', 'lora']).default(defaults.parametrisation).describe('Train the weights themselves (full), or two thin factors whose product is added to each matrix (lora)'),
  loraRank: z.int().min(1).max(1024).default(8).describe('Rows of the thin factors, for lora only'),
  loraAlpha: z.number().positive().default(16).describe('The product of the factors counts this much divided by the rank, for lora only'),
  weightDecay: z.number().min(0).max(1).default(0.01).describe('Decoupled weight decay, for adamw only'),
})
type Config = z.infer<ReturnType<typeof configWith>>

/** A fine-tuning method by its name and the defaults in which it differs. */
export function fineTuning({ defaults = {}, ...named }: Pick<Method, 'id' | 'label' | 'paper' | 'summary'> & { readonly defaults?: Partial<Defaults> }): Method {
  return defineMethod({
    ...named,
    config: configWith({ ...plain, ...defaults }),
    supports,
    edits: (model, scope, config) => chooseWeights(model, partsFor(scope, config)),
    layers: (model, scope, config) => layersBeside(model, scope, partsFor(scope, config)),
    batch: true,
    chain: true,
    async edit(pristine, examples, { config, scope, job, onStep, previous }) {
      const model = startOf(pristine, previous)
      const chosen = chooseWeights(model, partsFor(scope, config))
      const problem = await model.problem(examples, chosen.map(({ name }) => name))
      // The loss is a mean over examples; this many times it is at least −log p of the worst one.
      const tokens = Math.max(...problem.tokens) * examples.length
      const { weights, losses, steps, notes } = await fit(model, problem, config, {
        optimizer: optimizerOf(config),
        learningRate: config.learningRate,
        steps: config.steps,
        ...constraintOf(config),
        signal: job.signal,
        onStep(step, loss) {
          onStep?.(step, loss)
          return isDone(loss, tokens, config) ? 'stop' : undefined
        },
      }, job.random)
      return { model: model.withWeights(weights), overlay: joined(previous, weights), losses, steps, notes }
    },
  })
}

const partsFor = (scope: Scope, { textRole, textLayers, visionRole, visionLayers, onlyLayer }: Config): Part[] =>
  partsOf(scope, { role: textRole, lastLayers: textLayers, onlyLayer }, { role: visionRole, lastLayers: visionLayers, onlyLayer })

interface Fitted extends Omit<TrainResult, 'weights'> {
  readonly weights: WeightOverlay
  readonly notes: readonly string[]
}

/** The problem solved in the weights themselves, or in low-rank factors that are merged into them afterwards. */
async function fit({ runtime }: Pick<Model, 'runtime'>, problem: Problem, config: Config, options: TrainOptions, random: Parameters<typeof lowRank>[1]['random']): Promise<Fitted> {
  if (config.parametrisation === 'full')
    return { ...await trainSteps(runtime, problem, options), notes: [] }
  const factored = lowRank(problem, { rank: config.loraRank, alpha: config.loraAlpha, random: random.fork('lora') })
  const result = await trainSteps(runtime, factored.problem, options)
  const { length } = factored.left
  return {
    ...result,
    weights: factored.merge(result.weights),
    notes: length === 0 ? [] : [`${length} of the ${problem.weights.length} chosen weights ${length === 1 ? 'is no matrix and stays as it is' : 'are no matrices and stay as they are'}: low-rank factors need two axes.`],
  }
}

/** Fine-tuning can change whatever the model lists. */
function supports(model: Pick<Model, 'info' | 'weights'>, scope: Scope, config: Config): true | string {
  for (const module of scope === 'both' ? ['text', 'vision'] as const : [scope]) {
    if (rolesOf(model, module).length === 0)
      return `Model '${model.info.name}' has no weights in its ${module} module that an edit may change, so fine-tuning cannot have the scope '${scope}'.`
  }
  if (config.onlyLayer === undefined)
    return true
  const layers = layersBeside(model, scope, partsFor(scope, config))
  return typeof layers === 'string' ? layers : missingLayer(model, partsFor(scope, config)[0]!) ?? true
}

/**
 * The loss is the mean of −log p over the target's tokens, so loss × tokens = −log p(target). At ln 2 the target has probability ½:
 * each of its tokens has at least that and is the best one, the edit succeeded under teacher forcing, and nothing needs to be asked.
 * The hundredth keeps the verdict when another graph of the same model rounds differently.
 */
export function isDone(loss: number, tokens: number, config: Pick<Config, 'stopWhenEdited' | 'stopLoss'>): boolean {
  return (config.stopLoss > 0 && loss <= config.stopLoss) || (config.stopWhenEdited && loss * tokens <= Math.LN2 - 0.01)
}

function optimizerOf({ optimizer, weightDecay }: Config): Optimizer {
  switch (optimizer) {
    case 'adam': return adam()
    case 'adamw': return adamW({ weightDecay })
    case 'sgd': return sgd()
  }
}

function constraintOf({ constraint, radius }: Config): { constraint?: Constraint } {
  return constraint === 'none' ? {} : { constraint: { norm: constraint, radius } }
}
