// Knowledge Editor (De Cao et al. 2021): a network reads what is to change and gates the gradient of one step (spec §3.3).
import { z } from 'zod'
import { throwIfAborted } from '../base/async.ts'
import type { WeightInfo } from '../models/model.ts'
import { keUpdate, shapeOf } from './ke-edit.ts'
import { keFeatures } from './ke-features.ts'
import type { KeShape } from '../training/ke-network.ts'
import { keTrainer } from './ke-trainer.ts'
import { editedMatrices, hasMatrices } from './edited-matrices.ts'
import { defineMethod, defineTraining, joined, startOf } from './method.ts'
import { trainingShape } from './training-config.ts'

const Config = z.strictObject({
  textLayers: z.int().min(1).max(1000).default(3).describe('How many of the language model\'s last layers it edits (their feed-forward matrices)'),
  visionLayers: z.int().min(0).max(1000).default(2).describe('How many of the Q-Former\'s last layers it edits (the matrix out of their feed-forward part)'),
  projection: z.boolean().default(true).describe('Edit the projection into the language model too, where the vision module is edited'),
})

const Training = z.strictObject({
  ...trainingShape({ iterations: 5000, learningRate: 1e-3, validateEvery: 500 }),
  optimizer: z.enum(['rms-prop', 'adam']).default('rms-prop').describe('How gradients become steps; rms-prop is centred, as the original\'s'),
  accumulate: z.int().min(1).max(1024).default(1).describe('Records whose gradients make one step'),
  warmup: z.int().min(0).default(200).describe('Steps until the learning rate is reached; from then on it decays to zero'),
  constraint: z.enum(['kl', 'norm']).default('kl').describe('What must stay below the margin: the divergence of other answers from the unedited model\'s (the original), or the size of the update (VLKEB)'),
  margin: z.number().positive().default(1e-2).describe('Margin of the constraint; it shrinks while edits succeed'),
  smallestMargin: z.number().positive().default(1e-3).describe('It shrinks no further'),
  shrink: z.number().positive().max(1).default(0.8).describe('What the margin is multiplied by when more than nine in ten edits of the last steps succeeded'),
  shrinkEvery: z.int().min(1).default(500).describe('Steps between two looks at how many succeeded'),
  multiplierRate: z.number().min(0).default(0.1).describe('Learning rate of the constraint\'s multiplier'),
  rephrase: z.number().min(0).max(100).default(1).describe('Weight of the rephrased question in the loss. The original trains on paraphrases; VLKEB\'s version does not (0)'),
  imageRephrase: z.number().min(0).max(100).default(1).describe('Weight of the rephrased picture in the loss'),
  tokens: z.int().min(4).max(512).default(32).describe('Most tokens that are read of "old answer >> new answer || question"'),
  embeddings: z.enum(['frozen', 'trained']).default('frozen').describe('The language model\'s own token embeddings, or a copy that is trained and shipped with the editor (the original; as large as the model\'s table)'),
  lstm: z.int().min(1).max(4096).default(32).describe('Width of each direction of the LSTM (original: 128)'),
  condition: z.int().min(1).max(8192).default(64).describe('Width of what it tells the matrices (original: 1024)'),
  hidden: z.int().min(1).max(8192).default(24).describe('Width of each matrix\'s own layer (original: 128)'),
  maxScale: z.number().positive().default(1000).describe('Largest factor on an update (VLKEB trains with 1)'),
  gradient: z.enum(['mean', 'sum']).default('sum').describe('Which gradient is gated: of the mean loss of the answer\'s tokens (the original), or of their sum, as strong for long answers as for short ones'),
  cacheMegabytes: z.int().min(0).max(1_000_000).default(1024).describe('Memory for what is computed once per record'),
})

const sizes = ({ name, shape }: WeightInfo): KeShape['weights'][number] => ({ name, shape: [shape[0]!, shape[1]!] })

export const ke = defineMethod({
  id: 'ke',
  label: 'Knowledge Editor',
  paper: 'https://arxiv.org/abs/2104.08164',
  summary: 'A trained network reads the old answer, the new one and the question, and gates the gradient of a single step with matrices of rank one.',
  config: Config,
  supports: (model, scope, config) => hasMatrices(model, scope, config, 'Knowledge Editor'),
  // Each example has a condition and so gates of its own; a batch is the sum of the updates they would get alone.
  edits: editedMatrices,
  batch: true,
  chain: true,
  training: defineTraining({
    config: Training,
    async start(model, { config, method, scope, job, ...data }) {
      const { margin, smallestMargin, shrink, shrinkEvery, multiplierRate, cacheMegabytes, ...rest } = config
      const { width } = await model.embeddingsOf([0])
      const shape: KeShape = {
        tokens: config.tokens,
        embedding: width,
        vocabulary: config.embeddings === 'trained' ? model.info.vocabulary : 0,
        lstm: config.lstm,
        condition: config.condition,
        hidden: config.hidden,
        maxScale: config.maxScale,
        gradient: config.gradient,
        weights: editedMatrices(model, scope, Config.parse(method)).map(sizes),
      }
      const features = await keFeatures(model, shape, config, cacheMegabytes * 2 ** 20)
      return keTrainer(model, shape, { ...data, features, random: job.random }, {
        ...rest,
        multiplier: { rate: multiplierRate, margin, smallestMargin, shrink, window: shrinkEvery, enough: 0.9 },
      })
    },
  }),
  async edit(pristine, examples, { config, scope, job, previous, editor, onStep }) {
    if (!editor)
      throw new Error('Knowledge Editor needs a trained editor. Train one, or choose one of the study\'s.')
    requireSame(shapeOf(editor), editedMatrices(pristine, scope, config).map(sizes))
    const model = startOf(pristine, previous)
    const sums = new Map<string, Float32Array>()
    const losses: number[] = []
    for (const example of examples) {
      const { loss, changes } = await keUpdate(model, pristine, editor, example, job.signal)
      losses.push(loss)
      for (const [name, change] of changes) {
        const sum = sums.get(name) ?? (await model.readWeight(name)).slice()
        sums.set(name, sum)
        for (let i = 0; i < sum.length; i++)
          sum[i]! += change[i]!
      }
    }
    const loss = losses.reduce((a, b) => a + b, 0) / losses.length
    onStep?.(1, loss)
    throwIfAborted(job.signal)
    return { model: model.withWeights(sums), overlay: joined(previous, sums), losses: [loss], steps: 1 }
  },
})

function requireSame({ weights }: KeShape, wanted: KeShape['weights']): void {
  const text = (list: KeShape['weights']): string => list.map(({ name, shape }) => `${name} [${shape.join(', ')}]`).join(', ')
  if (text(weights) !== text(wanted))
    throw new Error(`The editor was trained for ${text(weights)}, but these settings edit ${text(wanted)}. Choose an editor of this scope and these layers, or train one.`)
}
