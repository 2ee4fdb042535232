/** Operators that move, repeat or cut elements without computing with them, and the few that make tensors from sizes. */

import { aroundAxis, broadcastStrides, elementCount, ndarray, stridesOf, walk } from '../array.ts'
import type { NdArray } from '../array.ts'
import { addDims, broadcastShapes, canonical, divideDims, mulDims, sameShape, showShape, sizeOf, subDims } from '../dims.ts'
import type { Dim, Shape } from '../dims.ts'
import { apply, constant, defineOp } from '../expr.ts'
import type { AxisBlock, DType, Expr, RowRule } from '../expr.ts'
import { ShapeError } from '../shape-error.ts'
import { sumTo } from './reduction.ts'
import { axisAfterSelect, axisOf, elementwiseRows, floatAttribute, insideBlock, listAttribute, numbersAttribute } from './shapes.ts'

/** Stands for "however many rows are selected" in the attributes a row rule returns; partition.ts fills it in. */
export const ROWS = '_rows'

const withBlock = (shape: Shape, block: AxisBlock): Shape => [...shape.slice(0, block.axis), ROWS, ...shape.slice(block.axis + block.span)]

/** The axes of x that hold exactly the elements of y's block, when the sizes before and after agree too. */
function blockBefore(x: Shape, y: Shape, block: AxisBlock): AxisBlock | undefined {
  const wanted = sizeOf(y.slice(block.axis, block.axis + block.span))
  const before = sizeOf(y.slice(0, block.axis))
  const after = sizeOf(y.slice(block.axis + block.span))
  for (let axis = 0; axis < x.length; axis++) {
    if (sizeOf(x.slice(0, axis)) !== before)
      continue
    for (let span = 1; axis + span <= x.length; span++) {
      if (sizeOf(x.slice(axis, axis + span)) === wanted && sizeOf(x.slice(axis + span)) === after)
        return { axis, span }
    }
  }
  return undefined
}

export const Reshape = defineOp({
  id: 'Reshape',
  onnx: 'Reshape',
  emit(e, inputs, y) {
    // 0 copies the input's size at that place and one -1 is whatever remains: most symbolic shapes need no arithmetic.
    const from = y.inputs[0]!.shape
    const symbolic = y.shape.filter((d, i) => typeof d === 'string' && d !== from[i]).length
    return symbolic <= 1
      ? e.node('Reshape', [inputs[0]!, e.int64(y.shape.map((d, i) => (typeof d === 'number' ? d : d === from[i] ? 0 : -1)))])
      : e.node('Reshape', [inputs[0]!, e.sizes(y.shape)])
  },
  infer(attributes, x) {
    const shape = listAttribute(attributes, 'shape')
    if (sizeOf(shape) !== sizeOf(x!.shape))
      throw new ShapeError(`Reshape cannot turn ${showShape(x!.shape)} into ${showShape(shape)}: ${sizeOf(x!.shape)} elements are not ${sizeOf(shape)}.`)
    return { dtype: x!.dtype, shape }
  },
  vjp: (dy, _y, ...x) => [reshape(dy, x[0]!.shape)],
  evaluate: ({ shape }, ...x) => ({ shape, data: x[0]!.data }),
  rows(y, block): RowRule | undefined {
    const own = blockBefore(y.inputs[0]!.shape, y.shape, block)
    return own && {
      inputs: [own],
      attributes: { shape: withBlock(y.shape, block) },
    }
  },
})

