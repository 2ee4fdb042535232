// WISE (Wang et al. 2024): edits go into a copy of one feed-forward matrix, and only questions to which the copy reacts strongly are answered by it.
import { z } from 'zod'
import { throwIfAborted } from '../base/async.ts'
import { must } from '../base/errors.ts'
import type { Random } from '../base/random.ts'
import type { Probe } from '../../preload/contract/records.ts'
import type { Answerer, Example, Model, Question, WeightInfo, WeightOverlay } from '../models/model.ts'
import { adam } from '../training/adam.ts'
import { sgd } from '../training/sgd.ts'
import { trainSteps } from '../training/train.ts'
import { chosenLayer } from './chosen-layer.ts'
import { feedForwardLayers, matrixOf, productLength, promptEndOf, supportsFeedForward } from './feed-forward.ts'
import { defineMethod } from './method.ts'
import type { Edit, Memory } from './method.ts'
import { recordsBeside } from './other-records.ts'
import { mergeMemories, route, thresholdOf } from './side-memory.ts'
import type { SideMemory } from './side-memory.ts'
import { changeName, sideProblem } from './wise-loss.ts'

const Config = z.strictObject({
  layersAfter: z.int().min(0).max(1000).default(1).describe('How many layers come after the one whose matrix is copied'),
  onlyLayer: chosenLayer.describe('The layer itself, from 0, instead of counting from the end'),
  optimizer: z.enum(['sgd', 'adam']).default('sgd').describe('How gradients become steps'),
  learningRate: z.number().positive().max(100).default(1).describe('Size of a step'),
  steps: z.int().min(1).max(10_000).default(50).describe('Most steps of one edit'),
  stopLoss: z.number().min(0).default(0.05).describe('Stop when the loss falls to this; 0 = take every step'),
  maskRatio: z.number().positive().max(1).default(0.2).describe('Share of the matrix that one side memory may change, drawn at random'),
  radius: z.number().positive().default(1).describe('No element moves further than this in one edit (L∞)'),
  alpha: z.number().min(0).default(0.25).describe('Largest reaction to other questions, as a share of the length of the matrix\'s own output'),
  beta: z.number().min(0).default(1).describe('Smallest reaction to the edit, in the same unit'),
  gamma: z.number().min(0).default(0.5).describe('Smallest difference of the two, in the same unit'),
  activationShare: z.number().positive().max(1).default(0.5).describe('A side memory answers from this share of its weakest reaction to its own edits on'),
  others: z.int().min(1).max(1000).default(16).describe('Questions of other records that one edit is kept away from'),
  otherKinds: z.enum(['text', 'all']).default('all').describe('Which of their questions: those without a picture (as the paper), or all'),
  shardEdits: z.int().min(1).max(100_000).default(20).describe('Edits until a new side memory with a new mask begins'),
  mergeShards: z.int().min(2).max(1000).default(2).describe('Side memories that are merged into one as soon as there are so many'),
  density: z.number().positive().max(1).default(0.53).describe('Share of each side memory\'s change that survives a merge (TIES)'),
})
type Config = z.infer<typeof Config>

interface Memories {
  /** The last one is being written to. */
  readonly memories: readonly SideMemory[]
  /** Of the last one: 1 where it may change. */
  readonly mask: Float32Array | undefined
}
const none: Memories = { memories: [], mask: undefined }
const states = new WeakMap<Edit, Memories>()

