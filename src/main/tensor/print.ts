/** Expressions as text, one line each, for tests and for people looking for a mistake. */

import { showShape } from './dims.ts'
import { topological } from './expr.ts'
import type { Attribute, Expr } from './expr.ts'

const showAttribute = (value: Attribute): string => (typeof value === 'object' ? `[${value.join(' ')}]` : String(value))

/** `%3 = MatMul(x, w) [batch, 4]` for every expression, inputs before users; leaves appear by name. */
export function print(outputs: readonly Expr[]): string {
  const names = new Map<Expr, string>()
  const lines: string[] = []
  for (const x of topological(outputs)) {
    if (x.leaf) {
      names.set(x, x.leaf.kind !== 'constant' ? x.leaf.name : x.leaf.data.length === 1 ? String(x.leaf.data[0]) : `constant${showShape(x.shape)}`)
      continue
    }
    const name = `%${lines.length}`
    names.set(x, name)
    const attributes = Object.entries(x.attributes).map(([key, value]) => `${key}=${showAttribute(value)}`)
    lines.push(`${name} = ${x.op.id}(${[...x.inputs.map(i => names.get(i)), ...attributes].join(', ')}) ${showShape(x.shape)}`)
  }
  lines.push(`return ${outputs.map(output => names.get(output)).join(', ')}`)
  return lines.join('\n')
}
