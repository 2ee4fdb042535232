/** Operators that summarise along axes: sums, means, softmax, normalisation. */

import { aroundAxis, broadcastStrides, elementCount, ndarray, walk } from '../array.ts'
import type { NdArray } from '../array.ts'
import { mulDims, sameShape } from '../dims.ts'
import type { Dim, Shape } from '../dims.ts'
import { apply, defineOp } from '../expr.ts'
import type { Attributes, AxisBlock, Expr, Op, RowRule } from '../expr.ts'
import { ShapeError } from '../shape-error.ts'
import { add, cast, div, equal, exp, mul, pow, sub } from './elementwise.ts'
import { dimension, expand, reshape } from './movement.ts'
import { axisAfterSelect, axisOf, floatAttribute, insideBlock, leadingRows, needDType, numbersAttribute } from './shapes.ts'

/** Row rule when the reduced axes are kept as size 1 (or not reduced at all, as in softmax). */
function rowsBesideAxes(axesOf: (attributes: Attributes) => number[], withAxes: (attributes: Attributes, axes: number[]) => Attributes) {
  return (y: Expr, block: AxisBlock): RowRule | undefined => {
    const axes = axesOf(y.attributes)
    if (axes.some(axis => insideBlock(axis, block)))
      return undefined
    return {
      inputs: y.inputs.map(() => block),
      attributes: withAxes(y.attributes, axes.map(axis => axisAfterSelect(axis, block))),
    }
  }
}

const axesOf = (attributes: Attributes): number[] => numbersAttribute(attributes, 'axes')
const reducedShape = (shape: Shape, axes: readonly number[]): Shape => shape.map((d, i): Dim => (axes.includes(i) ? 1 : d))

/** Reductions keep their axes as size 1; the public functions drop them by a reshape, so one rule serves both. */
function reduction(id: string, start: number, step: (sum: number, x: number) => number, vjp: Op['vjp'], mean = false): Op {
  return defineOp({
    id,
    onnx: id,
    // The axes are an input of ReduceSum since opset 13 and of the others since 18.
    emit: (e, inputs, y) => e.node(id, [inputs[0]!, e.int64(axesOf(y.attributes))], { keepdims: 1 }),
    infer(attributes, x) {
      needDType(id, x!, 'float32')
      return { dtype: x!.dtype, shape: reducedShape(x!.shape, axesOf(attributes)) }
    },
    vjp,
    evaluate({ shape }, ...inputs) {
      const x = inputs[0] as NdArray
      const out = ndarray(shape)
      out.data.fill(start)
      walk(x.shape, [broadcastStrides(shape, x.shape)], (flat, at) => {
        out.data[at[0]!] = step(out.data[at[0]!]!, x.data[flat]!)
      })
      if (mean)
        out.data.forEach((v, i) => out.data[i] = v * elementCount(shape) / elementCount(x.shape))
      return out
    },
    rows: rowsBesideAxes(axesOf, (attributes, axes) => ({ ...attributes, axes })),
  })
}

export const ReduceSum = reduction('ReduceSum', 0, (sum, x) => sum + x, (dy, _y, ...x) => [expand(dy, x[0]!.shape)])
// mean = sum / n: the gradient is dy / n, repeated
export const ReduceMean = reduction('ReduceMean', 0, (sum, x) => sum + x, (dy, y, ...x) => {
  const n = axesOf(y.attributes).reduce<Dim>((size, axis) => mulDims(size, x[0]!.shape[axis]!), 1)
  return [expand(div(dy, typeof n === 'number' ? n : cast(dimension(n), 'float32')), x[0]!.shape)]
}, true)
// The gradient goes to the largest element; equal largest elements share it.
export const ReduceMax = reduction('ReduceMax', -Infinity, Math.max, (dy, y, ...x) => {
  const isLargest = cast(equal(x[0]!, y), 'float32')
  return [mul(isLargest, div(dy, reduce(ReduceSum, isLargest, axesOf(y.attributes))))]
})

const reduce = (op: Op, x: Expr, axes: readonly number[]): Expr => apply(op, [x], { axes })

