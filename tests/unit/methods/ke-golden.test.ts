// One training step of Knowledge Editor, and the update it makes, are PyTorch's (tests/fixtures/methods/ke/ke.py).
import { afterAll, describe, expect, it } from 'vitest'
import type { FeedValue } from '../../../src/main/models/model.ts'
import { createRuntime } from '../../../src/main/onnx/runtime.ts'
import { floatsOf, float32, scalar } from '../../../src/main/onnx/tensor-value.ts'
import { input } from '../../../src/main/tensor/expr.ts'
import type { Expr } from '../../../src/main/tensor/expr.ts'
import { add, relu } from '../../../src/main/tensor/ops/elementwise.ts'
import { linear } from '../../../src/main/tensor/ops/product.ts'
import { padded } from '../../../src/main/training/bi-lstm.ts'
import { feedOf } from '../../../src/main/training/cut-reading.ts'
import { gradientFactors } from '../../../src/main/training/gradient-factors.ts'
import { keInputs, keLeaves, keParameters, keUpdates } from '../../../src/main/training/ke-network.ts'
import type { KeShape } from '../../../src/main/training/ke-network.ts'
import { allFactors, gradientInputs, keObjective, multiplierInputs } from '../../../src/main/training/ke-objective.ts'
import type { KeReading, KeReadings } from '../../../src/main/training/ke-objective.ts'
import { createLearner } from '../../../src/main/training/learner.ts'
import { createMultiplier } from '../../../src/main/training/multiplier.ts'
import { rmsProp } from '../../../src/main/training/rms-prop.ts'
import { toFeeds } from '../../../src/main/training/train.ts'
import { createRandom } from '../../../src/main/base/random.ts'
import { largestDifference } from '../../numeric/check.ts'
import golden from '../../fixtures/methods/ke/ke.json' with { type: 'json' }

const runtime = createRuntime({ threads: 1 })
afterAll(() => runtime.dispose())

interface Tensor { readonly shape: readonly number[], readonly data: readonly number[] }
const feed = ({ shape, data }: Tensor): FeedValue => ({ dims: shape, data: Float32Array.from(data) })
const ids = (values: readonly number[]): FeedValue => ({ dims: [values.length], data: BigInt64Array.from(values, BigInt) })

const dims = (t: Tensor): [number, number] => [t.shape[0]!, t.shape[1]!]
const shape: KeShape = {
  tokens: golden.tokens,
  embedding: golden.condition.shape[1]!,
  vocabulary: 0,
  lstm: golden.parameters['lstm.hidden'].shape[2]!,
  condition: golden.parameters['condition.bias'].shape[0]!,
  hidden: golden.parameters['w1 inner.g'].shape[0]!,
  maxScale: golden.maxScale,
  gradient: 'mean',
  weights: [{ name: 'w1', shape: dims(golden.weights.w1) }, { name: 'w2', shape: dims(golden.weights.w2) }],
}
const parameters = new Map(Object.entries(golden.parameters).map(([name, { shape: own, data }]) => [name, { shape: own, data: Float32Array.from(data) }]))
const weights = { w1: feed(golden.weights.w1), w2: feed(golden.weights.w2) }
const leaves = new Map<string, Expr>(shape.weights.map(({ name, shape: own }) => [name, input(name, 'float32', own)]))

// The stand-in for a language model, as a reading: y = relu(x·W1ᵀ)·W2ᵀ.
const logits = linear(relu(linear(input('x', 'float32', ['rows', shape.weights[0]!.shape[1]]), leaves.get('w1')!)), leaves.get('w2')!)
const targets = input('targets', 'int64', ['rows'])
const readingOf = (x: Tensor, tokens: readonly number[]): KeReading => ({ logits, targets, leaves, feeds: { x: feed(x), targets: ids(tokens) } })

async function kept(slot: 'unrelatedText' | 'unrelatedImage'): Promise<KeReading> {
  const reading = readingOf(golden.probes[slot], golden.others[slot])
  const { base } = await runtime.run({ base: logits }, toFeeds({ ...reading.feeds, ...weights }))
  return { ...reading, base: feedOf(base!) }
}

async function everything(): Promise<{ readings: KeReadings, feeds: Record<string, FeedValue> }> {
  const edit = readingOf(golden.probes.edit, golden.targets)
  const { loss, factors } = await gradientFactors(runtime, edit, weights)
  expect(loss).toBeGreaterThan(0)
  const { sequences, mask } = padded(Float32Array.from(golden.condition.data), shape.embedding, shape.tokens)
  return {
    readings: { edit, rephrase: readingOf(golden.probes.rephrase, golden.targets), imageRephrase: readingOf(golden.probes.imageRephrase, golden.targets), unrelatedText: await kept('unrelatedText'), unrelatedImage: await kept('unrelatedImage') },
    feeds: { ...weights, ...allFactors(shape, factors, golden.targets.length), [keInputs.sequences]: sequences, [keInputs.mask]: mask },
  }
}

