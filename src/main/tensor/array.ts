/** Dense float64 arrays for the reference implementations: slow, exact enough for finite differences. */

import type { DType } from './expr.ts'

/** Row-major values; whole numbers and truth values are kept as floats too. */
export interface NdArray {
  readonly shape: readonly number[]
  readonly data: Float64Array
}

export const elementCount = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1)

export function ndarray(shape: readonly number[], data?: ArrayLike<number>): NdArray {
  const size = elementCount(shape)
  if (data !== undefined && data.length !== size)
    throw new Error(`internal: shape [${shape.join(', ')}] needs ${size} values, got ${data.length}.`)
  return { shape, data: data === undefined ? new Float64Array(size) : Float64Array.from(data) }
}

/** Row-major strides. */
export function stridesOf(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length)
  let step = 1
  for (let i = shape.length - 1; i >= 0; i--) {
    strides[i] = step
    step *= shape[i]!
  }
  return strides
}

/** Strides that read `shape` as if it had been broadcast to `to` (0 where a size-1 axis is repeated). */
export function broadcastStrides(shape: readonly number[], to: readonly number[]): number[] {
  const own = stridesOf(shape)
  return to.map((_, i) => {
    const at = i - (to.length - shape.length)
    return at < 0 || shape[at] === 1 ? 0 : own[at]!
  })
}

/** Calls back with the flat positions in each strided operand for every index of `shape`, in row-major order. */
export function walk(shape: readonly number[], strides: readonly (readonly number[])[], visit: (flat: number, at: readonly number[]) => void): void {
  const size = elementCount(shape)
  const index = new Array<number>(shape.length).fill(0)
  const at = new Array<number>(strides.length).fill(0)
  for (let flat = 0; flat < size; flat++) {
    visit(flat, at)
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis]!++
      for (let k = 0; k < strides.length; k++)
        at[k]! += strides[k]![axis]!
      if (index[axis]! < shape[axis]!)
        break
      for (let k = 0; k < strides.length; k++)
        at[k]! -= strides[k]![axis]! * shape[axis]!
      index[axis] = 0
    }
  }
}

/** Elementwise function of broadcast operands. */
export function mapBroadcast(shape: readonly number[], inputs: readonly NdArray[], f: (...values: number[]) => number): NdArray {
  const out = ndarray(shape)
  const values = new Array<number>(inputs.length)
  walk(shape, inputs.map(x => broadcastStrides(x.shape, shape)), (flat, at) => {
    for (let k = 0; k < inputs.length; k++)
      values[k] = inputs[k]!.data[at[k]!]!
    out.data[flat] = f(...values)
  })
  return out
}

/** A view of x as [outer, axis, inner] around one axis: x[o, i, j] = data[(o·n + i)·inner + j]. */
export function aroundAxis(shape: readonly number[], axis: number): { outer: number, n: number, inner: number } {
  return { outer: elementCount(shape.slice(0, axis)), n: shape[axis]!, inner: elementCount(shape.slice(axis + 1)) }
}

/** float64 values as the typed array a runtime takes for this type. */
export function toTyped(data: ArrayLike<number>, dtype: DType): Float32Array | BigInt64Array | Int32Array | Uint8Array {
  switch (dtype) {
    case 'float32': return Float32Array.from(data)
    case 'int64': return BigInt64Array.from(Array.from(data, v => BigInt(v)))
    case 'int32': return Int32Array.from(data)
    case 'bool': return Uint8Array.from(data)
  }
}
