/** Every operator, by id. A test asks for a sample input for each of these names, and the compiler asks the test. */

import * as elementwise from './elementwise.ts'
import * as indexing from './indexing.ts'
import * as movement from './movement.ts'
import * as product from './product.ts'
import * as reduction from './reduction.ts'

const { Add, Sub, Mul, Div, Max, Min, Greater, Less, Equal, And, Or, Not, Pow, Neg, Abs, Sign, Sqrt, Exp, Log, Erf, Tanh, Relu, Sigmoid, Gelu, StopGradient, Cast, Where } = elementwise
const { MatMul, Gemm, Linear } = product
const { ReduceSum, ReduceMean, ReduceMax, Softmax, LogSoftmax, LayerNormalization, ArgMax } = reduction
const { Reshape, Transpose, Expand, Slice, Pad, Concat, Iota, Dimension } = movement
const { Gather, GatherElements, ScatterAddElements, ScatterAddRows } = indexing

export const ops = {
  Add, Sub, Mul, Div, Max, Min, Greater, Less, Equal, And, Or, Not, Pow, Neg, Abs, Sign, Sqrt, Exp, Log, Erf, Tanh, Relu, Sigmoid, Gelu, StopGradient, Cast, Where,
  MatMul, Gemm, Linear,
  ReduceSum, ReduceMean, ReduceMax, Softmax, LogSoftmax, LayerNormalization, ArgMax,
  Reshape, Transpose, Expand, Slice, Pad, Concat, Iota, Dimension,
  Gather, GatherElements, ScatterAddElements, ScatterAddRows,
} as const

export type OpId = keyof typeof ops
