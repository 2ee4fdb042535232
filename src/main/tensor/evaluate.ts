/** Runs expressions in plain float64: the reference for gradients and for the runtime. Slow; for tests and tiny graphs. */

import { ndarray } from './array.ts'
import type { NdArray } from './array.ts'
import { namesOf, resolveDim, showShape, solveFor } from './dims.ts'
import type { Dim } from './dims.ts'
import { leavesOf, topological } from './expr.ts'
import type { Expr } from './expr.ts'
import { ShapeError } from './shape-error.ts'

const isPlainName = (dim: string): boolean => /^[A-Z_]\w*$/i.test(dim)

/** The values of all named sizes, read off the fed tensors' shapes. Throws a sentence when two inputs disagree. */
export function bindSizes(leaves: Iterable<readonly [name: string, leaf: Expr]>, shapes: (name: string) => readonly number[]): Map<string, number> {
  const sizes = new Map<string, number>()
  const open: { name: string, dim: Dim, size: number }[] = []
  for (const [name, leaf] of leaves) {
    const shape = shapes(name)
    if (shape.length !== leaf.shape.length)
      throw new ShapeError(`Input '${name}' is ${showShape(leaf.shape)}, but was given a tensor of shape ${showShape(shape)}.`)
    // Fixed sizes and names already known are most of them, and this runs at every run of a session.
    leaf.shape.forEach((dim, axis) => {
      const size = shape[axis]!
      if (typeof dim === 'string' && isPlainName(dim) && !sizes.has(dim))
        sizes.set(dim, size)
      else if (typeof dim === 'number' ? dim !== size : sizes.get(dim) !== size)
        open.push({ name, dim, size })
    })
  }
  // Then sums that have one unknown left.
  for (let progress = true; progress;) {
    progress = false
    for (const { name, dim, size } of open) {
      const solved = solveFor(dim, new Set(sizes.keys()))
      if (!solved)
        continue
      const value = (size - resolveDim(solved.rest, sizes)) / resolveDim(solved.factor, sizes)
      if (!Number.isInteger(value) || value < 0)
        throw new ShapeError(`Input '${name}' has size ${size} where ${dim} is expected.`)
      sizes.set(solved.name, value)
      progress = true
    }
  }
  for (const { name, dim, size } of open) {
    if (namesOf(dim).every(n => sizes.has(n)) && resolveDim(dim, sizes) !== size)
      throw new ShapeError(`Input '${name}' has size ${size} where ${typeof dim === 'number' ? dim : `${dim} = ${resolveDim(dim, sizes)}`} is expected.`)
  }
  return sizes
}

/** The outputs' values given every input and weight by name. */
export function evaluate(outputs: readonly Expr[], feeds: Readonly<Record<string, NdArray>>): NdArray[] {
  const fed = (name: string): NdArray => {
    const value = feeds[name]
    if (!value)
      throw new ShapeError(`The graph needs a tensor '${name}' that was not given.`)
    return value
  }
  const sizes = bindSizes(leavesOf(outputs), name => fed(name).shape)
  const resolve = (dim: number | string): number => resolveDim(dim, sizes)
  const values = new Map<Expr, NdArray>()
  for (const x of topological(outputs)) {
    const shape = x.shape.map(resolve)
    if (x.leaf?.kind === 'constant')
      values.set(x, ndarray(shape, Array.from(x.leaf.data, Number)))
    else if (x.leaf)
      values.set(x, fed(x.leaf.name))
    else
      values.set(x, x.op.evaluate({ shape, dtype: x.dtype, attributes: x.attributes, resolve }, ...x.inputs.map(i => values.get(i)!)))
  }
  return outputs.map(output => values.get(output)!)
}
