import { afterAll, describe, expect, it } from 'vitest'
import { createRuntime } from '../../../src/main/onnx/runtime.ts'
import type { Runtime } from '../../../src/main/onnx/runtime.ts'
import type { NdArray } from '../../../src/main/tensor/array.ts'
import { ndarray, toTyped } from '../../../src/main/tensor/array.ts'
import { evaluate } from '../../../src/main/tensor/evaluate.ts'
import { input, leavesOf } from '../../../src/main/tensor/expr.ts'
import { add, mul } from '../../../src/main/tensor/ops/elementwise.ts'
import { reduceSum } from '../../../src/main/tensor/ops/reduction.ts'
import { simplify } from '../../../src/main/tensor/simplify.ts'
import { gradients } from '../../../src/main/tensor/vjp.ts'
import { adam, adamW } from '../../../src/main/training/adam.ts'
import { fuseUpdate, operatorCount } from '../../../src/main/training/fused-update.ts'
import { sgd } from '../../../src/main/training/sgd.ts'
import { names } from '../../../src/main/training/step-graph.ts'
import { overwritable } from '../../../src/main/training/step-memory.ts'
import { trainSteps } from '../../../src/main/training/train.ts'
import type { Problem, TrainOptions } from '../../../src/main/training/train.ts'
import { largestDifference } from '../../numeric/check.ts'
import { decoder, decoderFeeds } from '../tensor/graphs.ts'

const runtime = createRuntime({ threads: 1 })
afterAll(() => runtime.dispose())
/** The same sessions under another provider's name: the update then runs as ONNX, as it does on a GPU. */
const asOnGpu: Runtime = { ...runtime, provider: 'webgpu' }

const { loss } = decoder()
const leaves = leavesOf([loss])

/** The decoder's frozen weights are fed, as after an earlier edit: there is no checkpoint file here. */
function problemOf(names: readonly string[], ...seeds: number[]): { problem: Problem, values: Record<string, NdArray>[] } {
  const weights = decoderFeeds(loss)
  const values = seeds.map((seed): Record<string, NdArray> => ({ ...weights, ids: decoderFeeds(loss, 2, 5, seed).ids! }))
  return {
    values,
    problem: {
      loss,
      weights: names.map(name => ({ name, leaf: leaves.get(name)!, value: Float32Array.from(weights[name]!.data) })),
      feeds: values.map(value => Object.fromEntries([...leaves].filter(([name]) => !names.includes(name)).map(([name, leaf]) =>
        [name, { data: toTyped(value[name]!.data, leaf.dtype) as Float32Array, dims: value[name]!.shape }]))),
    },
  }
}

/** The same optimisation in float64, written as torch.optim writes it. */
function reference(names: readonly string[], values: Record<string, NdArray>[], steps: number, update: (w: number, g: number, state: number[], t: number) => number): { weights: Map<string, Float64Array>, losses: number[] } {
  const [simple, ...targets] = simplify([loss, ...names.map(name => leaves.get(name)!)])
  const outputs = [simple!, ...gradients(simple!, targets)]
  const weights = new Map(names.map(name => [name, Float64Array.from(values[0]![name]!.data)]))
  const states = new Map(names.map(name => [name, Array.from(weights.get(name)!, (): number[] => [])]))
  const losses: number[] = []
  for (let t = 1; t <= steps; t++) {
    const now = Object.fromEntries(names.map(name => [name, ndarray(values[0]![name]!.shape, weights.get(name)!)]))
    const all = values.map(value => evaluate(outputs, { ...value, ...now }))
    losses.push(all.reduce((sum, [l]) => sum + l!.data[0]!, 0) / all.length)
    names.forEach((name, k) => {
      const w = weights.get(name)!
      w.forEach((v, i) => {
        const g = all.reduce((sum, example) => sum + example[k + 1]!.data[i]!, 0) / all.length
        w[i] = update(v, g, states.get(name)![i]!, t)
      })
    })
  }
  return { weights, losses }
}

const torchAdam = (rate: number, decay: number) => (w: number, g: number, state: number[], t: number): number => {
  const m = 0.9 * (state[0] ?? 0) + 0.1 * g
  const v = 0.999 * (state[1] ?? 0) + 0.001 * g * g
  state.splice(0, 2, m, v)
  return w * (1 - rate * decay) - rate * (m / (1 - 0.9 ** t)) / (Math.sqrt(v / (1 - 0.999 ** t)) + 1e-8)
}
const torchSgd = (rate: number, momentum: number) => (w: number, g: number, state: number[]): number => {
  const v = momentum * (state[0] ?? 0) + g
  state.splice(0, 1, v)
  return w - rate * v
}

