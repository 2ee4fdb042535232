// SERAC's formulas (spec §3.5; Mitchell et al. 2022): how near two questions are, and two models' answers mixed by it.
import type { Expr } from '../tensor/expr.ts'
import { add, exp, log, mul, neg, sub } from '../tensor/ops/elementwise.ts'
import { linear } from '../tensor/ops/product.ts'
import { reduceMean, reduceSum, softmax } from '../tensor/ops/reduction.ts'

/** What is added to a mixed probability before its logarithm: the step of fp32 after 1, as the reference adds it. */
export const epsilon = 2 ** -23

/** Distances scale·‖P·x‖² of rows x [n, width] = e_cache − e_test → [n]. P [rank, width]; the scale is exp(logScale), so it stays positive. */
export function distances(x: Expr, projection: Expr, logScale: Expr): Expr {
  const y = linear(x, projection)
  return mul(reduceSum(mul(y, y), 1), exp(logScale))
}

/** s = exp(−distance) of one row, a scalar; the distances of several kinds (text, picture) add up. */
export const similarity = (...rows: readonly Expr[]): Expr => exp(neg(rows.map(row => reduceSum(row)).reduce((a, b) => add(a, b))))

/** log((1−s)·p_base + s·p_cf + ε), both given as logits [rows, vocabulary]; s a scalar. */
export const mixture = (base: Expr, counterfactual: Expr, s: Expr): Expr =>
  log(add(add(mul(softmax(base), sub(1, s)), mul(softmax(counterfactual), s)), epsilon))

/** Mean −log s of pairs that belong together, and of −log(1−s+ε) of pairs that do not: logistic regression on distances [n]. */
export const pairLoss = (near: Expr, far: Expr): Expr =>
  sub(reduceMean(near), reduceMean(log(add(sub(1, exp(neg(far))), epsilon))))

/** The mixture of one position, on numbers: logits [vocabulary] of both and 0 ≤ s ≤ 1 → log-probabilities. */
export function mixLogits(base: Float32Array, counterfactual: Float32Array, s: number): Float32Array {
  const [b, c] = [normaliser(base), normaliser(counterfactual)]
  return base.map((value, i) => Math.log((1 - s) * Math.exp(value - b) + s * Math.exp(counterfactual[i]! - c) + epsilon))
}

/** log Σ exp */
function normaliser(logits: Float32Array): number {
  const largest = logits.reduce((a, b) => Math.max(a, b), -Infinity)
  return largest + Math.log(logits.reduce((sum, v) => sum + Math.exp(v - largest), 0))
}

/** P·x of one vector, in double precision. P [rank, width] row-major. */
export function projected(projection: Float32Array, x: Float32Array): Float64Array {
  const y = new Float64Array(projection.length / x.length)
  for (let r = 0; r < y.length; r++) {
    let sum = 0
    for (let i = 0; i < x.length; i++)
      sum += projection[r * x.length + i]! * x[i]!
    y[r] = sum
  }
  return y
}

/** ‖a − b‖² */
export function squaredDistance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < a.length; i++)
    sum += (a[i]! - b[i]!) ** 2
  return sum
}
