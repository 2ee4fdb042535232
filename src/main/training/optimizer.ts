/** What an optimiser is: a pure update of one weight, written as expressions, so that it runs inside the step's graph. */

import type { Expr } from '../tensor/expr.ts'

export interface Optimizer {
  readonly id: string
  /** What makes its update different from another of the same id; equal settings share graphs. */
  readonly settings: Readonly<Record<string, number>>
  /** State tensors of the weight's shape, all zero before the first step. */
  readonly slots: readonly string[]
  /**
   * The weight and its state after one step.
   * @param rate learning rate, a scalar. @param step number of this step, counted from 1, a float scalar.
   */
  readonly update: (w: Expr, dw: Expr, slots: readonly Expr[], rate: Expr, step: Expr) => { readonly weight: Expr, readonly slots: readonly Expr[] }
}
