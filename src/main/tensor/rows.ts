/**
 * Row push-down. A Gather that keeps a few rows (answer positions) of a large value is moved before the row-wise
 * operators that computed it, so that they compute those rows only:
 *
 *   gather(head(norm(a + f(a))), rows)  →  head(norm(a' + f(a')))  with a' = gather(a, rows)
 *
 * It stops at operators that mix rows (attention), at leaves, and at values somebody also needs in full.
 */

import type { Dim, Shape } from './dims.ts'
import { apply, substitute, topological } from './expr.ts'
import type { Attributes, AxisBlock, Expr, RowRule } from './expr.ts'
import { gather } from './ops/indexing.ts'
import { ROWS, reshape } from './ops/movement.ts'

/** The outputs with every selection of rows moved as deep as it goes. */
export function pushDownRows(outputs: readonly Expr[]): Expr[] {
  let current = [...outputs]
  const tried = new Set<Expr>()
  for (;;) {
    // Users first, so that a selection of a selection is met from the outside.
    const order = topological(current).reverse()
    const next = order.find(x => isSelection(x) && !tried.has(x))
    if (!next)
      return current
    tried.add(next)
    const moved = pushOne(current, order, next)
    if (moved) {
      current = substitute(current, new Map([[next, moved]]))
      tried.clear()
    }
  }
}

const isSelection = (x: Expr): boolean =>
  x.op.id === 'Gather' && x.inputs[1]!.shape.length === 1 && x.inputs[0]!.leaf === undefined

/** The selection rewritten to start deeper, or undefined when it cannot move. */
function pushOne(outputs: readonly Expr[], order: readonly Expr[], selection: Expr): Expr | undefined {
  const [data, indices] = selection.inputs as [Expr, Expr]
  const users = new Map<Expr, Expr[]>()
  for (const user of order) {
    for (const x of user.inputs)
      users.set(x, [...(users.get(x) ?? []), user])
  }
  const inOutputs = new Set(outputs)
  const requested = new Map<Expr, AxisBlock>([[data, { axis: selection.attributes.axis as number, span: 1 }]])
  const rules = new Map<Expr, RowRule>()

  /** Does every use of x want the same rows of it? */
  const isOnlySelected = (x: Expr, block: AxisBlock): boolean => !inOutputs.has(x) && (users.get(x) ?? []).every((user) => {
    if (user.op.id === 'Gather' && user.inputs[0] === x)
      return user.inputs[1] === indices && user.attributes.axis === block.axis && block.span === 1
    const rule = rules.get(user)
    return rule !== undefined && user.inputs.every((i, k) => i !== x || isSameBlock(rule.inputs[k], block))
  })

  for (const x of order) {
    const block = requested.get(x)
    if (!block || x.leaf || !isOnlySelected(x, block))
      continue
    const rule = x.op.rows?.(x, block)
    // Two different blocks asked of one value: leave it whole.
    if (!rule || rule.inputs.some((b, k) => b !== 'keep' && requested.has(x.inputs[k]!) && !isSameBlock(requested.get(x.inputs[k]!), b)))
      continue
    rules.set(x, rule)
    rule.inputs.forEach((b, k) => b !== 'keep' && requested.set(x.inputs[k]!, b))
  }
  // Passing reshapes alone is no progress: the selection would be rebuilt as a reshape and a gather, for ever.
  if (![...rules.keys()].some(x => x.op.id !== 'Reshape'))
    return undefined

  const done = new Map<Expr, Expr>()
  for (const x of order.toReversed()) {
    const block = requested.get(x)
    if (!block)
      continue
    const rule = rules.get(x)
    done.set(x, rule
      ? onRows(x, x.inputs.map((i, k) => (rule.inputs[k] === 'keep' ? i : done.get(i)!)), withRows(rule.attributes, indices.shape[0]!))
      : selectBlock(x, block, indices))
  }
  return done.get(data)
}

const isSameBlock = (a: AxisBlock | 'keep' | undefined, b: AxisBlock): boolean => typeof a === 'object' && a.axis === b.axis && a.span === b.span

/** Attributes that list sizes learn how many rows there are now. */
function withRows(attributes: Attributes, rows: Dim): Attributes {
  return Object.fromEntries(Object.entries(attributes).map(([name, value]) =>
    [name, typeof value === 'object' ? value.map(d => (d === ROWS ? rows : d)) : value]))
}

/** The operator on selected inputs; a reshape that has become pointless goes. */
const onRows = (x: Expr, inputs: readonly Expr[], attributes: Attributes): Expr =>
  x.op.id === 'Reshape' ? reshape(inputs[0]!, attributes.shape as Shape) : apply(x.op, inputs, attributes)

function selectBlock(x: Expr, block: AxisBlock, indices: Expr): Expr {
  const merged = block.span === 1 ? x : reshape(x, [...x.shape.slice(0, block.axis), -1, ...x.shape.slice(block.axis + block.span)])
  return gather(merged, indices, block.axis)
}
