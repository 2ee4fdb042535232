/** Tensors with values, as they are fed to and come out of a session. Plain data: they survive the session. */

import { elementCount } from '../tensor/array.ts'
import type { ConstantData, DType } from '../tensor/expr.ts'

export interface TensorValue {
  readonly dtype: DType
  readonly shape: readonly number[]
  /** Row-major; bool is one byte per element. Treat as immutable: edits share unchanged tensors. */
  readonly data: ConstantData
}

export type Feeds = Readonly<Record<string, TensorValue>>

function checked(dtype: DType, data: ConstantData, shape: readonly number[]): TensorValue {
  if (data.length !== elementCount(shape))
    throw new Error(`internal: a tensor of shape [${shape.join(', ')}] needs ${elementCount(shape)} values, got ${data.length}.`)
  return { dtype, shape, data }
}

export const float32 = (data: Float32Array | readonly number[], shape: readonly number[] = [data.length]): TensorValue =>
  checked('float32', data instanceof Float32Array ? data : Float32Array.from(data), shape)

export const int64 = (data: BigInt64Array | readonly number[], shape: readonly number[] = [data.length]): TensorValue =>
  checked('int64', data instanceof BigInt64Array ? data : BigInt64Array.from(data, v => BigInt(v)), shape)

export const bool = (data: readonly boolean[], shape: readonly number[] = [data.length]): TensorValue =>
  checked('bool', Uint8Array.from(data, Number), shape)

export const scalar = (value: number): TensorValue => float32([value], [])

/** The values as ordinary numbers. */
export const numbersOf = (value: TensorValue): number[] => Array.from(value.data, Number)

/** The values of a float32 tensor without a copy. */
export function floatsOf(value: TensorValue): Float32Array {
  if (!(value.data instanceof Float32Array))
    throw new Error(`internal: expected float32, got ${value.dtype}.`)
  return value.data
}
