/** Sample inputs for every operator. The Record type makes the compiler ask for the samples of a new one. */

import { createRandom } from '../../src/main/base/random.ts'
import { ndarray } from '../../src/main/tensor/array.ts'
import type { NdArray } from '../../src/main/tensor/array.ts'
import { input } from '../../src/main/tensor/expr.ts'
import type { Expr } from '../../src/main/tensor/expr.ts'
import * as e from '../../src/main/tensor/ops/elementwise.ts'
import * as i from '../../src/main/tensor/ops/indexing.ts'
import type { OpId } from '../../src/main/tensor/ops/index.ts'
import * as m from '../../src/main/tensor/ops/movement.ts'
import * as p from '../../src/main/tensor/ops/product.ts'
import * as r from '../../src/main/tensor/ops/reduction.ts'

export interface Sample {
  readonly y: Expr
  readonly feeds: Record<string, NdArray>
}

/** Builds the inputs of one sample with seeded values. */
interface Maker {
  /** Floats in ±[0.3, 1.5]: away from kinks and poles. Names of sizes stand for 2, 3 …: see `sizes`. */
  float: (name: string, ...shape: (number | string)[]) => Expr
  positive: (name: string, ...shape: (number | string)[]) => Expr
  index: (name: string, below: number, ...shape: (number | string)[]) => Expr
}

const sizes: Record<string, number> = { batch: 2, tokens: 3, rows: 4 }

function sample(build: (make: Maker) => Expr, seed = 1): () => Sample {
  return () => {
    const random = createRandom(seed)
    const feeds: Record<string, NdArray> = {}
    const add = (name: string, shape: (number | string)[], value: () => number, dtype: 'float32' | 'int64' = 'float32'): Expr => {
      const concrete = shape.map(d => (typeof d === 'number' ? d : sizes[d]!))
      // Rounded to float32, so that the runtime and the reference start from the same numbers.
      feeds[name] = ndarray(concrete, Float32Array.from({ length: concrete.reduce((a, b) => a * b, 1) }, value))
      return input(name, dtype, shape)
    }
    const y = build({
      float: (name, ...shape) => add(name, shape, () => (random.next() < 0.5 ? -1 : 1) * (0.3 + 1.2 * random.next())),
      positive: (name, ...shape) => add(name, shape, () => 0.3 + 1.2 * random.next()),
      index: (name, below, ...shape) => add(name, shape, () => random.below(below), 'int64'),
    })
    return { y, feeds }
  }
}

const unary = (f: (x: Expr) => Expr): (() => Sample)[] => [sample(({ float }) => f(float('x', 2, 3))), sample(({ float }) => f(float('x', 'batch', 2)))]
const binary = (f: (a: Expr, b: Expr) => Expr): (() => Sample)[] => [
  sample(({ float }) => f(float('a', 2, 3), float('b', 2, 3))),
  sample(({ float }) => f(float('a', 2, 1, 3), float('b', 4, 1))),
  sample(({ float }) => f(float('a', 'batch', 'tokens', 4), float('b', 4))),
  sample(({ float }) => f(float('a', 1, 'tokens', 1), float('b', 'batch', 1, 2))),
]

