// The unrolled LSTM: its gradients against finite differences, and that padding in front says nothing.
import { expect, it } from 'vitest'
import { createRandom } from '../../../src/main/base/random.ts'
import { ndarray } from '../../../src/main/tensor/array.ts'
import type { NdArray } from '../../../src/main/tensor/array.ts'
import { evaluate } from '../../../src/main/tensor/evaluate.ts'
import { input } from '../../../src/main/tensor/expr.ts'
import { mul } from '../../../src/main/tensor/ops/elementwise.ts'
import { reduceSum } from '../../../src/main/tensor/ops/reduction.ts'
import { gradients } from '../../../src/main/tensor/vjp.ts'
import { biLstm, padded } from '../../../src/main/training/bi-lstm.ts'
import { gradientTolerance, largestDifference, numericGradient } from '../../numeric/check.ts'

const [width, h] = [3, 2]
const random = createRandom(2)
const drawn = (...shape: number[]): NdArray => ndarray(shape, Float64Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.normal() / 2))
const weights = { input: drawn(2, 4 * h, width), hidden: drawn(2, 4 * h, h), bias: drawn(2, 4 * h) }
const text = Float32Array.from({ length: 3 * width }, () => random.normal())

const graph = (steps: number) => {
  const leaves = {
    input: input('input', 'float32', [2, 4 * h, width]),
    hidden: input('hidden', 'float32', [2, 4 * h, h]),
    bias: input('bias', 'float32', [2, 4 * h]),
  }
  const sequences = input('sequences', 'float32', [2, steps, width])
  const states = biLstm(sequences, input('mask', 'float32', [steps]), leaves)
  const { sequences: s, mask } = padded(text, width, steps)
  const feeds: Record<string, NdArray> = { ...weights, sequences: ndarray(s.dims, Float64Array.from(s.data, Number)), mask: ndarray(mask.dims, Float64Array.from(mask.data, Number)) }
  return { leaves: { ...leaves, sequences }, states, feeds }
}

it('puts the text and its reverse behind the padding', () => {
  const { sequences, mask } = padded(Float32Array.of(1, 2, 3), 1, 5)
  expect([...sequences.data]).toEqual([0, 0, 1, 2, 3, 0, 0, 3, 2, 1])
  expect([...mask.data]).toEqual([0, 0, 1, 1, 1])
})

it('gives the same states however much padding there is', () => {
  const [exact, long] = [graph(3), graph(7)].map(({ states, feeds }) => evaluate([states], feeds)[0]!.data)
  expect(exact).toHaveLength(2 * h)
  expect(Math.max(...exact!.map(Math.abs))).toBeGreaterThan(0.05)
  expect(largestDifference(long!, exact!)).toBeLessThan(1e-12)
})

it.each(['input', 'hidden', 'bias', 'sequences'] as const)('has the gradient of its %s', (name) => {
  const { states, leaves, feeds } = graph(5)
  const seed = ndarray([1, 2 * h], Float64Array.from([1, -2, 0.5, 3]))
  const [gradient] = evaluate(gradients(reduceSum(mul(states, input('seed', 'float32', [1, 2 * h]))), [leaves[name]]), { ...feeds, seed })
  expect(largestDifference(gradient!.data, numericGradient(states, seed, feeds, name).data)).toBeLessThan(gradientTolerance)
})