const multiplied = (alpha: number, margin: number): Record<string, FeedValue> => ({ [multiplierInputs.alpha]: feedOf(scalar(alpha)), [multiplierInputs.margin]: feedOf(scalar(margin)) })
const learn = () => createLearner(runtime, parameters, { optimizer: rmsProp({ centered: true }), learningRate: golden.rate, gradientClip: 1e9 })

/** Relative to the largest number of the tensor: gradients of one parameter differ by orders of magnitude from another's. */
function expectClose(own: ArrayLike<number>, { data }: Tensor, what: string): void {
  const size = Math.max(...data.map(Math.abs), 1e-6)
  expect(largestDifference(Array.from(own, v => v / size), data.map(v => v / size)), what).toBeLessThan(1e-4)
}

describe('one update', () => {
  it('has PyTorch\'s gradient and adds what PyTorch adds, with padding in front', async () => {
    const { feeds } = await everything()
    const gradients = gradientInputs(shape)
    const updates = keUpdates(shape, keLeaves(parameters), gradients)
    const outputs = Object.fromEntries(shape.weights.flatMap(({ name }) => [[`g ${name}`, gradients.get(name)!], [`u ${name}`, updates.get(name)!], [`w ${name}`, add(leaves.get(name)!, updates.get(name)!)]]))
    const values = await runtime.run(outputs, { ...toFeeds(feeds), ...Object.fromEntries([...parameters].map(([name, { data, shape: own }]) => [name, float32(data, own)])) })
    for (const name of ['w1', 'w2'] as const) {
      expectClose(floatsOf(values[`g ${name}`]!), golden.gradients[name], `gradient of ${name}`)
      expectClose(floatsOf(values[`u ${name}`]!), golden.updates[name], `update of ${name}`)
      expectClose(floatsOf(values[`w ${name}`]!), golden.edited[name], `edited ${name}`)
    }
  })
})

describe('one training step', () => {
  it('has PyTorch\'s losses, gradients, parameters and multiplier', async () => {
    const { readings, feeds } = await everything()
    const learner = learn()
    const objective = keObjective(shape, learner.leaves, leaves, { constraint: 'kl', rephrase: 0.5, imageRephrase: 0.25 })
    const multiplier = createMultiplier({ rate: golden.alphaRate, margin: golden.margin, shrink: 0.8, smallestMargin: 1e-5, window: 100, enough: 0.9 })
    const values = await learner.accumulate(objective.outputs(readings), { ...feeds, ...objective.feeds(readings), ...multiplied(multiplier.alpha(), multiplier.margin()) })
    for (const [name, value] of Object.entries({ ...golden.losses, locality: golden.kl, constraint: golden.kl, total: golden.total }))
      expect(values[name], name).toBeCloseTo(value, 5)

    const { tensors } = learner.state()
    for (const [name, gradient] of Object.entries(golden.parameterGradients))
      expectClose(tensors.get(`gradient of ${name}`)!.data, gradient, name)
    await learner.update()
    const after = learner.values()
    for (const [name, value] of Object.entries(golden.after))
      expectClose(after.get(name)!.data, value, `${name} after the step`)
    multiplier.update(values.constraint!, values.edited!)
    expect(multiplier.alpha()).toBeCloseTo(golden.alpha, 4)
  })

  it('can be held by the size of the update instead', async () => {
    const { readings: { edit, unrelatedText }, feeds } = await everything()
    const learner = learn()
    const objective = keObjective(shape, learner.leaves, leaves, { constraint: 'norm', rephrase: 0, imageRephrase: 0 })
    const readings = { edit, ...(unrelatedText ? { unrelatedText } : {}) }
    const values = await learner.accumulate(objective.outputs(readings), { ...feeds, ...objective.feeds(readings), ...multiplied(1, golden.margin) })
    expect(values.constraint).toBeCloseTo(golden.norm, 5)
    expect(values.total).toBeCloseTo(golden.totalNorm, 5)
    const { tensors } = learner.state()
    for (const [name, gradient] of Object.entries(golden.normGradients))
      expectClose(tensors.get(`gradient of ${name}`)!.data, gradient, name)
  })
})

it('draws parameters of the shapes PyTorch has, the same ones for the same seed', () => {
  const own = keParameters(shape, createRandom(4))
  expect(new Map([...own].map(([name, { shape: dimensions }]) => [name, dimensions.join()]))).toEqual(new Map([...parameters].map(([name, { shape: dimensions }]) => [name, dimensions.join()])))
  expect(keParameters(shape, createRandom(4))).toEqual(own)
  expect(keParameters(shape, createRandom(5))).not.toEqual(own)
})