/** Softmax and its logarithm along one axis, stable against large values. */
function softmaxLike(id: string, finish: (x: number, largest: number, sum: number) => number, vjp: Op['vjp']): Op {
  return defineOp({
    id,
    onnx: id,
    infer(attributes, x) {
      needDType(id, x!, 'float32')
      axisOf(id, floatAttribute(attributes, 'axis'), x!.shape.length)
      return { dtype: x!.dtype, shape: x!.shape }
    },
    vjp,
    evaluate({ shape, attributes }, ...inputs) {
      const x = inputs[0] as NdArray
      const { outer, n, inner } = aroundAxis(shape, floatAttribute(attributes, 'axis'))
      const out = ndarray(shape)
      for (let o = 0; o < outer; o++) {
        for (let i = 0; i < inner; i++) {
          const at = (k: number): number => (o * n + k) * inner + i
          let largest = -Infinity
          let sum = 0
          for (let k = 0; k < n; k++)
            largest = Math.max(largest, x.data[at(k)]!)
          for (let k = 0; k < n; k++)
            sum += Math.exp(x.data[at(k)]! - largest)
          for (let k = 0; k < n; k++)
            out.data[at(k)] = finish(x.data[at(k)]!, largest, sum)
        }
      }
      return out
    },
    rows: rowsBesideAxes(attributes => [floatAttribute(attributes, 'axis')], (attributes, [axis]) => ({ ...attributes, axis: axis! })),
  })
}

// s = softmax(x): dx = s·(dy - Σ dy·s)
export const Softmax = softmaxLike('Softmax', (x, largest, sum) => Math.exp(x - largest) / sum, (dy, y) => {
  const weighted = mul(dy, y)
  return [sub(weighted, mul(y, reduce(ReduceSum, weighted, [floatAttribute(y.attributes, 'axis')])))]
})
// dx = dy - softmax(x)·Σ dy
export const LogSoftmax = softmaxLike('LogSoftmax', (x, largest, sum) => x - largest - Math.log(sum), (dy, y) =>
  [sub(dy, mul(exp(y), reduce(ReduceSum, dy, [floatAttribute(y.attributes, 'axis')])))])

export const LayerNormalization = defineOp({
  id: 'LayerNormalization',
  onnx: 'LayerNormalization',
  emit: (e, inputs, y) => e.node('LayerNormalization', inputs, { axis: -1, epsilon: y.attributes.epsilon! }),
  infer(_, x, scale, bias) {
    needDType('LayerNormalization', x!, 'float32')
    const width = x!.shape.at(-1)
    if (scale!.shape.length !== 1 || scale!.shape[0] !== width || !sameShape(scale!.shape, bias!.shape))
      throw new ShapeError(`LayerNormalization of width ${width} needs scale and bias of that size, got [${scale!.shape.join(', ')}] and [${bias!.shape.join(', ')}].`)
    return { dtype: 'float32', shape: x!.shape }
  },
  // x̂ = (x - mean)·r, r = 1/√(var + ε), g = dy·scale:  dx = r·(g - mean(g) - x̂·mean(g·x̂))
  vjp(dy, y, ...inputs) {
    const [x, scale, bias] = inputs as [Expr, Expr, Expr]
    const last = [x.shape.length - 1]
    const mean = (value: Expr): Expr => reduce(ReduceMean, value, last)
    const centered = sub(x, mean(x))
    const r = pow(add(mean(mul(centered, centered)), floatAttribute(y.attributes, 'epsilon')), -0.5)
    const normal = mul(centered, r)
    const g = mul(dy, scale)
    const dx = mul(r, sub(sub(g, mean(g)), mul(normal, mean(mul(g, normal)))))
    return [dx, sumTo(mul(dy, normal), scale.shape), sumTo(dy, bias.shape)]
  },
  evaluate({ shape, attributes }, ...inputs) {
    const [x, scale, bias] = inputs as [NdArray, NdArray, NdArray]
    const n = shape.at(-1)!
    const out = ndarray(shape)
    for (let start = 0; start < out.data.length; start += n) {
      const row = x.data.subarray(start, start + n)
      const mean = row.reduce((a, b) => a + b, 0) / n
      const variance = row.reduce((a, b) => a + (b - mean) ** 2, 0) / n
      const r = 1 / Math.sqrt(variance + floatAttribute(attributes, 'epsilon'))
      row.forEach((v, i) => out.data[start + i] = (v - mean) * r * scale.data[i]! + bias.data[i]!)
    }
    return out
  },
  rows: leadingRows(1),
})

