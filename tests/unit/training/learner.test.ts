import { afterAll, describe, expect, it } from 'vitest'
import type { NamedTensor } from '../../../src/main/models/tensor-file.ts'
import { createRuntime } from '../../../src/main/onnx/runtime.ts'
import { input } from '../../../src/main/tensor/expr.ts'
import { mul, sub } from '../../../src/main/tensor/ops/elementwise.ts'
import { reduceSum } from '../../../src/main/tensor/ops/reduction.ts'
import { adam } from '../../../src/main/training/adam.ts'
import { createLearner } from '../../../src/main/training/learner.ts'
import type { Learner, LearnerOptions } from '../../../src/main/training/learner.ts'

const runtime = createRuntime({ threads: 1 })
afterAll(() => runtime.dispose())

const start = new Map<string, NamedTensor>([
  ['w', { shape: [2, 2], data: Float32Array.of(1, -2, 0.5, 3) }],
  ['rate', { shape: [], data: Float32Array.of(0.25) }],
  ['unused', { shape: [1], data: Float32Array.of(7) }],
])

/** total = rate·Σ(w − x)²: d/dw = 2·rate·(w − x), d/drate = Σ(w − x)². */
function network(options: Partial<LearnerOptions> = {}): { learner: Learner, outputs: Record<string, ReturnType<typeof input>> } {
  const learner = createLearner(runtime, start, { optimizer: adam(), learningRate: 0.1, gradientClip: 1e9, ...options })
  const difference = sub(learner.leaves.w!, input('x', 'float32', [2, 2]))
  const square = reduceSum(mul(difference, difference))
  return { learner, outputs: { total: mul(learner.leaves.rate!, square), square } }
}
const feeds = (...x: number[]) => ({ x: { data: Float32Array.from(x), dims: [2, 2] } })
const [first, second] = [feeds(0, 1, 1, 0), feeds(2, -1, 0, 1)]

/** Adam as torch.optim writes it, on the mean gradient of two examples, in float64. */
function byHand(steps: number, rates: readonly [w: number, rate: number], clip = Infinity): number[] {
  const p = [1, -2, 0.5, 3, 0.25]
  const m = [0, 0, 0, 0, 0]
  const v = [0, 0, 0, 0, 0]
  for (let t = 1; t <= steps; t++) {
    const of = (x: Float32Array): number[] => [...Array.from(x, (xi, i) => 2 * p[4]! * (p[i]! - xi)), x.reduce((s, xi, i) => s + (p[i]! - xi) ** 2, 0)]
    const [a, b] = [of(first.x.data), of(second.x.data)]
    const g = a.map((value, i) => (value + b[i]!) / 2)
    const norm = Math.hypot(...g)
    g.forEach((value, i) => {
      const cut = value * Math.min(1, clip / (norm + 1e-6))
      m[i] = 0.9 * m[i]! + 0.1 * cut
      v[i] = 0.999 * v[i]! + 0.001 * cut * cut
      p[i]! -= 0.1 * rates[i < 4 ? 0 : 1] * (m[i]! / (1 - 0.9 ** t)) / (Math.sqrt(v[i]! / (1 - 0.999 ** t)) + 1e-8)
    })
  }
  return p
}

const parametersOf = (learner: Learner): number[] => ['w', 'rate'].flatMap(name => [...learner.values().get(name)!.data])

async function train({ learner, outputs }: ReturnType<typeof network>, steps: number): Promise<void> {
  for (let i = 0; i < steps; i++) {
    await learner.accumulate(outputs, first)
    await learner.accumulate(outputs, second)
    await learner.update()
  }
}

describe('a learner', () => {
  it('steps like Adam on the mean of what was accumulated', async () => {
    const own = network()
    await train(own, 3)
    const expected = byHand(3, [1, 1])
    parametersOf(own.learner).forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 5))
    expect(own.learner.values().get('unused')!.data[0]).toBe(7)
  })

  it('has a rate of its own for a parameter; a negative one climbs', async () => {
    const own = network({ rates: { rate: -2 } })
    await train(own, 2)
    const expected = byHand(2, [1, -2])
    parametersOf(own.learner).forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 5))
    expect(own.learner.values().get('rate')!.data[0]).toBeGreaterThan(0.25)
  })

  it('cuts the gradient to the longest norm over all parameters', async () => {
    // Adam's first step does not see the gradient's length; later ones do, where it changes.
    const own = network({ gradientClip: 0.5 })
    await train(own, 3)
    const expected = byHand(3, [1, 1], 0.5)
    parametersOf(own.learner).forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 5))
    const free = byHand(3, [1, 1])
    expect(Math.max(...free.map((value, i) => Math.abs(value - expected[i]!)))).toBeGreaterThan(1e-3)
  })

  it('reports every output and the norm, and changes nothing when it only evaluates', async () => {
    const { learner, outputs } = network()
    const before = parametersOf(learner)
    expect(await learner.evaluate(outputs, first)).toEqual({ total: 0.25 * 19.25, square: 19.25 })
    expect(parametersOf(learner)).toEqual(before)
    expect(await learner.accumulate(outputs, first)).toEqual({ total: 0.25 * 19.25, square: 19.25 })
    expect((await learner.update()).norm).toBeCloseTo(Math.hypot(0.5, -1.5, -0.25, 1.5, 19.25), 4)
  })

  it('goes on bit for bit where its state was taken, also between two accumulations', async () => {
    const whole = network()
    await train(whole, 2)
    await whole.learner.accumulate(whole.outputs, first)
    const state = whole.learner.state()
    await whole.learner.accumulate(whole.outputs, second)
    await whole.learner.update()
    await train(whole, 2)

    const resumed = network()
    await train(resumed, 1)
    resumed.learner.restore(state)
    await resumed.learner.accumulate(resumed.outputs, second)
    await resumed.learner.update()
    await train(resumed, 2)
    expect(resumed.learner.state()).toEqual(whole.learner.state())
  })

  it('does not change a state that was taken', async () => {
    const own = network()
    await train(own, 1)
    const state = own.learner.state()
    const copy = structuredClone(state)
    await train(own, 1)
    expect(state).toEqual(copy)
  })

  it('names what does not fit when resuming another network', () => {
    const { learner } = network()
    const { tensors, metadata } = learner.state()
    expect(() => learner.restore({ tensors: new Map([...tensors].filter(([name]) => name !== 'mean of w')), metadata })).toThrow(`has no 'mean of w'`)
    expect(() => learner.restore({ tensors: new Map([...tensors, ['w', { shape: [4], data: new Float32Array(4) }]]), metadata })).toThrow(`has 'w' of shape [4]`)
  })

  it('says when the loss is no number', async () => {
    const { learner, outputs } = network()
    await expect(learner.accumulate(outputs, feeds(Number.NaN, 0, 0, 0))).rejects.toThrow('became NaN at update 1')
  })
})
