/** Operators that pick or place elements by index. Indices are int64 and must lie inside the axis. */

import { aroundAxis, elementCount, ndarray, stridesOf, walk } from '../array.ts'
import type { NdArray } from '../array.ts'
import { sameShape, showShape } from '../dims.ts'
import { apply, defineOp } from '../expr.ts'
import type { AxisBlock, Expr, RowRule } from '../expr.ts'
import { ShapeError } from '../shape-error.ts'
import { reshape, transpose, zeros } from './movement.ts'
import { axisAfterSelect, axisOf, floatAttribute, insideBlock, needDType } from './shapes.ts'

const gatherAxis = (y: Expr): number => floatAttribute(y.attributes, 'axis')

export const Gather = defineOp({
  id: 'Gather', // x [a…, n, b…], indices [i…] → [a…, i…, b…]
  onnx: 'Gather',
  infer(attributes, x, indices) {
    needDType('Gather', indices!, 'int64')
    const axis = floatAttribute(attributes, 'axis')
    return { dtype: x!.dtype, shape: [...x!.shape.slice(0, axis), ...indices!.shape, ...x!.shape.slice(axis + 1)] }
  },
  // Each picked row adds its gradient back where it came from.
  vjp(dy, y, ...inputs) {
    const [x, indices] = inputs as [Expr, Expr]
    const axis = gatherAxis(y)
    const picked = indices.shape.length
    // The gathered axes first, as the scatter wants them.
    const first = [...Array(picked).keys()].map(i => axis + i)
    const others = [...y.shape.keys()].filter(i => i < axis || i >= axis + picked)
    const rows = transpose(dy, [...first, ...others])
    const xOrder = [axis, ...[...x.shape.keys()].filter(i => i !== axis)]
    const summed = scatterAddRows(zeros(xOrder.map(i => x.shape[i]!)), indices, rows)
    return [transpose(summed, xOrder.map((_, i) => xOrder.indexOf(i))), null]
  },
  evaluate({ shape, attributes }, ...inputs) {
    const [x, indices] = inputs as [NdArray, NdArray]
    const { outer, n, inner } = aroundAxis(x.shape, floatAttribute(attributes, 'axis'))
    const out = ndarray(shape)
    const count = indices.data.length
    for (let o = 0; o < outer; o++) {
      for (let i = 0; i < count; i++) {
        const from = (o * n + checked('Gather', indices.data[i]!, n)) * inner
        out.data.set(x.data.subarray(from, from + inner), (o * count + i) * inner)
      }
    }
    return out
  },
  rows(y, block): RowRule | undefined {
    const [, indices] = y.inputs as [Expr, Expr]
    const axis = gatherAxis(y)
    // Rows of the indices: an embedding lookup of fewer tokens.
    if (block.axis >= axis && block.axis + block.span <= axis + indices.shape.length)
      return { inputs: ['keep', { axis: block.axis - axis, span: block.span }], attributes: y.attributes }
    if (block.axis + block.span <= axis)
      return { inputs: [block, 'keep'], attributes: { axis: axisAfterSelect(axis, block) } }
    return undefined
  },
})

function checked(op: string, index: number, n: number): number {
  if (index < 0 || index >= n)
    throw new ShapeError(`${op} got index ${index} on an axis of size ${n}.`)
  return index
}

/** target[indices[i]] += rows[i], repeated indices adding up. */
export const ScatterAddRows = defineOp({
  id: 'ScatterAddRows', // target [n, b…], indices [i…], rows [i…, b…] → [n, b…]
  onnx: 'ScatterND',
  emit(e, inputs, y) {
    const [target, indices, rows] = inputs as [string, string, string]
    const nested = e.node('Unsqueeze', [indices, e.int64([y.inputs[1]!.shape.length])])
    return e.node('ScatterND', [target, nested, rows], { reduction: 'add' })
  },
  infer(_, target, indices, rows) {
    needDType('ScatterAddRows', indices!, 'int64')
    if (!sameShape(rows!.shape, [...indices!.shape, ...target!.shape.slice(1)]))
      throw new ShapeError(`ScatterAddRows with indices ${showShape(indices!.shape)} into ${showShape(target!.shape)} needs one row each, got ${showShape(rows!.shape)}.`)
    return { dtype: target!.dtype, shape: target!.shape }
  },
  vjp: (dy, _y, ...x) => [dy, null, gather(dy, x[1]!, 0)],
  evaluate({ shape }, ...inputs) {
    const [target, indices, rows] = inputs as [NdArray, NdArray, NdArray]
    const out = ndarray(shape, target.data)
    const width = elementCount(shape.slice(1))
    indices.data.forEach((index, i) => {
      const at = checked('ScatterAddRows', index, shape[0]!) * width
      for (let j = 0; j < width; j++)
        out.data[at + j]! += rows.data[i * width + j]!
    })
    return out
  },
})

