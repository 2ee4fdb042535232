// Co-edit (ours): one objective over vision and text weights together, held back by what the unedited model says to other records.
import { z } from 'zod'
import { throwIfAborted, yieldToEvents } from '../base/async.ts'
import { createRandom } from '../base/random.ts'
import type { Random } from '../base/random.ts'
import type { EditRecord, Probe } from '../../preload/contract/records.ts'
import type { Example, Model, Scope, WeightInfo } from '../models/model.ts'
import { input } from '../tensor/expr.ts'
import type { Expr } from '../tensor/expr.ts'
import { adam } from '../training/adam.ts'
import { createLearner } from '../training/learner.ts'
import { chooseWeights, partsOf, rolesOf } from './choose-weights.ts'
import type { Part } from './choose-weights.ts'
import { knownOf } from './co-edit-known.ts'
import type { Known } from './co-edit-known.ts'
import { answerTerm, seenOtherwise, stayTerm, stayingProbes, together } from './co-edit-terms.ts'
import type { Term } from './co-edit-terms.ts'
import { defineMethod, joined, startOf } from './method.ts'
import type { EditOptions, Memory } from './method.ts'
import { recordsBeside } from './other-records.ts'

const Config = z.strictObject({
  steps: z.int().min(1).max(10_000).default(40).describe('Steps of one edit; all are taken, because an edit is right long before it holds for other drawings'),
  textRate: z.number().min(0).max(10).default(1e-3).describe('Size of a step of Adam in the language model'),
  visionRate: z.number().min(0).max(10).default(3e-4).describe('Size of a step of Adam in the vision module'),
  locality: z.number().min(0).max(1000).default(2).describe('How much keeping other answers counts beside the edit'),
  probes: z.int().min(0).max(1000).default(2).describe('Other answers looked at in a step'),
  pool: z.int().min(0).max(10_000).default(128).describe('Other records that these answers come from'),
  near: z.number().min(0).max(1).default(0.5).describe('Share of the pool that asks what the edit asks, where there are such records: 1 = as many as possible'),
  views: z.int().min(0).max(100).default(2).describe('Imagined other drawings of the edited picture looked at in a step'),
  donors: z.int().min(0).max(10_000).default(32).describe('Other records that show what another drawing of the same thing changes, those with the same question first'),
  drawing: z.number().min(0).max(10).default(1.25).describe('An imagined drawing goes at most this far: 1 = as far as those of the other records'),
  textRole: z.enum(['language-ffn', 'language-attention']).default('language-ffn').describe('Weights of the language model that may change'),
  textLayers: z.int().min(0).max(1000).default(1).describe('How many of its last layers; 0 = all'),
  visionRole: z.enum(['q-former', 'q-former-ffn', 'q-former-attention', 'projection']).default('q-former').describe('Weights of the vision module that may change'),
  visionLayers: z.int().min(0).max(1000).default(0).describe('How many of its last layers; 0 = all'),
})
type Config = z.infer<typeof Config>

const partsFor = (scope: Scope, { textRole, textLayers, visionRole, visionLayers }: Config): Part[] =>
  partsOf(scope, { role: textRole, lastLayers: textLayers }, { role: visionRole, lastLayers: visionLayers })

/**
 *   min  mean of −log p(answer | picture), −log p(answer | picture as another might draw it)  +  λ · mean KL(base ‖ edited) on other records
 *
 * "As another might draw it": what enters the first edited stage, plus r·δ; δ is the difference that another artist's drawing made for
 * a random other record, r uniform in [0, drawing]. Terms are sampled anew at every step, from the seed. The record's own probes are not looked at.
 */
export const coEdit = defineMethod({
  id: 'co-edit',
  label: 'Co-edit (ours)',
  paper: 'https://arxiv.org/abs/2310.08475',
  summary: 'Vision and text weights together, by one objective: the edit, also through imagined other drawings, and the unedited model\'s answers to other records. The direction MMEdit names as future work.',
  config: Config,
  scopes: ['both'],
  supports,
  edits: (model, scope, config) => chooseWeights(model, partsFor(scope, config)),
  batch: true,
  chain: true,
  async edit(pristine, examples, options) {
    const { config, scope, job, onStep, previous } = options
    const model = startOf(pristine, previous)
    const chosen = chooseWeights(model, partsFor(scope, config))
    const parameters = new Map(await Promise.all(chosen.map(async ({ name, shape }) => [name, { shape, data: await model.readWeight(name) }] as const)))
    const learner = createLearner(model.runtime, parameters, {
      optimizer: adam(),
      learningRate: 1,
      gradientClip: Infinity,
      rates: Object.fromEntries(chosen.map(({ name, module }) => [name, module === 'text' ? config.textRate : config.visionRate])),
    })
    const termsOf = await sampler(model, examples, chosen, options)
    const losses: number[] = []
    for (let step = 1; step <= config.steps; step++) {
      let loss = 0
      const { graphs, readings } = await termsOf()
      for (const { outputs, feeds } of graphs) {
        throwIfAborted(job.signal)
        loss += (await learner.accumulate(outputs, feeds)).total!
        await yieldToEvents()
      }
      model.runtime.meter.forward += readings
      model.runtime.meter.backward += readings
      await learner.update()
      losses.push(loss)
      onStep?.(step, loss)
    }
    const weights = new Map([...learner.values()].map(([name, { data }]) => [name, data]))
    return {
      model: model.withWeights(weights),
      overlay: joined(previous, weights),
      losses,
      steps: config.steps,
      notes: options.memory.records.length > 0 ? [] : ['There are no other records, so nothing held the edit back and no other drawing could be imagined.'],
    }
  },
})