export const Transpose = defineOp({
  id: 'Transpose',
  onnx: 'Transpose',
  infer(attributes, x) {
    const perm = numbersAttribute(attributes, 'perm')
    if (perm.length !== x!.shape.length || [...perm].sort((a, b) => a - b).some((p, i) => p !== i))
      throw new ShapeError(`Transpose of ${showShape(x!.shape)} needs each axis once, got [${perm.join(', ')}].`)
    return { dtype: x!.dtype, shape: perm.map(p => x!.shape[p]!) }
  },
  vjp(dy, y) {
    const perm = numbersAttribute(y.attributes, 'perm')
    return [transpose(dy, perm.map((_, i) => perm.indexOf(i)))]
  },
  evaluate({ shape, attributes }, ...inputs) {
    const x = inputs[0] as NdArray
    const strides = stridesOf(x.shape)
    const out = ndarray(shape)
    walk(shape, [numbersAttribute(attributes, 'perm').map(p => strides[p]!)], (flat, at) => out.data[flat] = x.data[at[0]!]!)
    return out
  },
  rows(y, block): RowRule | undefined {
    const perm = numbersAttribute(y.attributes, 'perm')
    const axes = perm.slice(block.axis, block.axis + block.span)
    if (axes.some((axis, i) => axis !== axes[0]! + i))
      return undefined
    const own = { axis: axes[0]!, span: block.span }
    const kept = perm.filter((_, i) => i === block.axis || !insideBlock(i, block))
    return { inputs: [own], attributes: { perm: kept.map(axis => axisAfterSelect(axis, own)) } }
  },
})

export const Expand = defineOp({
  id: 'Expand',
  onnx: 'Expand',
  emit: (e, inputs, y) => e.node('Expand', [inputs[0]!, e.sizes(y.shape)]),
  infer(attributes, x) {
    const shape = listAttribute(attributes, 'shape')
    const both = broadcastShapes(x!.shape, shape)
    if (!both || !sameShape(both, shape))
      throw new ShapeError(`Expand cannot repeat ${showShape(x!.shape)} to ${showShape(shape)}.`)
    return { dtype: x!.dtype, shape }
  },
  vjp: (dy, _y, ...x) => [sumTo(dy, x[0]!.shape)],
  evaluate({ shape }, ...inputs) {
    const x = inputs[0] as NdArray
    const out = ndarray(shape)
    walk(shape, [broadcastStrides(x.shape, shape)], (flat, at) => out.data[flat] = x.data[at[0]!]!)
    return out
  },
  rows(y, block): RowRule | undefined {
    const rule = elementwiseRows(y, block)
    return rule && { ...rule, attributes: { shape: withBlock(y.shape, block) } }
  },
})

export const Slice = defineOp({
  id: 'Slice',
  onnx: 'Slice',
  emit(e, inputs, y) {
    const { axis, start, end } = bounds(y)
    return e.node('Slice', [inputs[0]!, e.sizes([start]), e.sizes([end]), e.int64([axis])])
  },
  infer(attributes, x) {
    const axis = floatAttribute(attributes, 'axis')
    const [start, end] = listAttribute(attributes, 'range')
    const length = subDims(end!, start!)
    const size = x!.shape[axis]
    if (typeof length === 'number' && (length < 0 || (typeof size === 'number' && (Number(start) < 0 || Number(end) > size))))
      throw new ShapeError(`Slice ${start}…${end} does not lie inside axis ${axis} of ${showShape(x!.shape)}.`)
    return { dtype: x!.dtype, shape: x!.shape.map((d, i) => (i === axis ? length : d)) }
  },
  vjp(dy, y, ...x) {
    const { axis, start, end } = bounds(y)
    return [pad(dy, axis, start, subDims(x[0]!.shape[axis]!, end))]
  },
  evaluate({ shape, attributes, resolve }, ...inputs) {
    const x = inputs[0] as NdArray
    const axis = floatAttribute(attributes, 'axis')
    const strides = stridesOf(x.shape)
    const out = ndarray(shape)
    const base = resolve(listAttribute(attributes, 'range')[0]!) * strides[axis]!
    walk(shape, [strides], (flat, at) => out.data[flat] = x.data[base + at[0]!]!)
    return out
  },
  rows: besideAxis,
})

const bounds = (y: Expr): { axis: number, start: Dim, end: Dim } => {
  const [start, end] = listAttribute(y.attributes, 'range')
  return { axis: floatAttribute(y.attributes, 'axis'), start: start!, end: end! }
}

function besideAxis(y: Expr, block: AxisBlock): RowRule | undefined {
  const axis = floatAttribute(y.attributes, 'axis')
  return insideBlock(axis, block)
    ? undefined
    : { inputs: y.inputs.map(() => block), attributes: { ...y.attributes, axis: axisAfterSelect(axis, block) } }
}

