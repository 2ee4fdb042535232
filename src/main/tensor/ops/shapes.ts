/** Shape rules and row rules that several operator families share. */

import { broadcastShapes, showShape } from '../dims.ts'
import type { Shape } from '../dims.ts'
import type { AxisBlock, Attributes, DType, Expr, RowRule, TensorType } from '../expr.ts'
import { ShapeError } from '../shape-error.ts'

/** A non-negative axis; -1 is the last. */
export function axisOf(op: string, axis: number, rank: number): number {
  const at = axis < 0 ? axis + rank : axis
  if (!Number.isInteger(at) || at < 0 || at >= rank)
    throw new ShapeError(`${op} has no axis ${axis} on a tensor of rank ${rank}.`)
  return at
}

export function needDType(op: string, x: TensorType, ...allowed: DType[]): void {
  if (!allowed.includes(x.dtype))
    throw new ShapeError(`${op} needs ${allowed.join(' or ')}, got ${x.dtype} of shape ${showShape(x.shape)}. Use cast() first.`)
}

/** The shape several operands broadcast to. */
export function broadcastAll(op: string, inputs: readonly TensorType[]): Shape {
  return inputs.reduce<Shape>((shape, x) => {
    const both = broadcastShapes(shape, x.shape)
    if (!both)
      throw new ShapeError(`${op} cannot broadcast ${inputs.map(i => showShape(i.shape)).join(' and ')}.`)
    return both
  }, [])
}

export const floatAttribute = (attributes: Attributes, name: string): number => {
  const value = attributes[name]
  if (typeof value !== 'number')
    throw new ShapeError(`internal: attribute '${name}' is not a number.`)
  return value
}

export const listAttribute = (attributes: Attributes, name: string): Shape => {
  const value = attributes[name]
  if (value === undefined || typeof value === 'number' || typeof value === 'string')
    throw new ShapeError(`internal: attribute '${name}' is not a list.`)
  return value
}

export const numbersAttribute = (attributes: Attributes, name: string): number[] => listAttribute(attributes, name).map(Number)

/** Row rule of broadcasting operators: operands are aligned at the right. */
export function elementwiseRows(y: Expr, block: AxisBlock): RowRule | undefined {
  const inputs: (AxisBlock | 'keep')[] = []
  for (const x of y.inputs) {
    const axis = block.axis - (y.shape.length - x.shape.length)
    const wanted = y.shape.slice(block.axis, block.axis + block.span)
    const own = wanted.map((_, i) => x.shape[axis + i] ?? 1)
    // The operand either has the whole block or nothing of it; a half-broadcast block is left alone.
    if (axis >= 0 && own.every((d, i) => d === wanted[i]))
      inputs.push({ axis, span: block.span })
    else if (own.every(d => d === 1) && (block.span === 1 || axis + block.span <= 0))
      inputs.push('keep')
    else
      return undefined
  }
  return { inputs, attributes: y.attributes }
}

/** Row rule of operators that treat every row of the last `depth` axes alike: LayerNormalization, Gemm. */
export function leadingRows(depth: number): (y: Expr, block: AxisBlock) => RowRule | undefined {
  return (y, block) => block.axis + block.span > y.shape.length - depth
    ? undefined
    : { inputs: y.inputs.map((_, i) => (i === 0 ? block : 'keep')), attributes: y.attributes }
}

/** Where an axis of y lies once a block before or after it has become one axis. */
export const axisAfterSelect = (axis: number, block: AxisBlock): number => (axis >= block.axis + block.span ? axis - block.span + 1 : axis)

export const insideBlock = (axis: number, block: AxisBlock): boolean => axis >= block.axis && axis < block.axis + block.span
