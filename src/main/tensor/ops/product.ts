/** Matrix products. */

import { broadcastStrides, elementCount, ndarray, walk } from '../array.ts'
import type { NdArray } from '../array.ts'
import { broadcastShapes, sameShape, showShape } from '../dims.ts'
import type { Shape } from '../dims.ts'
import { apply, defineOp } from '../expr.ts'
import type { Expr, RowRule } from '../expr.ts'
import { ShapeError } from '../shape-error.ts'
import { reshape, transpose } from './movement.ts'
import { reduceSum, sumTo } from './reduction.ts'
import { floatAttribute, leadingRows, needDType } from './shapes.ts'

export const MatMul = defineOp({
  id: 'MatMul', // [..., m, k] × [..., k, n] → [..., m, n]
  onnx: 'MatMul',
  infer(_, a, b) {
    needDType('MatMul', a!, 'float32')
    needDType('MatMul', b!, 'float32')
    const batch = broadcastShapes(a!.shape.slice(0, -2), b!.shape.slice(0, -2))
    if (a!.shape.length < 2 || b!.shape.length < 2 || !batch)
      throw new ShapeError(`MatMul needs matrices with fitting leading sizes, got ${showShape(a!.shape)} and ${showShape(b!.shape)}.`)
    if (a!.shape.at(-1) !== b!.shape.at(-2))
      throw new ShapeError(`MatMul needs equal inner sizes, got ${showShape(a!.shape)} and ${showShape(b!.shape)}.`)
    return { dtype: 'float32', shape: [...batch, a!.shape.at(-2)!, b!.shape.at(-1)!] }
  },
  // dA = dY·Bᵀ, dB = Aᵀ·dY
  vjp(dy, _y, ...x) {
    const [a, b] = x as [Expr, Expr]
    if (b.shape.length === 2 && a.shape.length > 2) {
      // One product over all rows instead of a batch of products that is then summed.
      const rows = reshape(a, [-1, a.shape.at(-1)!])
      return [matMul(dy, transpose(b)), gemm(rows, reshape(dy, [-1, dy.shape.at(-1)!]), { transA: true })]
    }
    return [sumTo(matMul(dy, transpose(b)), a.shape), sumTo(matMul(transpose(a), dy), b.shape)]
  },
  evaluate({ shape }, ...x) {
    const [a, b] = x as [NdArray, NdArray]
    const [m, n, k] = [shape.at(-2)!, shape.at(-1)!, a.shape.at(-1)!]
    const batch = shape.slice(0, -2)
    const out = ndarray(shape)
    const strides = [a, b].map(t => broadcastStrides(t.shape.slice(0, -2), batch).map(s => s * elementCount(t.shape.slice(-2))))
    walk(batch, strides, (flat, at) => {
      multiply(out.data.subarray(flat * m * n, (flat + 1) * m * n), m, n, k, (i, l) => a.data[at[0]! + i * k + l]!, (l, j) => b.data[at[1]! + l * n + j]!)
    })
    return out
  },
  rows(y, block): RowRule | undefined {
    const [a, b] = y.inputs as [Expr, Expr]
    const rank = y.shape.length
    if (block.axis + block.span >= rank)
      return undefined
    if (b.shape.length === 2)
      return { inputs: [block, 'keep'], attributes: {} }
    if (block.span === 1 && block.axis === rank - 2 && a.shape.length === rank)
      return { inputs: [block, 'keep'], attributes: {} }
    // Selecting along batch axes needs them in both operands.
    const isWhole = (x: Expr): boolean => x.shape.length === rank && y.shape.slice(block.axis, block.axis + block.span).every((d, i) => x.shape[block.axis + i] === d)
    return block.axis + block.span <= rank - 2 && isWhole(a) && isWhole(b) ? { inputs: [block, block], attributes: {} } : undefined
  },
})

function multiply(out: Float64Array, m: number, n: number, k: number, a: (i: number, l: number) => number, b: (l: number, j: number) => number): void {
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      let sum = 0
      for (let l = 0; l < k; l++)
        sum += a(i, l) * b(l, j)
      out[i * n + j] = sum
    }
  }
}

interface Transposed { readonly transA?: boolean, readonly transB?: boolean }

const gemmSizes = (a: Shape, b: Shape, t: Transposed): [m: Shape[number], k: Shape[number], l: Shape[number], n: Shape[number]] => [
  a[t.transA ? 1 : 0]!,
  a[t.transA ? 0 : 1]!,
  b[t.transB ? 1 : 0]!,
  b[t.transB ? 0 : 1]!,
]
const transposedOf = (attributes: Expr['attributes']): { transA: boolean, transB: boolean } => ({
  transA: floatAttribute(attributes, 'transA') === 1,
  transB: floatAttribute(attributes, 'transB') === 1,
})

