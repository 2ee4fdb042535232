// MEND: small trained networks turn the gradient of one edit into the edit of the weights, in a single step (spec §3.4).
import { z } from 'zod'
import { throwIfAborted } from '../base/async.ts'
import { must } from '../base/errors.ts'
import { applyMend } from '../training/mend-edit.ts'
import { editedMatrices, hasMatrices } from './edited-matrices.ts'
import { startMendTraining } from './mend-trainer.ts'
import { defineMethod, defineTraining, joined, startOf } from './method.ts'
import { trainingShape } from './training-config.ts'

const Config = z.strictObject({
  textLayers: z.int().min(1).max(1000).default(3).describe('How many of the language model\'s last layers may change (their feed-forward matrices)'),
  visionLayers: z.int().min(1).max(1000).default(2).describe('How many of the Q-Former\'s last layers may change (the output matrices of their feed-forward part for the queries)'),
  projection: z.boolean().default(true).describe('The projection into the language model may change too, where the vision module is edited'),
  scale: z.number().positive().max(100).default(1).describe('The edit is multiplied by this'),
  compatibility: z.enum(['strict', 'easyedit']).default('strict').describe('With easyedit the edit rates learn at the networks\' rate, the last editor is kept instead of the best, and statistics begin anew when a training is resumed'),
})
type Config = z.infer<typeof Config>

const weight = z.number().min(0).max(1000)

/** Defaults were found on train records of the sample study, held out from training; the paper's, for models a thousand times as large, are in the descriptions. */
const TrainingSettings = z.strictObject({
  ...trainingShape({ iterations: 12_000, learningRate: 1e-4 }),
  patience: z.int().min(0).default(3000).describe('Stop after so many steps without a better validation; 0 = never'),
  rateLearningRate: z.number().min(0).max(10).default(1e-4).describe('Size of a step of the edit rates, one a matrix'),
  editRate: z.number().min(-10).max(10).default(-2e-3).describe('Edit rate of every matrix before training; below 0 the untrained networks go down the gradient. 1e-4 in the paper'),
  rank: z.int().min(1).max(100_000).default(48).describe('Rank of the networks\' layers; 1920 in the paper'),
  hiddenLayers: z.int().min(0).max(8).default(1).describe('Low-rank layers before the last one'),
  accumulate: z.int().min(1).max(1000).default(1).describe('Iterations whose gradients make one step; 2 in the reference'),
  editWeight: weight.default(0.3).describe('How much the loss on the edit itself counts; 0 in the paper'),
  textWeight: weight.default(0.5).describe('How much the loss on the rephrased question counts; 0.1 in the paper'),
  imageWeight: weight.default(0.5).describe('How much the loss on the rephrased picture counts; 0.1 in the paper'),
  localityWeight: weight.default(1).describe('How much the divergence on the unrelated question and on the unrelated picture counts'),
  answerLoss: z.enum(['sum', 'mean']).default('sum').describe('What an answer of several tokens loses: all of −log p of the answer (sum), so that long answers weigh no less than short ones, or a token\'s mean as in the paper, which trains an editor a task'),
  cacheMegabytes: z.int().min(0).max(1_000_000).default(1024).describe('Memory for what was computed of the records, so that later epochs need not compute it again'),
})

export const mend = defineMethod({
  id: 'mend',
  label: 'MEND',
  paper: 'https://arxiv.org/abs/2110.11309',
  summary: 'Trained networks turn the factors of the edit\'s gradient into an update of the weights, in one step: feed-forward matrices of the language model, of the Q-Former, or both.',
  config: Config,
  supports: (model, scope, config) => hasMatrices(model, scope, config, 'MEND'),
  edits: editedMatrices,
  batch: true,
  chain: true,
  training: defineTraining({
    config: TrainingSettings,
    start(model, { config, method, scope, job, memory, validation, resume }) {
      const settings = Config.parse(method ?? {})
      const isStrict = settings.compatibility === 'strict'
      return startMendTraining(model, editedMatrices(model, scope, settings), {
        ...config,
        rateLearningRate: isStrict ? config.rateLearningRate : config.learningRate,
        likeEasyEdit: !isStrict,
        slots: { edit: config.editWeight, textRephrase: config.textWeight, imageRephrase: config.imageWeight, unrelatedText: config.localityWeight, unrelatedImage: config.localityWeight },
        cacheBytes: config.cacheMegabytes * 2 ** 20,
      }, { job, memory, validation, ...(resume ? { resume } : {}) })
    },
  }),
  async edit(pristine, examples, { config, scope, job, editor, previous, onStep }) {
    const model = startOf(pristine, previous)
    const { weights, loss } = await applyMend(model, examples, editedMatrices(model, scope, config), {
      editor: must(editor, 'what MEND\'s training left behind'),
      changed: previous?.overlay ?? new Map<string, Float32Array>(),
      scale: config.scale,
      signal: job.signal,
    })
    onStep?.(1, loss)
    throwIfAborted(job.signal)
    return { model: model.withWeights(weights), overlay: joined(previous, weights), losses: [loss], steps: 1 }
  },
})
