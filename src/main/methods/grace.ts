// GRACE (Hartvigsen et al. 2023): a codebook in front of one feed-forward matrix; activations near an edit's are answered by a trained value.
import { z } from 'zod'
import { throwIfAborted } from '../base/async.ts'
import { must } from '../base/errors.ts'
import type { Random } from '../base/random.ts'
import type { Answerer, Model, WeightInfo } from '../models/model.ts'
import { adam } from '../training/adam.ts'
import { trainSteps } from '../training/train.ts'
import { defer, placeFor } from './codebook.ts'
import type { Codebook } from './codebook.ts'
import { chosenLayer } from './chosen-layer.ts'
import { feedForwardLayers, matrixOf, promptEndOf, supportsFeedForward } from './feed-forward.ts'
import { valueName, valueProblem } from './grace-value.ts'
import { defineMethod } from './method.ts'
import type { Edit } from './method.ts'

const Config = z.strictObject({
  layersAfter: z.int().min(0).max(1000).default(1).describe('How many layers come after the one with the codebook'),
  onlyLayer: chosenLayer.describe('The layer itself, from 0, instead of counting from the end'),
  radius: z.number().positive().max(100).default(0.8).describe('First deferral radius, as a share of the key\'s length'),
  steps: z.int().min(1).max(10_000).default(50).describe('Most steps for a value'),
  learningRate: z.number().positive().max(100).default(1).describe('Size of a step'),
  stopLoss: z.number().min(0).default(0.05).describe('Stop when the loss falls to this many nats; 0 = take every step'),
})
type Config = z.infer<typeof Config>

/** The codebook an edit ended with, for the edit after it. */
const codebooks = new WeakMap<Edit, Codebook>()

export const grace = defineMethod({
  id: 'grace',
  label: 'GRACE',
  paper: 'https://arxiv.org/abs/2211.11031',
  summary: 'A codebook in the language model: when what enters a feed-forward matrix at the end of the prompt is near an edit\'s, a trained value takes the place of its output. Weights stay.',
  config: Config,
  scopes: ['text'],
  supports: (model, scope, config) => supportsFeedForward(model, scope, config, 'GRACE keeps its codebook'),
  edits: (model, _scope, config) => [matrixOf(model, config)],
  layers: (model, scope) => {
    const supported = supportsFeedForward(model, scope, { layersAfter: 0 }, 'GRACE keeps its codebook')
    return supported === true ? feedForwardLayers(model) : supported
  },
  batch: true,
  chain: true,
  async edit(model, examples, { config, job, onStep, previous }) {
    const weight = matrixOf(model, config)
    const random = job.random.fork('grace')
    let codebook: Codebook = previous ? must(codebooks.get(previous), 'the codebook of the edit before') : []
    const losses: number[] = []
    let steps = 0
    for (const example of examples) {
      throwIfAborted(job.signal)
      const key = await promptEndOf(model, example.question, weight.name)
      const placed = placeFor(codebook, key, example.expected, config.radius * Math.hypot(...key), () => coldValue(weight, random))
      const entry = placed.codebook[placed.index]!
      const trained = await trainSteps(model.runtime, await valueProblem(model, example, weight.name, entry.value), {
        optimizer: adam(),
        learningRate: config.learningRate,
        steps: config.steps,
        signal: job.signal,
        onStep(_, loss) {
          losses.push(loss)
          onStep?.(losses.length, loss)
          return loss <= config.stopLoss ? 'stop' : undefined
        },
      })
      steps += trained.steps
      codebook = placed.codebook.with(placed.index, { ...entry, value: trained.weights.get(valueName)! })
    }
    const edit: Edit = { model: withCodebook(model, weight.name, codebook), overlay: new Map(), losses, steps }
    codebooks.set(edit, codebook)
    return edit
  },
})

/** Uniform in [0, 1), as the reference starts values ("cold"). */
const coldValue = ({ shape }: WeightInfo, random: Random): Float32Array => Float32Array.from({ length: shape[0]! }, () => random.next())

/** The model behind the codebook. Outside every ball it answers as it is, bit for bit. */
function withCodebook(model: Model, weight: string, codebook: Codebook): Answerer {
  return {
    async answer(question, expected, options) {
      const { entry, score } = defer(codebook, await promptEndOf(model, question, weight))
      const answering = entry ? model.withReplacement({ weight, value: entry.value }) : model
      return { ...await answering.answer(question, expected, options), routing: { score, taken: entry !== undefined } }
    },
  }
}
