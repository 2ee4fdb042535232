/** Comparing numbers in tests: central differences and tolerances, each written once with its reason. */

import { ndarray, toTyped } from '../../src/main/tensor/array.ts'
import type { NdArray } from '../../src/main/tensor/array.ts'
import { evaluate } from '../../src/main/tensor/evaluate.ts'
import { leavesOf } from '../../src/main/tensor/expr.ts'
import type { Expr } from '../../src/main/tensor/expr.ts'
import type { Feeds, TensorValue } from '../../src/main/onnx/tensor-value.ts'

/** A float64 central difference with h = 1e-5 is off by about h² and by rounding 1e-16/h: 1e-10 each. */
export const gradientTolerance = 1e-7
/** float32 has 2⁻²⁴ = 6e-8 relative rounding; samples add up a few dozen products of size about one. */
export const float32Tolerance = 1e-5

/** The derivative of Σ y·seed with respect to one input, element by element. */
export function numericGradient(y: Expr, seed: NdArray, feeds: Record<string, NdArray>, name: string): NdArray {
  const h = 1e-5
  const x = feeds[name]!
  const at = (i: number, delta: number): number => {
    const moved = ndarray(x.shape, x.data)
    moved.data[i]! += delta
    const [value] = evaluate([y], { ...feeds, [name]: moved })
    return value!.data.reduce((sum, v, k) => sum + v * seed.data[k]!, 0)
  }
  return ndarray(x.shape, Array.from(x.data, (_, i) => (at(i, h) - at(i, -h)) / (2 * h)))
}

/** Largest |a - b| / max(1, |b|). NaN counts as infinitely far. */
export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length)
    return Infinity
  let largest = 0
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs(a[i]! - b[i]!) / Math.max(1, Math.abs(b[i]!))
    largest = Math.max(largest, Number.isNaN(difference) ? Infinity : difference)
  }
  return largest
}

export function toFeeds(outputs: readonly Expr[], feeds: Record<string, NdArray>): Feeds {
  return Object.fromEntries([...leavesOf(outputs)].map(([name, leaf]): [string, TensorValue] =>
    [name, { dtype: leaf.dtype, shape: feeds[name]!.shape, data: toTyped(feeds[name]!.data, leaf.dtype) }]))
}
