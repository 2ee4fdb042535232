// MEND's network against the values that the reference code gave on small tensors (spec §9), and its sizes (spec §3.4).
import { describe, expect, it } from 'vitest'
import { createRandom } from '../../../src/main/base/random.ts'
import type { Rows } from '../../../src/main/models/model.ts'
import { ndarray } from '../../../src/main/tensor/array.ts'
import type { NdArray } from '../../../src/main/tensor/array.ts'
import { evaluate } from '../../../src/main/tensor/evaluate.ts'
import { input, leavesOf } from '../../../src/main/tensor/expr.ts'
import type { Expr } from '../../../src/main/tensor/expr.ts'
import { mul } from '../../../src/main/tensor/ops/elementwise.ts'
import { reduceSum } from '../../../src/main/tensor/ops/reduction.ts'
import { gradients } from '../../../src/main/tensor/vjp.ts'
import { withoutZeros } from '../../../src/main/training/factors.ts'
import { gradientTolerance, largestDifference, numericGradient } from '../../numeric/check.ts'
import { addFactors, groupsOf, initialParameters, lowRankLayer, momentsFrom, momentTensors, noFactorMoments, normalised, parameterCount, parameterShapes, transform, updateOf } from '../../../src/main/training/gradient-transform.ts'

const rowsOf = (...rows: number[][]): Rows => ({ values: Float32Array.from(rows.flat()), rows: rows.length, width: rows[0]!.length })
const close = (actual: ArrayLike<number>, wanted: readonly number[], digits = 5): void => {
  expect(actual.length).toBe(wanted.length)
  wanted.forEach((value, i) => expect(actual[i]!, `value ${i}`).toBeCloseTo(value, digits))
}

describe('a low-rank layer', () => {
  const leaves = Object.fromEntries(([['u', [3, 2]], ['v', [2, 3]], ['bias', [3]], ['mode_scale.weight', [2, 3]], ['mode_shift.weight', [2, 3]]] as const).map(([name, shape]) => [`l.${name}`, input(`l.${name}`, 'float32', shape)]))
  const values = {
    'l.u': ndarray([3, 2], [1, 0, 0, 1, 1, -1]),
    'l.v': ndarray([2, 3], [1, 0, 1, 0, 2, 0]),
    'l.bias': ndarray([3], [0.1, 0.2, -0.3]),
    'l.mode_scale.weight': ndarray([2, 3], [1, 1, 1, 2, 0.5, 1]),
    'l.mode_shift.weight': ndarray([2, 3], [0, 0, 0, 0.1, 0, -0.2]),
    'z': ndarray([2, 3], [1, -1, 2, 0, 1, -1]),
  }
  it('gives the golden values in both modes', () => {
    const z = input('z', 'float32', ['rows', 3])
    const [first, second] = evaluate([lowRankLayer(z, 'l', leaves, 0), lowRankLayer(z, 'l', leaves, 1)], values)
    close(first!.data, [4.1, -1, 6.7, 0, 3.2, -1])
    close(second!.data, [7.3, -1, 6.5, 0, 2.1, -1])
  })
})