/** Visits every element of `indices`: its flat place, and the flat place in a tensor of `shape` it points to. */
function pointAlong(indices: NdArray, shape: readonly number[], axis: number, visit: (flat: number, to: number) => void): void {
  const strides = stridesOf(shape)
  walk(indices.shape, [strides.map((s, i) => (i === axis ? 0 : s))], (flat, at) =>
    visit(flat, at[0]! + checked('GatherElements', indices.data[flat]!, shape[axis]!) * strides[axis]!))
}

function checkElements(op: string, x: Expr['shape'], indices: Expr['shape'], axis: number): void {
  if (x.length !== indices.length || x.some((d, i) => i !== axis && d !== indices[i]))
    throw new ShapeError(`${op} along axis ${axis} needs indices of the other sizes of ${showShape(x)}, got ${showShape(indices)}.`)
}

export const GatherElements = defineOp({
  id: 'GatherElements', // y[a, i, b] = x[a, indices[a, i, b], b]
  onnx: 'GatherElements',
  infer(attributes, x, indices) {
    needDType('GatherElements', indices!, 'int64')
    checkElements('GatherElements', x!.shape, indices!.shape, floatAttribute(attributes, 'axis'))
    return { dtype: x!.dtype, shape: indices!.shape }
  },
  vjp: (dy, y, ...x) => [apply(ScatterAddElements, [zeros(x[0]!.shape), x[1]!, dy], y.attributes), null],
  evaluate({ shape, attributes }, ...inputs) {
    const [x, indices] = inputs as [NdArray, NdArray]
    const out = ndarray(shape)
    pointAlong(indices, x.shape, floatAttribute(attributes, 'axis'), (flat, to) => out.data[flat] = x.data[to]!)
    return out
  },
  rows: elementsRows,
})

function elementsRows(y: Expr, block: AxisBlock): RowRule | undefined {
  const axis = gatherAxis(y)
  return insideBlock(axis, block)
    ? undefined
    : { inputs: y.inputs.map(() => block), attributes: { ...y.attributes, axis: axisAfterSelect(axis, block) } }
}

export const ScatterAddElements = defineOp({
  id: 'ScatterAddElements', // y = target; y[a, indices[a, i, b], b] += updates[a, i, b]
  onnx: 'ScatterElements',
  emit: (e, inputs, y) => e.node('ScatterElements', inputs, { axis: gatherAxis(y), reduction: 'add' }),
  infer(attributes, target, indices, updates) {
    needDType('ScatterAddElements', indices!, 'int64')
    checkElements('ScatterAddElements', target!.shape, indices!.shape, floatAttribute(attributes, 'axis'))
    if (!sameShape(indices!.shape, updates!.shape))
      throw new ShapeError(`ScatterAddElements needs one update per index, got ${showShape(updates!.shape)} for ${showShape(indices!.shape)}.`)
    return { dtype: target!.dtype, shape: target!.shape }
  },
  vjp: (dy, y, ...x) => [dy, null, apply(GatherElements, [dy, x[1]!], y.attributes)],
  evaluate({ shape, attributes }, ...inputs) {
    const [target, indices, updates] = inputs as [NdArray, NdArray, NdArray]
    const out = ndarray(shape, target.data)
    pointAlong(indices, shape, floatAttribute(attributes, 'axis'), (flat, to) => out.data[to]! += updates.data[flat]!)
    return out
  },
})

/** Slices of x along an axis, in the order of the indices. gather(table, ids) is an embedding lookup. */
export const gather = (x: Expr, indices: Expr, axis = 0): Expr =>
  apply(Gather, [x, indices], { axis: axisOf('Gather', axis, x.shape.length) })

/** One element per index along the axis; with axis -1 and indices [rows, 1] it picks each row's target. */
export const gatherElements = (x: Expr, indices: Expr, axis = -1): Expr =>
  apply(GatherElements, [x, indices], { axis: axisOf('GatherElements', axis, x.shape.length) })

export const scatterAddElements = (target: Expr, indices: Expr, updates: Expr, axis = -1): Expr =>
  apply(ScatterAddElements, [target, indices, updates], { axis: axisOf('ScatterAddElements', axis, target.shape.length) })

export const scatterAddRows = (target: Expr, indices: Expr, rows: Expr): Expr => apply(ScatterAddRows, [target, indices, rows])

/**
 * Rows of x [batch, tokens, …] by flat index batch·tokens + token: → [rows, …]. This is how answer positions are
 * selected; partition.ts moves it as deep as row-wise operators allow.
 */
export const selectRows = (x: Expr, rows: Expr): Expr => gather(reshape(x, [-1, ...x.shape.slice(2)]), rows, 0)
