/** Reverse-mode differentiation: from an expression to the expressions of its gradients. */

import { showShape } from './dims.ts'
import { topological } from './expr.ts'
import type { Expr } from './expr.ts'
import { add } from './ops/elementwise.ts'
import { full, zeros } from './ops/movement.ts'
import { ShapeError } from './shape-error.ts'

/**
 * d loss / d target for each target, as expressions of the targets' shapes.
 *
 * The walk stays between targets and loss: what is below a target, or beside all of them, is not touched. Targets may
 * be any expression, so an unrolled step differentiates with respect to the weights the step before computed.
 *
 * @param loss a scalar, or any shape together with `seed`, the gradient of something with respect to it.
 * @throws ShapeError when the loss is not a scalar, or when a needed operator has no gradient.
 */
export function gradients(loss: Expr, targets: readonly Expr[], seed?: Expr): Expr[] {
  if (seed === undefined && loss.shape.length > 0)
    throw new ShapeError(`The loss must be a single number, got ${showShape(loss.shape)}. Use reduceMean() or reduceSum() first.`)
  const wanted = new Set(targets)
  const order = topological([loss])
  const depends = new Set<Expr>()
  for (const x of order) {
    if (wanted.has(x) || x.inputs.some(i => depends.has(i)))
      depends.add(x)
  }

  const gradientOf = new Map<Expr, Expr>([[loss, seed ?? full(1, [])]])
  for (const y of order.toReversed()) {
    const dy = gradientOf.get(y)
    if (dy === undefined || wanted.has(y) || !y.inputs.some(i => depends.has(i)))
      continue
    if (y.op.vjp === 'none')
      throw new ShapeError(`${y.op.id} has no gradient, but the loss depends on a target through it. Use stopGradient() or compute it outside the loss.`)
    const dInputs = y.op.vjp(dy, y, ...y.inputs)
    y.inputs.forEach((x, i) => {
      const dx = dInputs[i]
      if (!dx || !depends.has(x))
        return
      const before = gradientOf.get(x)
      gradientOf.set(x, before ? add(before, dx) : dx)
    })
  }
  return targets.map(target => gradientOf.get(target) ?? zeros(target.shape))
}
