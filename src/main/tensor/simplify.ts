/** Rewrites that keep the values: common subexpressions once, no-ops gone. Dead code goes by not being reached. */

import { broadcastShapes, sameShape } from './dims.ts'
import type { Shape } from './dims.ts'
import { apply, rebuild, scalarOf, topological } from './expr.ts'
import type { Attribute, Expr } from './expr.ts'
import { reshape, transpose } from './ops/movement.ts'

const key = (value: Attribute): string => (typeof value === 'object' ? `[${value.join(',')}]` : String(value))

/** One name per distinct value, so that equal expressions get equal keys. */
function createNumbering(): (x: Expr) => string {
  const ids = new Map<Expr, number>()
  const idOf = (x: Expr): number => {
    let id = ids.get(x)
    if (id === undefined)
      ids.set(x, id = ids.size)
    return id
  }
  return (x) => {
    const { leaf } = x
    if (leaf?.kind === 'constant') // large constants are compared by identity only
      return leaf.data.length > 64 ? `#${idOf(x)}` : `${x.dtype}:${x.shape.join(',')}:${leaf.data.join(',')}`
    if (leaf)
      return `${leaf.kind}:${leaf.name}`
    const attributes = Object.entries(x.attributes).map(([name, value]) => `${name}=${key(value)}`).sort().join(';')
    return `${x.op.id}(${x.inputs.map(idOf).join(',')})${attributes}`
  }
}

/** The same outputs from fewer operations. */
export function simplify(outputs: readonly Expr[]): Expr[] {
  const keyOf = createNumbering()
  const byKey = new Map<string, Expr>()
  const result = new Map<Expr, Expr>()
  const unique = (x: Expr): Expr => {
    const k = keyOf(x)
    const same = byKey.get(k)
    if (same)
      return same
    byKey.set(k, x)
    return x
  }
  for (const x of topological(outputs))
    result.set(x, unique(shorter(rebuild(x, x.inputs.map(i => result.get(i)!)), unique)))
  return outputs.map(output => result.get(output)!)
}

/** One local rewrite; new inner expressions go through `unique` too. */
function shorter(x: Expr, unique: (x: Expr) => Expr): Expr {
  const [a, b] = x.inputs
  switch (x.op.id) {
    case 'Reshape': // a reshape of a reshape is one reshape
      return a!.op.id === 'Reshape' ? reshape(a!.inputs[0]!, x.shape) : reshape(a!, x.shape) === a ? a : x
    case 'Transpose':
      return a!.op.id === 'Transpose' ? mergeTransposes(x, a!) : x
    case 'Expand': // Expand of Expand
      return a!.op.id === 'Expand' && broadcastShapes(a!.inputs[0]!.shape, x.shape) ? unique(apply(x.op, [a!.inputs[0]!], x.attributes)) : x
    case 'Mul':
      return neutral(x, 1) ?? withoutExpand(x)
    case 'Add':
      return neutral(x, 0) ?? withoutExpand(x)
    case 'Div':
      return scalarOf(b!) === 1 && sameShape(a!.shape, x.shape) ? a! : withoutExpand(x)
    case 'Sub':
      return scalarOf(b!) === 0 && sameShape(a!.shape, x.shape) ? a! : withoutExpand(x)
    default:
      return x
  }
}

/** x·1 and x+0, where the other operand (possibly repeated by Expand) is the neutral element. */
function neutral(x: Expr, value: number): Expr | undefined {
  const [a, b] = x.inputs as [Expr, Expr]
  const valueOf = (e: Expr): number | undefined => (e.op.id === 'Expand' ? scalarOf(e.inputs[0]!) : scalarOf(e))
  if (valueOf(b) === value && sameShape(a.shape, x.shape))
    return a
  if (valueOf(a) === value && sameShape(b.shape, x.shape))
    return b
  return undefined
}

/** An operand that was repeated explicitly, where broadcasting would repeat it anyway. */
function withoutExpand(x: Expr): Expr {
  for (const [i, operand] of x.inputs.entries()) {
    if (operand.op.id !== 'Expand')
      continue
    const small = operand.inputs[0]!
    const inputs = x.inputs.map((e, k) => (k === i ? small : e))
    const shape = inputs.reduce<Shape | undefined>((s, e) => s && broadcastShapes(s, e.shape), [])
    if (shape && sameShape(shape, x.shape))
      return withoutExpand(apply(x.op, inputs, x.attributes))
  }
  return x
}

function mergeTransposes(outer: Expr, inner: Expr): Expr {
  const first = inner.attributes.perm as readonly number[]
  const second = outer.attributes.perm as readonly number[]
  return transpose(inner.inputs[0]!, second.map(p => first[p]!))
}
