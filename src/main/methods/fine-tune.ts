// Fine-tuning: a few gradient steps on the edit itself, on a part of the weights (spec §3.2; VLKEB's FT).
import { z } from 'zod'
import type { Model, Scope } from '../models/model.ts'
import { adam, adamW } from '../training/adam.ts'
import type { Constraint } from '../training/constraint.ts'
import type { Optimizer } from '../training/optimizer.ts'
import { sgd } from '../training/sgd.ts'
import { trainSteps } from '../training/train.ts'
import { chooseWeights, partsOf, rolesOf } from './choose-weights.ts'
import { defineMethod, joined, startOf } from './method.ts'

const Config = z.strictObject({
  optimizer: z.enum(['adam', 'adamw', 'sgd']).default('adam').describe('How gradients become steps'),
  learningRate: z.number().positive().max(10).default(1e-3).describe('Size of a step'),
  steps: z.int().min(1).max(10_000).default(100).describe('Most steps of one edit'),
  stopWhenEdited: z.boolean().default(true).describe('Stop as soon as the whole target is more likely than all other answers together'),
  stopLoss: z.number().min(0).default(0).describe('Stop when the loss falls to this many nats; 0 = never for this reason'),
  textRole: z.enum(['language-ffn', 'language-attention', 'language-norm']).default('language-ffn').describe('Weights of the language model that may change'),
  textLayers: z.int().min(0).max(1000).default(1).describe('How many of its last layers; 0 = all'),
  visionRole: z.enum(['q-former', 'q-former-ffn', 'q-former-attention', 'query-tokens', 'projection', 'vit', 'vit-ffn', 'vit-attention']).default('q-former').describe('Weights of the vision module that may change'),
  visionLayers: z.int().min(0).max(1000).default(0).describe('How many of its last layers; 0 = all'),
  constraint: z.enum(['none', 'linf', 'l2']).default('none').describe('Keep the weights near where they were: no element further than the radius (linf), or all together at most the radius (l2)'),
  radius: z.number().positive().default(0.02).describe('Radius of the constraint: hundredths for linf, whole numbers for l2'),
  weightDecay: z.number().min(0).max(1).default(0.01).describe('Decoupled weight decay, for adamw only'),
})
type Config = z.infer<typeof Config>

export const fineTune = defineMethod({
  id: 'fine-tune',
  label: 'Fine-tuning',
  paper: 'https://arxiv.org/abs/2403.07350',
  summary: 'Gradient steps on the edit itself: the last feed-forward layers of the language model, the Q-Former, or both.',
  config: Config,
  supports,
  batch: true,
  chain: true,
  async edit(pristine, examples, { config, scope, job, onStep, previous }) {
    const model = startOf(pristine, previous)
    const chosen = chooseWeights(model, partsOf(scope, { role: config.textRole, lastLayers: config.textLayers }, { role: config.visionRole, lastLayers: config.visionLayers }))
    const problem = await model.problem(examples, chosen.map(({ name }) => name))
    // The loss is a mean over examples; this many times it is at least −log p of the worst one.
    const tokens = Math.max(...problem.tokens) * examples.length
    const { weights, losses, steps } = await trainSteps(model.runtime, problem, {
      optimizer: optimizerOf(config),
      learningRate: config.learningRate,
      steps: config.steps,
      ...constraintOf(config),
      signal: job.signal,
      onStep(step, loss) {
        onStep?.(step, loss)
        return isDone(loss, tokens, config) ? 'stop' : undefined
      },
    })
    return { model: model.withWeights(weights), overlay: joined(previous, weights), losses, steps }
  },
})

/** Fine-tuning can change whatever the model lists. */
function supports(model: Pick<Model, 'info' | 'weights'>, scope: Scope): true | string {
  for (const module of scope === 'both' ? ['text', 'vision'] as const : [scope]) {
    if (rolesOf(model, module).length === 0)
      return `Model '${model.info.name}' has no weights in its ${module} module that an edit may change, so fine-tuning cannot have the scope '${scope}'.`
  }
  return true
}

/**
 * The loss is the mean of −log p over the target's tokens, so loss × tokens = −log p(target). At ln 2 the target has probability ½:
 * each of its tokens has at least that and is the best one, the edit succeeded under teacher forcing, and nothing needs to be asked.
 * The hundredth keeps the verdict when another graph of the same model rounds differently.
 */
function isDone(loss: number, tokens: number, config: Pick<Config, 'stopWhenEdited' | 'stopLoss'>): boolean {
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