function supports(model: Pick<Model, 'info' | 'weights'>, scope: Scope): true | string {
  if (scope !== 'both')
    return `Co-edit changes vision and text weights together, so it has no scope '${scope}'. Choose 'both'.`
  const missing = (['text', 'vision'] as const).find(module => rolesOf(model, module).length === 0)
  return missing ? `Model '${model.info.name}' has no weights in its ${missing} module that an edit may change, and co-edit changes both.` : true
}

interface Step {
  readonly graphs: readonly Term[]
  readonly readings: number
}

/** Terms in one graph. A batch has more, and with them more graphs of the same few kinds. */
const inOneGraph = 5

/** Gives the terms of one step after the other. */
async function sampler(model: Model, examples: readonly Example[], chosen: readonly WeightInfo[], { config, job, memory }: EditOptions<Config>): Promise<() => Promise<Step>> {
  const names = chosen.map(({ name }) => name)
  const weights = leavesFor(model, chosen)
  const edits = await Promise.all(examples.map(async example => ({ reading: await model.reading(example, names), hasPicture: example.question.image !== undefined })))
  // Which records are looked at depends on the seed and the question alone: what is known of them serves many edits of a run.
  const anyOrder = createRandom(job.seed).fork('co-edit').shuffle(recordsBeside(examples, memory))
  const known = knownOf(model, memory, names)
  const changes = config.views > 0 ? await drawingChanges(known, sameQuestionFirst(anyOrder, examples, ({ edit }) => [edit]).slice(0, config.donors), job.signal) : []
  const near = Math.ceil(config.near * config.pool)
  const pool = [...new Set([...sameQuestionFirst(anyOrder, examples, stayingProbes).slice(0, near), ...anyOrder])].slice(0, config.pool).flatMap(stayingProbes)
  const random = job.random.fork('co-edit')
  const next = turns(pool, random)
  return async () => {
    const terms: ((slot: string) => Term)[] = []
    for (const { reading, hasPicture } of edits) {
      const views = hasPicture && changes.length > 0 ? config.views : 0
      // The graphs' gradients are averaged, which Adam does not notice.
      const share = 1 / (edits.length * (views + 1))
      terms.push(slot => answerTerm(reading, weights, share, slot))
      for (let view = 0; view < views; view++) {
        const seen = seenOtherwise(reading, random.pick(changes), config.drawing * random.next())
        terms.push(slot => answerTerm(seen, weights, share, slot))
      }
    }
    const probes = pool.length > 0 ? Array.from({ length: config.probes }, next) : []
    // Those with a picture first, so that there are few kinds of graphs.
    for (const probe of [...probes.filter(({ image }) => image), ...probes.filter(({ image }) => !image)]) {
      const { reading, base } = await known.stay(probe, job.signal)
      terms.push(slot => stayTerm(reading, weights, base, config.locality / config.probes, slot))
    }
    const graphs: Term[] = []
    for (let from = 0; from < terms.length; from += inOneGraph) {
      const [first, ...rest] = terms.slice(from, from + inOneGraph).map((term, i) => term(`term${i}`))
      graphs.push(together([first!, ...rest]))
    }
    return { graphs, readings: terms.length }
  }
}

/** Pictures asked the same question are laid out alike, and they are where an edit most easily goes too far. */
function sameQuestionFirst(records: Memory['records'], examples: readonly Example[], probesOf: (record: EditRecord) => readonly Probe[]): Memory['records'] {
  const prompts = new Set(examples.map(({ question }) => question.prompt))
  const asks = (record: EditRecord): boolean => probesOf(record).some(({ prompt }) => prompts.has(prompt))
  return [...records.filter(asks), ...records.filter(record => !asks(record))]
}

async function drawingChanges(known: Known, donors: Memory['records'], signal: AbortSignal): Promise<Float32Array[]> {
  const changes: Float32Array[] = []
  for (const record of donors) {
    throwIfAborted(signal)
    const change = await known.change(record)
    if (change)
      changes.push(change)
  }
  return changes
}

/** One after the other in random order, then all again in another. */
function turns(pool: readonly Probe[], random: Random): () => Probe {
  let left: Probe[] = []
  return () => {
    if (left.length === 0)
      left = random.shuffle(pool)
    return left.pop()!
  }
}

const leafSets = new WeakMap<Model['weights'], Map<string, ReadonlyMap<string, Expr>>>()

/** The same inputs for every edit of these weights, so that edits share their graphs. */
function leavesFor({ weights }: Model, chosen: readonly WeightInfo[]): ReadonlyMap<string, Expr> {
  const sets = leafSets.get(weights) ?? new Map<string, ReadonlyMap<string, Expr>>()
  leafSets.set(weights, sets)
  const key = chosen.map(({ name }) => name).join('\n')
  const known = sets.get(key) ?? new Map(chosen.map(({ name, shape }) => [name, input(name, 'float32', shape)]))
  sets.set(key, known)
  return known
}
