/** Finds where a matrix is multiplied with something: the places that editing methods look at and change. */

import { nameOf, topological } from './expr.ts'
import type { Expr } from './expr.ts'

/** Every y = x·Wᵀ (+ b) whose W is the leaf of this name, inputs before users; `y.inputs[0]` is x. */
export const productsOf = (outputs: readonly Expr[], weight: string): Expr[] =>
  topological(outputs).filter(y => y.op.id === 'Linear' && nameOf(y.inputs[1]!) === weight)
