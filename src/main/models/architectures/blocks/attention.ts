// Multi-head attention (https://arxiv.org/abs/1706.03762) on one sequence: rows are tokens.
import type { Expr } from '../../../tensor/expr.ts'
import { add, mul } from '../../../tensor/ops/elementwise.ts'
import { reshape, transpose } from '../../../tensor/ops/movement.ts'
import { linear, matMul } from '../../../tensor/ops/product.ts'
import { softmax } from '../../../tensor/ops/reduction.ts'
import type { Weights } from '../../weights.ts'

/** [tokens, width] → [heads, tokens, width / heads] */
export const splitHeads = (x: Expr, heads: number): Expr =>
  transpose(reshape(x, [x.shape[0]!, heads, Number(x.shape[1]) / heads]), [1, 0, 2])

/** [heads, tokens, size] → [tokens, heads · size] */
export const mergeHeads = (x: Expr): Expr =>
  reshape(transpose(x, [1, 0, 2]), [x.shape[1]!, Number(x.shape[0]) * Number(x.shape[2])])

/** softmax(q kᵀ + mask) v with q already scaled. q [heads, m, size], k and v [heads, n, size], mask [m, n] → [m, heads · size] */
export function attend(q: Expr, k: Expr, v: Expr, mask?: Expr): Expr {
  const scores = matMul(q, transpose(k)) // [heads, m, n]
  return mergeHeads(matMul(softmax(mask ? add(scores, mask) : scores), v))
}

/** 1/√size, applied to the queries. */
export const scaled = (q: Expr, width: number, heads: number): Expr => mul(q, (width / heads) ** -0.5)

/** y = x·Wᵀ + b with the checkpoint's own names `name.weight` and `name.bias`. */
export const project = (w: Weights, name: string, x: Expr, outputs: number, hasBias = true): Expr =>
  linear(x, w.get(`${name}.weight`, [outputs, Number(x.shape.at(-1))]), hasBias ? w.get(`${name}.bias`, [outputs]) : undefined)