/** Zeros before and after along one axis. */
export const Pad = defineOp({
  id: 'Pad',
  onnx: 'Pad',
  emit(e, inputs, y) {
    const axis = floatAttribute(y.attributes, 'axis')
    const [before, after] = listAttribute(y.attributes, 'amount')
    const amounts = y.shape.map((_, i): Dim => (i === axis ? before! : 0))
    const ends = y.shape.map((_, i): Dim => (i === axis ? after! : 0))
    return e.node('Pad', [inputs[0]!, e.sizes([...amounts, ...ends]), e.float32(0)], { mode: 'constant' })
  },
  infer(attributes, x) {
    const axis = floatAttribute(attributes, 'axis')
    const [before, after] = listAttribute(attributes, 'amount')
    return { dtype: x!.dtype, shape: x!.shape.map((d, i) => (i === axis ? addDims(addDims(d, before!), after!) : d)) }
  },
  vjp(dy, y, ...x) {
    const axis = floatAttribute(y.attributes, 'axis')
    const before = listAttribute(y.attributes, 'amount')[0]!
    return [slice(dy, axis, before, addDims(before, x[0]!.shape[axis]!))]
  },
  evaluate({ shape, attributes, resolve }, ...inputs) {
    const x = inputs[0] as NdArray
    const axis = floatAttribute(attributes, 'axis')
    const strides = stridesOf(shape)
    const base = resolve(listAttribute(attributes, 'amount')[0]!) * strides[axis]!
    const out = ndarray(shape)
    walk(x.shape, [strides], (flat, at) => out.data[base + at[0]!] = x.data[flat]!)
    return out
  },
  rows: besideAxis,
})

export const Concat = defineOp({
  id: 'Concat',
  onnx: 'Concat',
  infer(attributes, ...inputs) {
    const axis = floatAttribute(attributes, 'axis')
    const [first] = inputs
    for (const x of inputs) {
      if (x.dtype !== first!.dtype || x.shape.length !== first!.shape.length || x.shape.some((d, i) => i !== axis && d !== first!.shape[i]))
        throw new ShapeError(`Concat along axis ${axis} needs equal other sizes, got ${inputs.map(i => showShape(i.shape)).join(' and ')}.`)
    }
    return {
      dtype: first!.dtype,
      shape: first!.shape.map((d, i) => (i === axis ? inputs.reduce<Dim>((sum, x) => addDims(sum, x.shape[axis]!), 0) : d)),
    }
  },
  vjp(dy, y, ...inputs) {
    const axis = floatAttribute(y.attributes, 'axis')
    let at: Dim = 0
    return inputs.map((x) => {
      const start = at
      at = addDims(at, x.shape[axis]!)
      return slice(dy, axis, start, at)
    })
  },
  evaluate({ shape, attributes }, ...inputs) {
    const { outer, n, inner } = aroundAxis(shape, floatAttribute(attributes, 'axis'))
    const out = ndarray(shape)
    let start = 0
    for (const x of inputs) {
      const width = elementCount(x.shape) / outer
      for (let o = 0; o < outer; o++)
        out.data.set(x.data.subarray(o * width, (o + 1) * width), o * n * inner + start)
      start += width
    }
    return out
  },
  rows: besideAxis,
})

/** 0, 1, …, n-1 as int64; n may be symbolic. */
export const Iota = defineOp({
  id: 'Iota',
  onnx: 'Range',
  emit: (e, _inputs, y) => e.node('Range', [e.int64Scalar(0), e.size(y.shape[0]!), e.int64Scalar(1)]),
  infer: attributes => ({ dtype: 'int64', shape: [listAttribute(attributes, 'size')[0]!] }),
  vjp: 'none',
  evaluate: ({ shape }) => ndarray(shape, Array.from({ length: shape[0]! }, (_, i) => i)),
})