describe('the gradient transform', () => {
  const [group] = groupsOf([{ name: 'a', shape: [3, 2] }, { name: 'b', shape: [3, 2] }])
  const size = { rank: 2, hiddenLayers: 1 }
  const leaves = Object.fromEntries([...parameterShapes(group!, size), ['edit_lrs', [2]] as const].map(([name, shape]) => [name, input(name, 'float32', shape)]))
  const parameters = (): Record<string, NdArray> => ({
    edit_lrs: ndarray([2], [1, 1]),
    ...Object.fromEntries([0, 1].flatMap(layer => Object.entries({
      'u': ndarray([5, 2], Array.from({ length: 10 }, (_, i) => 0.1 * i - 0.4)),
      'v': ndarray([2, 5], Array.from({ length: 10 }, (_, i) => 0.1 * i - 0.3)),
      'bias': ndarray([5], [0.1, 0, -0.1, 0.2, 0]),
      'mode_scale.weight': ndarray([2, 5], [1, 1, 1, 1, 1, 2, 1, 1, 0.5, 1]),
      'mode_shift.weight': ndarray([2, 5], [0, 0, 0, 0, 0, 0, 0.3, 0, 0, -0.2]),
    }).map(([name, value]) => [`${group!.key}.mlp.layers.${layer}.${name}`, value]))),
  })
  const factors = withoutZeros({
    x: rowsOf([1, 2], [3, -1], [0, 0], [2, 2]),
    delta: rowsOf([0.1, 0, -0.2], [0.3, 0.1, 0.2], [0.5, 0.5, 0.5], [-0.1, 0.2, 0.4]),
  })
  const moments = addFactors(noFactorMoments(group!), factors)
  const z = input('z', 'float32', ['rows', 5])
  const asNd = ({ values, rows, width }: Rows): NdArray => ndarray([rows, width], Array.from(values))
  const modes = [0, 1].map(mode => transform(z, group!, size, leaves, mode))
  const run = (outputs: Expr[]): NdArray[] => evaluate(outputs, { ...parameters(), z: asNd(normalised(factors, moments)) })

  it('drops rows that are all zero on one side', () => {
    expect(factors.x.rows).toBe(3)
    expect(withoutZeros({ x: rowsOf([1, 1], [2, 2]), delta: rowsOf([0, 0, 0], [0, 0, 1]) }).x.values).toEqual(Float32Array.of(2, 2))
  })

  it('keeps the golden statistics', () => {
    expect(moments.x.count).toBe(3)
    close(moments.x.mean, [2, 1])
    close(moments.delta.mean, [0.1, 0.1, 0.1333333])
    const tensors = momentTensors(group!, moments)
    close(tensors.get('mend.(2, 3).u_std')!.data, [1, 1.7320508])
    close(tensors.get('mend.(2, 3).v_std')!.data, [0.2, 0.1, 0.305505])
    expect(momentsFrom({ tensors, metadata: {} }, group!)).toEqual(moments)
  })

  it('gives the golden factors of mode 0, and their sum of outer products', () => {
    const [x, delta, update] = run([modes[0]!.x, modes[0]!.delta, updateOf(modes[0]!, leaves, 0)])
    close(x!.data, [-0.1270426, 0.8014727, 1.043539, -1.1547005, 0, 0.5773503])
    close(delta!.data, [0, -0.999999, -1.0910892, 0.9999994, 0.6413762, 0.600898, -0.9720033, 2.0603366, 1.9858577])
    close(update!.data, [1.0435385, -1.7158864, 0.7963436, -0.3525335, 0.7656753, -0.4218])
  })

  it('gives the golden factors of mode 1 with the same statistics', () => {
    const [x, delta] = run([modes[1]!.x, modes[1]!.delta])
    close(x!.data, [0.7908267, 1.4214433, 1.1358998, -0.5734639, 0, 0.9617861])
    close(delta!.data, [0, -0.999999, -1.0910892, 0.9999994, 0.3039049, 0.2182178, -0.989161, 1.4983125, 1.4755936])
  })

  it('has the gradients that finite differences give, for every parameter', () => {
    const update = updateOf(modes[1]!, leaves, 1)
    const seed = ndarray([3, 2], [0.3, -1, 0.7, 0.2, -0.4, 1.1])
    const loss = reduceSum(mul(update, input('seed', 'float32', [3, 2])))
    const feeds = { ...parameters(), z: asNd(normalised(factors, moments)), seed }
    const used = leavesOf([loss])
    for (const name of Object.keys(leaves)) {
      const [own] = evaluate(gradients(loss, [used.get(name)!]), feeds)
      expect(largestDifference(own!.data, numericGradient(update, seed, feeds, name).data), name).toBeLessThan(gradientTolerance)
    }
  })

  it('is the identity before it has learned, and gradients start nevertheless', () => {
    const start = initialParameters([group!], size, 0.5, createRandom(1))
    const values = { ...Object.fromEntries([...start].map(([name, { shape, data }]) => [name, ndarray(shape, Array.from(data))])), z: asNd(normalised(factors, moments)) }
    const update = updateOf(modes[1]!, leaves, 1)
    const [x, rate, ...towards] = evaluate([modes[1]!.x, leaves.edit_lrs!, ...gradients(reduceSum(mul(update, update)), [`${group!.key}.mlp.layers.0.u`, `${group!.key}.mlp.layers.1.u`].map(name => leavesOf([update]).get(name)!))], values)
    close(x!.data, [...normalised(factors, moments).values].filter((_, i) => i % 5 < 2))
    close(rate!.data, [0.5, 0.5])
    towards.forEach(({ data }) => expect(Math.max(...data.map(Math.abs))).toBeGreaterThan(1e-3))
  })
})

describe('the size of the networks', () => {
  const matrices = (count: number, ...shapes: [number, number][]) => shapes.flatMap(([inputs, outputs], k) => Array.from({ length: count }, (_, i) => ({ name: `${k} ${i}`, shape: [outputs, inputs] })))
  it.each([
    ['BLIP-2 OPT-2.7B', matrices(3, [2560, 10240], [10240, 2560]), 196_966_400],
    ['MiniGPT-4 Vicuna-7B', matrices(3, [11008, 4096], [4096, 11008]), 232_420_352],
    ['BLIP-2 vision', matrices(2, [3072, 768]), 29_529_600],
    ['Qwen2-7B', matrices(3, [18944, 3584], [3584, 18944]), 346_660_864],
  ])('of %s is the reference\'s, and one edit rate a matrix', (_, all, count) => {
    expect(parameterCount(groupsOf(all), { rank: 1920, hiddenLayers: 1 })).toBe(count + all.length)
  })

  it('groups matrices by shape, modes in their order', () => {
    expect(groupsOf([{ name: 'fc1', shape: [4, 2] }, { name: 'fc2', shape: [2, 4] }, { name: 'fc1 again', shape: [4, 2] }])).toEqual([
      { key: 'mend.(2, 4)', inputs: 2, outputs: 4, weights: ['fc1', 'fc1 again'] },
      { key: 'mend.(4, 2)', inputs: 4, outputs: 2, weights: ['fc2'] },
    ])
  })
})