export const wise = defineMethod({
  id: 'wise',
  label: 'WISE',
  paper: 'https://arxiv.org/abs/2405.14768',
  summary: 'Edits go into a side memory, a copy of one feed-forward matrix; a question is answered by it only when the copy reacts to it as strongly as to its edits.',
  config: Config,
  scopes: ['text'],
  supports: (model, scope, config) => supportsFeedForward(model, scope, config, 'WISE keeps its side memory'),
  edits: (model, _scope, config) => [matrixOf(model, config)],
  layers: (model, scope) => {
    const supported = supportsFeedForward(model, scope, { layersAfter: 0 }, 'WISE keeps its side memory')
    return supported === true ? feedForwardLayers(model) : supported
  },
  batch: true,
  chain: true,
  async edit(model, examples, { config, job, memory, onStep, previous }) {
    const weight = matrixOf(model, config)
    const original = await model.readWeight(weight.name)
    const random = job.random.fork('wise')
    const others = await otherKeys(model, weight, examples, memory, config, random.fork('others'), job.signal)
    let state = previous ? must(states.get(previous), 'the side memories of the edit before') : none
    const losses: number[] = []
    let steps = 0
    for (const example of examples) {
      throwIfAborted(job.signal)
      state = opened(state, weight, config, random.fork(`mask ${state.memories.length} ${state.memories.flatMap(m => m.keys).length}`))
      const current = state.memories.at(-1)!
      const key = await promptEndOf(model, example.question, weight.name)
      const unit = productLength(key, original)
      const margins = { alpha: config.alpha * unit, beta: config.beta * unit, gamma: config.gamma * unit }
      const mask = state.mask!
      const problem = await sideProblem(model, weight, { example, key, others, margins, change: current.change, mask })
      const trained = await trainSteps(model.runtime, problem, {
        optimizer: config.optimizer === 'sgd' ? sgd() : adam(),
        learningRate: config.learningRate,
        steps: config.steps,
        constraint: { norm: 'linf', radius: config.radius },
        signal: job.signal,
        onStep(_, loss) {
          losses.push(loss)
          onStep?.(losses.length, loss)
          return loss <= config.stopLoss ? 'stop' : undefined
        },
      })
      steps += trained.steps
      const change = trained.weights.get(changeName)!.map((value, i) => value * mask[i]!)
      state = { ...state, memories: state.memories.with(-1, { change, keys: [...current.keys, key] }) }
    }
    const edit: Edit = { model: answerer(model, weight.name, original, state.memories, config), overlay: new Map(), losses, steps, notes: memory.records.length > 0 ? [] : ['There are no other records, so the side memory was not kept away from any question.'] }
    states.set(edit, state)
    return edit
  },
})

/** A side memory to write to: the one begun last, or a new one after so many edits; merges when there are too many. */
function opened({ memories, mask }: Memories, weight: WeightInfo, config: Config, random: Random): Memories {
  const size = weight.shape[0]! * weight.shape[1]!
  const last = memories.at(-1)
  if (last && mask && last.keys.length < config.shardEdits)
    return { memories, mask }
  const closed = memories.length >= config.mergeShards ? [mergeMemories(memories, config.density)] : memories
  return {
    memories: [...closed, { change: new Float32Array(size), keys: [] }],
    mask: Float32Array.from({ length: size }, () => Number(random.next() < config.maskRatio)),
  }
}

/** What enters the matrix for questions of other records: never of the record that is edited. */
async function otherKeys(model: Model, weight: WeightInfo, examples: readonly Example[], memory: Memory, { others, otherKinds }: Config, random: Random, signal: AbortSignal): Promise<Float32Array[]> {
  const keys: Float32Array[] = []
  for (const { edit, probes } of random.shuffle(recordsBeside(examples, memory))) {
    const asked: Probe[] = [...probes.unrelatedText ?? [], ...(otherKinds === 'all' ? [edit, ...probes.unrelatedImage ?? []] : [])]
    if (asked.length === 0)
      continue
    throwIfAborted(signal)
    keys.push(await promptEndOf(model, await memory.question(random.pick(asked)), weight.name))
    if (keys.length >= others)
      return keys
  }
  // No others: a question that nothing reacts to.
  return keys.length > 0 ? keys : [new Float32Array(weight.shape[1]!)]
}

/** The model with its side memories. A question that none of them reacts to is answered as before, bit for bit. */
function answerer(model: Model, weight: string, original: Float32Array, memories: readonly SideMemory[], { activationShare }: Config): Answerer {
  const thresholds = memories.map(memory => thresholdOf(memory, activationShare))
  const overlays = memories.map(({ change }): WeightOverlay => new Map([[weight, original.map((value, i) => value + change[i]!)]]))
  return {
    async answer(question: Question, expected, options) {
      const { memory, score } = route(memories, thresholds, await promptEndOf(model, question, weight))
      const answering = memory === undefined ? model : model.withWeights(overlays[memory]!)
      return { ...await answering.answer(question, expected, options), routing: { score, taken: memory !== undefined } }
    },
  }
}