/** Two matrices, each optionally read transposed. */
export const Gemm = defineOp({
  id: 'Gemm',
  onnx: 'Gemm',
  infer(attributes, a, b) {
    const [m, k, l, n] = gemmSizes(a!.shape, b!.shape, transposedOf(attributes))
    if (a!.shape.length !== 2 || b!.shape.length !== 2 || k !== l)
      throw new ShapeError(`Gemm needs two matrices with equal inner sizes, got ${showShape(a!.shape)} and ${showShape(b!.shape)}.`)
    return { dtype: 'float32', shape: [m, n] }
  },
  // Y = A·B: dA = dY·Bᵀ, dB = Aᵀ·dY, each transposed once more where the operand was
  vjp(dy, y, ...x) {
    const [a, b] = x as [Expr, Expr]
    const { transA, transB } = transposedOf(y.attributes)
    return [
      transA ? gemm(b, dy, { transA: transB, transB: true }) : gemm(dy, b, { transB: !transB }),
      transB ? gemm(dy, a, { transA: true, transB: transA }) : gemm(a, dy, { transA: !transA }),
    ]
  },
  evaluate({ shape, attributes }, ...x) {
    const [a, b] = x as [NdArray, NdArray]
    const { transA, transB } = transposedOf(attributes)
    const k = a.shape[transA ? 0 : 1]!
    const out = ndarray(shape)
    multiply(out.data, shape[0]!, shape[1]!, k, (i, l) => (transA ? a.data[l * shape[0]! + i]! : a.data[i * k + l]!), (l, j) => (transB ? b.data[j * k + l]! : b.data[l * shape[1]! + j]!))
    return out
  },
})

/** y = x·Wᵀ (+ bias) with W [out, in] as torch stores it: Gemm with transB reads the checkpoint's bytes as they are. */
export const Linear = defineOp({
  id: 'Linear',
  onnx: 'Gemm',
  emit(e, inputs, y) {
    const [x, ...weights] = inputs
    const rank = y.shape.length
    const out = y.shape.at(-1)!
    if (rank === 2)
      return e.node('Gemm', [x!, ...weights], { transB: 1 })
    // Gemm is for matrices only; the reshapes around it are free.
    const rows = e.node('Reshape', [x!, e.int64([-1, Number(y.inputs[0]!.shape.at(-1))])])
    const product = e.node('Gemm', [rows, ...weights], { transB: 1 })
    const symbolic = y.shape.filter(d => typeof d === 'string').length
    return e.node('Reshape', [product, symbolic <= 1 ? e.int64(y.shape.map(d => (typeof d === 'number' ? d : -1))) : e.sizes([...y.shape.slice(0, -1), out])])
  },
  infer(_, x, w, bias) {
    needDType('Linear', x!, 'float32')
    if (w!.shape.length !== 2 || x!.shape.length < 2 || x!.shape.at(-1) !== w!.shape[1])
      throw new ShapeError(`Linear needs [..., in] and a weight [out, in], got ${showShape(x!.shape)} and ${showShape(w!.shape)}.`)
    if (bias && !sameShape(bias.shape, [w!.shape[0]!]))
      throw new ShapeError(`Linear with a weight ${showShape(w!.shape)} needs a bias of that many outputs, got ${showShape(bias.shape)}.`)
    return { dtype: 'float32', shape: [...x!.shape.slice(0, -1), w!.shape[0]!] }
  },
  // dx = dy·W, dW = dyᵀ·x over all rows, db = Σ dy
  vjp(dy, _y, ...inputs) {
    const [x, w] = inputs as [Expr, Expr]
    const dRows = reshape(dy, [-1, dy.shape.at(-1)!])
    const dx = matMul(dy, w)
    const dw = gemm(dRows, reshape(x, [-1, x.shape.at(-1)!]), { transA: true })
    return inputs.length === 3 ? [dx, dw, reduceSum(dRows, 0)] : [dx, dw]
  },
  evaluate({ shape }, ...inputs) {
    const [x, w, bias] = inputs as [NdArray, NdArray, NdArray | undefined]
    const [n, k] = w.shape as [number, number]
    const out = ndarray(shape)
    multiply(out.data, elementCount(shape) / n, n, k, (i, l) => x.data[i * k + l]!, (l, j) => w.data[j * k + l]!)
    if (bias)
      out.data.forEach((v, i) => out.data[i] = v + bias.data[i % n]!)
    return out
  },
  rows: leadingRows(1),
})

/** Matrix product with broadcasting leading axes. */
export const matMul = (a: Expr, b: Expr): Expr => apply(MatMul, [a, b])

/** Product of two matrices, each optionally transposed. */
export const gemm = (a: Expr, b: Expr, { transA = false, transB = false }: Transposed = {}): Expr =>
  apply(Gemm, [a, b], { transA: Number(transA), transB: Number(transB) })

/** x [..., in] · weight [out, in]ᵀ + bias [out] → [..., out]. */
export const linear = (x: Expr, w: Expr, bias?: Expr): Expr => apply(Linear, bias ? [x, w, bias] : [x, w])