const edited = ['1.fc1', '1.fc2']
// Adam divides by √v: a gradient near zero is amplified to a full step, so float32 noise shows at the size of the rate.
const adamTolerance = 2e-4

describe('trainSteps', () => {
  it.each([
    ['SGD', sgd(), torchSgd(0.1, 0), 1e-5],
    ['SGD with momentum', sgd({ momentum: 0.9 }), torchSgd(0.1, 0.9), 1e-5],
    ['Adam', adam(), torchAdam(0.01, 0), adamTolerance],
    ['AdamW', adamW({ weightDecay: 0.3 }), torchAdam(0.01, 0.3), adamTolerance],
  ])('follows %s as torch defines it, step by step', async (name, optimizer, update, tolerance) => {
    const { problem, values } = problemOf(edited, 3)
    const expected = reference(edited, values, 5, update)
    const result = await trainSteps(runtime, problem, { optimizer, learningRate: name.startsWith('SGD') ? 0.1 : 0.01, steps: 5 })
    expect(result.steps).toBe(5)
    expect(largestDifference(result.losses, expected.losses)).toBeLessThan(tolerance)
    for (const weight of edited)
      expect(largestDifference(result.weights.get(weight)!, expected.weights.get(weight)!)).toBeLessThan(tolerance)
    expect(result.losses.at(-1)).toBeLessThan(result.losses[0]!)
  })

  it.each([
    ['Adam', adam(), undefined],
    ['AdamW near the start', adamW({ weightDecay: 0.3 }), { norm: 'linf', radius: 0.02 } as const],
    ['SGD with momentum inside a ball', sgd({ momentum: 0.9 }), { norm: 'l2', radius: 0.1 } as const],
  ])('%s: the loop on cpu and the graph of other providers agree, for one example and for two', async (_, optimizer, constraint) => {
    for (const seeds of [[3], [3, 4]]) {
      const options: TrainOptions = { optimizer, learningRate: 0.01, steps: 4, ...(constraint ? { constraint } : {}) }
      const loop = await trainSteps(runtime, problemOf(edited, ...seeds).problem, options)
      const graph = await trainSteps(asOnGpu, problemOf(edited, ...seeds).problem, options)
      expect(largestDifference(loop.losses, graph.losses)).toBeLessThan(adamTolerance)
      for (const weight of edited)
        expect(largestDifference(loop.weights.get(weight)!, graph.weights.get(weight)!)).toBeLessThan(adamTolerance)
    }
  })

  it('makes a loop of an update that works element by element, and none of a norm', () => {
    const w = input('w', 'float32', [2])
    const v = input('velocity of w', 'float32', [2])
    const rate = input('rate', 'float32', [])
    const next = add(mul(v, 0.5), w)
    const fused = fuseUpdate({ [names.next('w')]: add(w, mul(next, rate)), [names.next('velocity of w')]: next }, [['w', 'velocity of w']])
    const tensors = { w: Float32Array.of(1, 2), 'velocity of w': Float32Array.of(4, -4) }
    fused?.run({ rate: 10 }, tensors)
    // Both outputs are computed from the values before: v = 0.5·(4, -4) + (1, 2), w = (1, 2) + 10·v.
    expect(Array.from(tensors['velocity of w'])).toEqual([3, 0])
    expect(Array.from(tensors.w)).toEqual([31, 2])
    expect(fuseUpdate({ [names.next('w')]: mul(w, reduceSum(w)) }, [['w']])).toBeUndefined()
    expect(operatorCount({ [names.next('w')]: add(w, mul(next, rate)), [names.next('velocity of w')]: next }, 1)).toBe(4)
  })

  it('writes a value over itself only when every reader of it comes first', () => {
    const state = input('state', 'float32', [4])
    const y = input('y', 'float32', [4])
    const next = names.next('state')
    const all = new Set(['state'])
    expect([...overwritable({ [next]: add(mul(state, 0.9), y) }, all)]).toEqual(['state'])
    expect([...overwritable({ [next]: add(mul(state, 0.9), y) }, new Set())]).toEqual([])
    // Read by the very operator that writes it, by another output, or given out itself: not safe.
    expect([...overwritable({ [next]: add(state, y) }, all)]).toEqual([])
    expect([...overwritable({ [next]: add(mul(state, 0.9), y), other: mul(state, y) }, all)]).toEqual([])
    expect([...overwritable({ [next]: add(mul(state, 0.9), y), old: state }, all)]).toEqual([])
  })

  it('averages loss and gradient over several examples', async () => {
    const { problem, values } = problemOf(edited, 3, 4, 5)
    const expected = reference(edited, values, 3, torchSgd(0.1, 0))
    const result = await trainSteps(runtime, problem, { optimizer: sgd(), learningRate: 0.1, steps: 3 })
    expect(largestDifference(result.losses, expected.losses)).toBeLessThan(1e-5)
    expect(largestDifference(result.weights.get('1.fc2')!, expected.weights.get('1.fc2')!)).toBeLessThan(1e-5)
  })

  it.each([[edited], [['0.fc2', '1.q']], [['embedding']]])('gives %j the same weights with the cut as without', async (names) => {
    const { problem } = problemOf(names, 3)
    const options: TrainOptions = { optimizer: sgd(), learningRate: 0.1, steps: 4 }
    const cut = await trainSteps(runtime, problem, options)
    const whole = await trainSteps(runtime, problem, { ...options, cut: false })
    for (const name of names)
      expect(largestDifference(cut.weights.get(name)!, whole.weights.get(name)!)).toBeLessThan(1e-5)
    expect(largestDifference(cut.losses, whole.losses)).toBeLessThan(1e-5)
  })

  it('gives the same bits twice, and leaves the starting weights alone', async () => {
    const { problem } = problemOf(edited, 3)
    const before = problem.weights.map(w => Array.from(w.value))
    const options: TrainOptions = { optimizer: adam(), learningRate: 0.01, steps: 6 }
    const first = await trainSteps(runtime, problem, options)
    const kept = Array.from(first.weights.get('1.fc1')!)
    const second = await trainSteps(runtime, problem, options)
    expect(Array.from(second.weights.get('1.fc1')!)).toEqual(kept)
    expect(Array.from(first.weights.get('1.fc1')!)).toEqual(kept)
    expect(problem.weights.map(w => Array.from(w.value))).toEqual(before)
  })

  it('stops with exactly the weights whose loss was asked about', async () => {
    const { problem } = problemOf(edited, 3)
    const options: TrainOptions = { optimizer: adam(), learningRate: 0.01, steps: 10 }
    const three = await trainSteps(runtime, problem, { ...options, steps: 3 })
    const stopped = await trainSteps(runtime, problem, { ...options, onStep: step => (step === 4 ? 'stop' : undefined) })
    expect(stopped.steps).toBe(3)
    expect(stopped.losses).toHaveLength(4)
    expect(Array.from(stopped.weights.get('1.fc1')!)).toEqual(Array.from(three.weights.get('1.fc1')!))
  })

  it('changes nothing when the first loss is good enough', async () => {
    const { problem } = problemOf(edited, 3)
    const result = await trainSteps(runtime, problem, { optimizer: adam(), learningRate: 0.01, steps: 10, onStep: () => 'stop' })
    expect(result.steps).toBe(0)
    expect(Array.from(result.weights.get('1.fc1')!)).toEqual(Array.from(problem.weights[0]!.value))
  })

  it.each([['linf', 0.015], ['l2', 0.2]] as const)('keeps weights inside the %s ball of radius %d', async (norm, radius) => {
    const { problem } = problemOf(edited, 3)
    const { weights } = await trainSteps(runtime, problem, { optimizer: adam(), learningRate: 0.02, steps: 8, constraint: { norm, radius } })
    const moves = problem.weights.flatMap(w => Array.from(weights.get(w.name)!, (v, i) => v - w.value[i]!))
    const length = norm === 'linf' ? Math.max(...moves.map(Math.abs)) : Math.hypot(...moves)
    expect(length).toBeLessThanOrEqual(radius * 1.0001)
    expect(length).toBeGreaterThan(radius * 0.99)
  })

  it('stops when aborted, with the signal\'s reason', async () => {
    const { problem } = problemOf(edited, 3)
    const controller = new AbortController()
    const steps: number[] = []
    const training = trainSteps(runtime, problem, {
      optimizer: sgd(),
      learningRate: 0.1,
      steps: 100,
      signal: controller.signal,
      onStep(step) {
        steps.push(step)
        if (step === 2)
          controller.abort()
      },
    })
    await expect(training).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }) as Error)
    expect(steps).toEqual([1, 2])
  })

  it('says at which step and rate the loss stopped being a number', async () => {
    const { problem } = problemOf(edited, 3)
    await expect(trainSteps(runtime, problem, { optimizer: sgd(), learningRate: 1e38, steps: 5 })).rejects.toThrow(/^The loss became (NaN|Infinity|-Infinity) at step \d\. Lower the learning rate \(it was 1e\+38\)\.$/)
  })

  it('refuses a problem without examples', async () => {
    await expect(trainSteps(runtime, { loss, weights: [], feeds: [] }, { optimizer: sgd(), learningRate: 1, steps: 1 }))
      .rejects.toThrow('Training needs at least one example and one weight that may change.')
  })
})
