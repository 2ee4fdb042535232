// The gated gradient and the weight-normalised layer against loops written from the formulas, their gradients against finite differences.
import { describe, expect, it } from 'vitest'
import { createRandom } from '../../../src/main/base/random.ts'
import { ndarray } from '../../../src/main/tensor/array.ts'
import type { NdArray } from '../../../src/main/tensor/array.ts'
import { evaluate } from '../../../src/main/tensor/evaluate.ts'
import { input } from '../../../src/main/tensor/expr.ts'
import type { Expr } from '../../../src/main/tensor/expr.ts'
import { mul } from '../../../src/main/tensor/ops/elementwise.ts'
import { reduceSum } from '../../../src/main/tensor/ops/reduction.ts'
import { gradients } from '../../../src/main/tensor/vjp.ts'
import { gateCount, gatedGradient, weightNormLinear } from '../../../src/main/training/gated-gradient.ts'
import { gradientTolerance, largestDifference, numericGradient } from '../../numeric/check.ts'

const random = createRandom(6)
const drawn = (...shape: number[]): NdArray => ndarray(shape, Float64Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.normal()))
const leaf = (name: string, { shape }: NdArray): Expr => input(name, 'float32', shape)

function expectGradient(y: Expr, x: Expr, name: string, feeds: Record<string, NdArray>): void {
  const seed = drawn(...y.shape.map(Number))
  const [own] = evaluate(gradients(reduceSum(mul(y, input('seed', 'float32', y.shape))), [x]), { ...feeds, seed })
  expect(largestDifference(own!.data, numericGradient(y, seed, feeds, name).data)).toBeLessThan(gradientTolerance)
}

describe('the gated gradient', () => {
  const [m, n, maxScale] = [3, 2, 5]
  const feeds = { gradient: drawn(m, n), gates: drawn(1, gateCount(m, n)) }
  const gates = leaf('gates', feeds.gates)
  const update = gatedGradient(leaf('gradient', feeds.gradient), gates, maxScale)

  it('is the formula', () => {
    const o = [...feeds.gates.data]
    const [columnA, rowA, columnB, rowB, rest] = [o.slice(0, n), o.slice(n, n + m), o.slice(n + m, 2 * n + m), o.slice(2 * n + m, 2 * (n + m)), o.slice(2 * (n + m))] as number[][]
    const softmax = (row: number[]): number[] => row.map(v => Math.exp(v) / row.reduce((sum, w) => sum + Math.exp(w), 0))
    const [a, b] = [softmax(rowA!), softmax(rowB!)]
    const wanted = Array.from({ length: m * n }, (_, k) => {
      const [i, j] = [Math.floor(k / n), k % n]
      return maxScale / (1 + Math.exp(-rest![0]!)) * (feeds.gradient.data[k]! * a[i]! * columnA![j]! + b[i]! * columnB![j]!)
    })
    expect(largestDifference(evaluate([update], feeds)[0]!.data, wanted)).toBeLessThan(1e-12)
  })

  it('has the gradient of its gates', () => expectGradient(update, gates, 'gates', feeds))
})

describe('the weight-normalised layer', () => {
  const feeds = { x: drawn(1, 4), v: drawn(3, 4), g: drawn(3), bias: drawn(3) }
  const leaves = { x: leaf('x', feeds.x), v: leaf('v', feeds.v), g: leaf('g', feeds.g), bias: leaf('bias', feeds.bias) }
  const y = weightNormLinear(leaves.x, leaves)

  it('does not change when its directions become longer', () => {
    const [short, long] = [feeds, { ...feeds, v: ndarray([3, 4], feeds.v.data.map(value => 3 * value)) }].map(own => evaluate([y], own)[0]!.data)
    expect(Math.max(...short!.map(Math.abs))).toBeGreaterThan(0.1)
    expect(largestDifference(long!, short!)).toBeLessThan(1e-12)
  })

  it.each(['x', 'v', 'g', 'bias'] as const)('has the gradient of its %s', name => expectGradient(y, leaves[name], name, feeds))
})