export const samples: Record<OpId, readonly (() => Sample)[]> = {
  Add: binary(e.add),
  Sub: binary(e.sub),
  Mul: binary(e.mul),
  Div: binary(e.div),
  Max: binary(e.maximum),
  Min: binary(e.minimum),
  Greater: binary((a, b) => e.cast(e.greater(a, b), 'float32')),
  Less: binary((a, b) => e.cast(e.less(a, b), 'float32')),
  Equal: [sample(({ index }) => e.cast(e.equal(index('a', 3, 5), index('b', 3, 5)), 'float32'))],
  And: binary((a, b) => e.cast(e.and(e.greater(a, 0), e.greater(b, 0)), 'float32')),
  Or: binary((a, b) => e.cast(e.or(e.greater(a, 0), e.greater(b, 0)), 'float32')),
  Not: unary(x => e.cast(e.not(e.greater(x, 0)), 'float32')),
  Pow: [sample(({ positive }) => e.pow(positive('x', 2, 3), -0.5)), sample(({ positive }) => e.pow(positive('x', 'batch', 3), 3))],
  Neg: unary(e.neg),
  Abs: unary(e.abs),
  Sign: unary(e.sign),
  Sqrt: [sample(({ positive }) => e.sqrt(positive('x', 2, 3)))],
  Exp: unary(e.exp),
  Log: [sample(({ positive }) => e.log(positive('x', 2, 3)))],
  Erf: unary(e.erf),
  Tanh: unary(e.tanh),
  Relu: unary(e.relu),
  Sigmoid: unary(e.sigmoid),
  Gelu: unary(e.gelu),
  StopGradient: unary(x => e.mul(e.stopGradient(x), x)),
  Cast: unary(x => e.mul(e.cast(e.cast(x, 'int64'), 'float32'), x)),
  Where: [
    sample(({ float }) => e.where(e.greater(float('c', 'batch', 1, 3), 0), float('a', 'tokens', 1), float('b', 'batch', 'tokens', 3))),
    sample(({ float }) => e.where(e.greater(float('c', 2, 3), 0), float('a', 2, 3), -7)),
  ],
  MatMul: [
    sample(({ float }) => p.matMul(float('a', 2, 3), float('b', 3, 4))),
    sample(({ float }) => p.matMul(float('a', 'batch', 'tokens', 3), float('b', 3, 2))),
    sample(({ float }) => p.matMul(float('a', 'batch', 2, 'tokens', 4), float('b', 'batch', 2, 4, 'tokens'))),
    sample(({ float }) => p.matMul(float('a', 1, 3, 2), float('b', 'batch', 2, 2))),
    sample(({ float }) => p.matMul(float('a', 3, 2), float('b', 'batch', 2, 2))),
  ],
  Gemm: [false, true].flatMap(transA => [false, true].map(transB =>
    sample(({ float }) => p.gemm(transA ? float('a', 3, 2) : float('a', 2, 3), transB ? float('b', 4, 3) : float('b', 3, 4), { transA, transB })))),
  Linear: [
    sample(({ float }) => p.linear(float('x', 2, 3), float('w', 4, 3), float('b', 4))),
    sample(({ float }) => p.linear(float('x', 'batch', 'tokens', 3), float('w', 2, 3))),
    sample(({ float }) => p.linear(float('x', 2, 'tokens', 3), float('w', 2, 3), float('b', 2))),
  ],
  ReduceSum: [
    sample(({ float }) => r.reduceSum(float('x', 2, 3, 4), [0, 2])),
    sample(({ float }) => r.reduceSum(float('x', 'batch', 'tokens', 2), 1, true)),
    sample(({ float }) => r.reduceSum(float('x', 'batch', 3))),
  ],
  ReduceMean: [
    sample(({ float }) => r.reduceMean(float('x', 2, 3, 4), -1)),
    sample(({ float }) => r.reduceMean(float('x', 'batch', 'tokens', 2), [0, 1])),
  ],
  ReduceMax: [sample(({ float }) => r.reduceMax(float('x', 'batch', 5), -1)), sample(({ float }) => r.reduceMax(float('x', 2, 3, 2), [0, 1], true))],
  Softmax: [sample(({ float }) => r.softmax(float('x', 'batch', 'tokens'))), sample(({ float }) => r.softmax(float('x', 2, 3, 2), 1))],
  LogSoftmax: [sample(({ float }) => r.logSoftmax(float('x', 'batch', 4))), sample(({ float }) => r.logSoftmax(float('x', 2, 3, 2), 1))],
  LayerNormalization: [
    sample(({ float }) => r.layerNorm(float('x', 'batch', 'tokens', 6), float('scale', 6), float('bias', 6), 1e-5)),
    sample(({ float }) => r.layerNorm(float('x', 3, 5), float('scale', 5), float('bias', 5), 1e-2)),
  ],
  ArgMax: [sample(({ float }) => e.cast(r.argMax(float('x', 'batch', 5)), 'float32')), sample(({ float }) => e.cast(r.argMax(float('x', 2, 5, 3), 1), 'float32'))],
  Reshape: [
    sample(({ float }) => m.reshape(float('x', 'batch', 'tokens', 4), ['batch', 'tokens', 2, 2])),
    sample(({ float }) => m.reshape(float('x', 'batch', 'tokens', 4), [-1, 4])),
    sample(({ float }) => e.add(m.reshape(m.transpose(float('x', 'batch', 'tokens', 4), [2, 1, 0]), [2, 'batch', 'tokens', 2]), float('z', 'batch', 'tokens', 1))),
  ],
  Transpose: [sample(({ float }) => m.transpose(float('x', 'batch', 'tokens', 2, 3), [0, 2, 1, 3])), sample(({ float }) => m.transpose(float('x', 2, 3, 4), [2, 0, 1]))],
  Expand: [sample(({ float }) => m.expand(float('x', 3, 1), [2, 3, 2])), sample(({ float }) => e.mul(m.expand(float('x', 1, 4), ['batch', 'tokens', 4]), float('z', 'batch', 'tokens', 4)))],
  Slice: [sample(({ float }) => m.slice(float('x', 2, 5), 1, 1, 4)), sample(({ float }) => m.slice(m.concat([float('a', 'batch', 'tokens'), float('b', 'batch', 2)], 1), 1, 1, 'tokens+1'))],
  Pad: [sample(({ float }) => m.pad(float('x', 2, 3), 1, 1, 2)), sample(({ float }) => m.pad(float('x', 'batch', 'tokens', 2), 1, 'batch', 1))],
  Concat: [sample(({ float }) => m.concat([float('a', 2, 3), float('b', 2, 1), float('c', 2, 2)], 1)), sample(({ float }) => m.concat([float('a', 'batch', 2, 2), float('b', 'batch', 'tokens', 2)], -2))],
  Iota: [sample(({ float }) => e.mul(e.cast(m.iota('tokens'), 'float32'), float('x', 'batch', 'tokens')))],
  Dimension: [sample(({ float }) => e.div(float('x', 'batch', 'tokens'), e.cast(m.dimension('batch*tokens+1'), 'float32')))],
  Gather: [
    sample(({ float, index }) => i.gather(float('x', 5, 3), index('ids', 5, 'batch', 'tokens'))),
    sample(({ float, index }) => i.gather(float('x', 2, 4, 3), index('ids', 4, 5), 1)),
    sample(({ float, index }) => i.selectRows(float('x', 'batch', 'tokens', 2), index('ids', 6, 'rows'))),
  ],
  GatherElements: [
    sample(({ float, index }) => i.gatherElements(float('x', 'rows', 5), index('ids', 5, 'rows', 1))),
    sample(({ float, index }) => i.gatherElements(float('x', 3, 2), index('ids', 3, 4, 2), 0)),
  ],
  ScatterAddElements: [sample(({ float, index }) => i.scatterAddElements(float('x', 'rows', 5), index('ids', 5, 'rows', 3), float('u', 'rows', 3)))],
  ScatterAddRows: [
    sample(({ float, index }) => i.scatterAddRows(float('x', 5, 2), index('ids', 5, 'rows'), float('u', 'rows', 2))),
    sample(({ float, index }) => i.scatterAddRows(float('x', 3, 2), index('ids', 3, 2, 2), float('u', 2, 2, 2))),
  ],
}

/** Compositions that models use as one thing. */
export const compositions: Record<string, () => Sample> = {
  geluTanh: sample(({ float }) => e.geluTanh(float('x', 3, 2))),
  quickGelu: sample(({ float }) => e.quickGelu(float('x', 3, 2))),
  silu: sample(({ float }) => e.silu(float('x', 3, 2))),
  clip: sample(({ float }) => e.clip(float('x', 3, 4), -0.9, 0.8)),
  rmsNorm: sample(({ float }) => r.rmsNorm(float('x', 'batch', 4), float('scale', 4), 1e-6)),
  attention: sample(({ float }) => {
    const [q, k, v] = ['q', 'k', 'v'].map(name => m.transpose(m.reshape(float(name, 'batch', 'tokens', 4), ['batch', 'tokens', 2, 2]), [0, 2, 1, 3]))
    const causal = e.less(m.unsqueeze(m.iota('tokens'), 1), m.unsqueeze(m.iota('tokens'), 0))
    const scores = e.where(causal, -1e9, e.mul(p.matMul(q!, m.transpose(k!)), Math.SQRT1_2))
    return m.reshape(m.transpose(p.matMul(r.softmax(scores), v!), [0, 2, 1, 3]), ['batch', 'tokens', 4])
  }),
}
