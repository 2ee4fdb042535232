/** Keeping edited weights near where they started (Zhu et al. 2020, "Modifying Memories in Transformer Models"). */

import type { Expr } from '../tensor/expr.ts'
import { add, clip, div, maximum, minimum, mul, sqrt, sub } from '../tensor/ops/elementwise.ts'
import { reduceSum } from '../tensor/ops/reduction.ts'

export interface Constraint {
  /** 'linf': no element moves further than radius. 'l2': all edited weights together move at most radius. */
  readonly norm: 'linf' | 'l2'
  readonly radius: number
}

/** The weights, projected back into the ball of this radius around their starts. */
export function project(weights: readonly Expr[], starts: readonly Expr[], { norm, radius }: Constraint): Expr[] {
  if (norm === 'linf')
    return weights.map((w, i) => clip(w, sub(starts[i]!, radius), add(starts[i]!, radius)))
  const moves = weights.map((w, i) => sub(w, starts[i]!))
  const length = sqrt(moves.map(d => reduceSum(mul(d, d))).reduce((a, b) => add(a, b)))
  const factor = minimum(div(radius, maximum(length, 1e-30)), 1)
  return moves.map((d, i) => add(starts[i]!, mul(d, factor)))
}
