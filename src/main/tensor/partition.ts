/**
 * The cut that makes editing cheap. Given what may change, a graph falls into a prefix that does not depend on it
 * (run once per input, its results kept) and a suffix that does (run per optimisation step and per probe).
 */

import { resolveDim, sizeOf } from './dims.ts'
import { input, substitute, topological } from './expr.ts'
import type { Expr } from './expr.ts'
import { pushDownRows } from './rows.ts'
import { simplify } from './simplify.ts'

export { pushDownRows } from './rows.ts'

export interface Partition {
  /** Cached values by name: run these on the unchanging inputs. Empty when nothing is worth keeping. */
  readonly prefix: Readonly<Record<string, Expr>>
  /** The outputs asked for, with cached values as inputs of the same name. */
  readonly suffix: Readonly<Record<string, Expr>>
}

/** Named sizes are unknown when the cut is chosen; any typical value ranks the choices. */
const typicalSize = 32

/** Operators that cost little more than reading their input: recomputing them beats keeping a larger result. */
const cheap = new Set(['Add', 'Sub', 'Mul', 'Div', 'Neg', 'Max', 'Min', 'Greater', 'Less', 'Equal', 'And', 'Or', 'Not', 'Cast', 'Where', 'Relu',
  'Reshape', 'Transpose', 'Expand', 'Iota', 'Dimension', 'Pad', 'StopGradient'])

/** Cost nothing at all, so they never belong at the boundary. */
const free = new Set(['Reshape', 'StopGradient'])

function bytesOf(x: Expr): number {
  const elements = sizeOf(x.shape)
  return resolveDim(elements, new Map(namesIn(elements).map(name => [name, typicalSize]))) * (x.dtype === 'int64' ? 8 : x.dtype === 'bool' ? 1 : 4)
}
const namesIn = (dim: number | string): string[] => (typeof dim === 'number' ? [] : dim.match(/[a-z_]\w*/gi) ?? [])

/**
 * Splits the outputs at the changing leaves (edited weights, per-step inputs such as a learning rate).
 * Selections of rows are pushed down first and equal work is shared, so pass training outputs (loss, gradients,
 * updates) together; to have gradients of selected rows only, call pushDownRows on the loss before differentiating.
 */
export function partition(outputs: Readonly<Record<string, Expr>>, isChanging: (leaf: Expr) => boolean): Partition {
  const names = Object.keys(outputs)
  const exprs = simplify(pushDownRows(simplify(Object.values(outputs))))
  const order = topological(exprs)
  const changing = new Set<Expr>()
  for (const x of order) {
    if (x.leaf ? isChanging(x) : x.inputs.some(i => changing.has(i)))
      changing.add(x)
  }

  const cut = chooseCut(order, exprs, changing)
  const prefix: Record<string, Expr> = {}
  const replacements = new Map<Expr, Expr>()
  for (const x of order) {
    if (!cut.has(x))
      continue
    const name = `cut${replacements.size}`
    prefix[name] = x
    replacements.set(x, input(name, x.dtype, x.shape))
  }
  const suffix = substitute(exprs, replacements)
  return { prefix, suffix: Object.fromEntries(names.map((name, i) => [name, suffix[i]!])) }
}

/** The unchanging values the changing part reads. Starts at the boundary and moves down while that makes it smaller. */
function chooseCut(order: readonly Expr[], outputs: readonly Expr[], changing: ReadonlySet<Expr>): Set<Expr> {
  const cut = new Set<Expr>()
  const want = (x: Expr): void => {
    if (!x.leaf && !changing.has(x))
      cut.add(x)
  }
  for (const x of order) {
    if (changing.has(x))
      x.inputs.forEach(want)
  }
  outputs.forEach(want)
  // Users before inputs, so one pass follows a chain of cheap operators down.
  for (const x of order.toReversed()) {
    if (!cut.has(x) || !cheap.has(x.op.id))
      continue
    // Leaves cost nothing to keep: inputs are fed again, weights are in the file.
    const needed = [...new Set(x.inputs)].filter(i => !i.leaf && !cut.has(i))
    const bytes = needed.reduce((sum, i) => sum + bytesOf(i), 0)
    if (bytes < bytesOf(x) || (bytes === bytesOf(x) && free.has(x.op.id))) {
      cut.delete(x)
      needed.forEach(i => cut.add(i))
    }
  }
  return cut
}