export const ArgMax = defineOp({
  id: 'ArgMax',
  onnx: 'ArgMax',
  emit: (e, inputs, y) => e.node('ArgMax', inputs, { axis: y.attributes.axis!, keepdims: 1, select_last_index: 0 }),
  infer(attributes, x) {
    needDType('ArgMax', x!, 'float32')
    return { dtype: 'int64', shape: reducedShape(x!.shape, [floatAttribute(attributes, 'axis')]) }
  },
  vjp: 'none',
  evaluate({ shape, attributes }, ...inputs) {
    const x = inputs[0] as NdArray
    const { outer, n, inner } = aroundAxis(x.shape, floatAttribute(attributes, 'axis'))
    const out = ndarray(shape)
    for (let o = 0; o < outer; o++) {
      for (let i = 0; i < inner; i++) {
        let best = 0
        for (let k = 1; k < n; k++) {
          if (x.data[(o * n + k) * inner + i]! > x.data[(o * n + best) * inner + i]!)
            best = k
        }
        out.data[o * inner + i] = best
      }
    }
    return out
  },
  rows: rowsBesideAxes(attributes => [floatAttribute(attributes, 'axis')], (attributes, [axis]) => ({ ...attributes, axis: axis! })),
})

function reduceOver(op: Op, x: Expr, axes: number | readonly number[] | undefined, keepDims: boolean): Expr {
  const wanted = axes === undefined ? x.shape.map((_, i) => i) : [axes].flat().map(axis => axisOf(op.id, axis, x.shape.length))
  if (wanted.length === 0)
    return x
  const kept = reduce(op, x, [...new Set(wanted)].sort((a, b) => a - b))
  return keepDims ? kept : reshape(kept, kept.shape.filter((_, i) => !wanted.includes(i)))
}

/** Sum over the axes (all of them when left out). */
export const reduceSum = (x: Expr, axes?: number | readonly number[], keepDims = false): Expr => reduceOver(ReduceSum, x, axes, keepDims)
export const reduceMean = (x: Expr, axes?: number | readonly number[], keepDims = false): Expr => reduceOver(ReduceMean, x, axes, keepDims)
export const reduceMax = (x: Expr, axes?: number | readonly number[], keepDims = false): Expr => reduceOver(ReduceMax, x, axes, keepDims)
export const softmax = (x: Expr, axis = -1): Expr => apply(Softmax, [x], { axis: axisOf('Softmax', axis, x.shape.length) })
export const logSoftmax = (x: Expr, axis = -1): Expr => apply(LogSoftmax, [x], { axis: axisOf('LogSoftmax', axis, x.shape.length) })
/** Normalises the last axis to mean 0 and variance 1, then scale and bias, both [width]. */
export const layerNorm = (x: Expr, scale: Expr, bias: Expr, epsilon: number): Expr => apply(LayerNormalization, [x, scale, bias], { epsilon })
/** x / √(mean(x²) + ε) · scale, as in LLaMA. */
export const rmsNorm = (x: Expr, scale: Expr, epsilon: number): Expr =>
  mul(mul(x, pow(add(reduceMean(mul(x, x), -1, true), epsilon), -0.5)), scale)
/** Index of the first largest element (int64); the axis is dropped. */
export function argMax(x: Expr, axis = -1): Expr {
  const at = axisOf('ArgMax', axis, x.shape.length)
  const kept = apply(ArgMax, [x], { axis: at })
  return reshape(kept, kept.shape.filter((_, i) => i !== at))
}

/** Sums dy back to a shape it was broadcast from: the gradient of broadcasting. */
export function sumTo(dy: Expr, shape: Shape): Expr {
  if (sameShape(dy.shape, shape))
    return dy
  const extra = dy.shape.length - shape.length
  const axes = dy.shape.flatMap((d, i) => (i < extra || (shape[i - extra] === 1 && d !== 1) ? [i] : []))
  const summed = axes.length === 0 ? dy : reduce(ReduceSum, dy, axes)
  return reshape(summed, shape)
}
