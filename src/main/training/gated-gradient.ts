/**
 * How Knowledge Editor (De Cao et al. 2021, https://arxiv.org/abs/2104.08164, eq. 4) makes an update of a matrix: its gradient behind a
 * gate of rank one, plus a matrix of rank one, both scaled by a learned amount.
 */

import type { Expr } from '../tensor/expr.ts'
import { add, div, mul, sigmoid, sqrt } from '../tensor/ops/elementwise.ts'
import { reshape, slice, transpose } from '../tensor/ops/movement.ts'
import { linear, matMul } from '../tensor/ops/product.ts'
import { reduceSum, softmax } from '../tensor/ops/reduction.ts'

/** How many numbers gate a matrix [rows, columns]. */
export const gateCount = (rows: number, columns: number): number => 2 * (rows + columns) + 1

/**
 * ΔW = maxScale·σ(c)·(∇W ⊙ A + B), A = softmax(row_a)ᵀ·col_a, B = softmax(row_b)ᵀ·col_b; `gates` [1, 2(m+n)+1] holds
 * col_a (n), row_a (m), col_b (n), row_b (m) and c (1), in this order.
 */
export function gatedGradient(gradient: Expr, gates: Expr, maxScale: number): Expr {
  const [m, n] = gradient.shape.map(Number) as [number, number]
  let at = 0
  const next = (size: number): Expr => slice(gates, 1, at, at += size)
  const [columnA, rowA, columnB, rowB, c] = [next(n), next(m), next(n), next(m), next(1)] as const
  // The scale is applied to the vectors: a matrix costs a pass over m·n numbers, a vector m.
  const scale = mul(sigmoid(c), maxScale)
  const outer = (row: Expr, column: Expr): Expr => matMul(transpose(mul(softmax(row), scale)), column)
  return add(mul(gradient, outer(rowA, columnA)), outer(rowB, columnB))
}

export interface WeightNorm {
  /** Directions [out, in]; only those of the rows count. */
  readonly v: Expr
  /** Lengths [out]. */
  readonly g: Expr
  readonly bias: Expr
}

/** x·(g·v/‖v‖)ᵀ + bias (Salimans & Kingma 2016), x [1, in]; the lengths are applied to the product, which is smaller than v. */
export function weightNormLinear(x: Expr, { v, g, bias }: WeightNorm): Expr {
  const lengths = sqrt(reduceSum(mul(v, v), 1))
  return add(mul(linear(x, v), reshape(div(g, lengths), [1, -1])), reshape(bias, [1, -1]))
}