/** The value of a symbolic size, as an int64 scalar. */
export const Dimension = defineOp({
  id: 'Dimension',
  onnx: 'Identity',
  emit: (e, _inputs, y) => e.node('Identity', [e.size(listAttribute(y.attributes, 'size')[0]!)]),
  infer: () => ({ dtype: 'int64', shape: [] }),
  vjp: 'none',
  evaluate: ({ attributes, resolve }) => ndarray([], [resolve(listAttribute(attributes, 'size')[0]!)]),
})

/** Another shape for the same elements in the same order; one entry may be -1. */
export function reshape(x: Expr, shape: Shape): Expr {
  const open = shape.indexOf(-1)
  let wanted = shape.map(canonical)
  if (open >= 0) {
    const others = wanted.filter((_, i) => i !== open).reduce<Dim>(mulDims, 1)
    const rest = divideDims(sizeOf(x.shape), others)
    if (rest === undefined)
      throw new ShapeError(`Reshape cannot turn ${showShape(x.shape)} into ${showShape(shape)}: ${sizeOf(x.shape)} is not a multiple of ${others}.`)
    wanted = wanted.map((d, i) => (i === open ? rest : d))
  }
  return sameShape(wanted, x.shape) ? x : apply(Reshape, [x], { shape: wanted })
}

/** Axes in another order; without an order the last two change places. */
export function transpose(x: Expr, perm?: readonly number[]): Expr {
  const rank = x.shape.length
  const order = perm ?? [...Array(rank).keys()].map(i => (i < rank - 2 ? i : 2 * rank - 3 - i))
  return order.every((p, i) => p === i) ? x : apply(Transpose, [x], { perm: order })
}

/** Elements start … end (exclusive) of one axis. Both may be symbolic; negative numbers are not counted from the end. */
export function slice(x: Expr, axis: number, start: Dim, end: Dim): Expr {
  const at = axisOf('Slice', axis, x.shape.length)
  const range = [canonical(start), canonical(end)]
  return range[0] === 0 && range[1] === x.shape[at] ? x : apply(Slice, [x], { axis: at, range })
}

/** Zeros added before and after one axis. */
export function pad(x: Expr, axis: number, before: Dim, after: Dim): Expr {
  const at = axisOf('Pad', axis, x.shape.length)
  const amount = [canonical(before), canonical(after)]
  return amount[0] === 0 && amount[1] === 0 ? x : apply(Pad, [x], { axis: at, amount })
}

export function concat(inputs: readonly Expr[], axis: number): Expr {
  const [first] = inputs
  if (!first)
    throw new ShapeError('Concat needs at least one tensor.')
  return inputs.length === 1 ? first : apply(Concat, inputs, { axis: axisOf('Concat', axis, first.shape.length) })
}

/** Repeats size-1 and missing leading axes up to the shape. */
export const expand = (x: Expr, shape: Shape): Expr => {
  const wanted = shape.map(canonical)
  return sameShape(wanted, x.shape) ? x : apply(Expand, [x], { shape: wanted })
}

/** Removes an axis of size 1. */
export function squeeze(x: Expr, axis: number): Expr {
  const at = axisOf('Squeeze', axis, x.shape.length)
  if (x.shape[at] !== 1)
    throw new ShapeError(`Squeeze needs size 1 at axis ${axis} of ${showShape(x.shape)}.`)
  return reshape(x, x.shape.filter((_, i) => i !== at))
}

/** Adds an axis of size 1 at this place of the result. */
export function unsqueeze(x: Expr, axis: number): Expr {
  const at = axisOf('Unsqueeze', axis, x.shape.length + 1)
  return reshape(x, [...x.shape.slice(0, at), 1, ...x.shape.slice(at)])
}

/** One value everywhere. */
export const full = (value: number, shape: Shape, dtype: DType = 'float32'): Expr => expand(constant(value, [], dtype), shape)
export const zeros = (shape: Shape): Expr => full(0, shape)
export const iota = (size: Dim): Expr => apply(Iota, [], { size: [canonical(size)] })
/** A symbolic size as a number the graph can compute with. */
export const dimension = (size: Dim): Expr => apply(Dimension, [], { size: [canonical(size)] })
