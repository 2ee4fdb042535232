/** A small forward and backward pass that every provider must get right before it is trusted with a model. */

import { createRandom } from '../base/random.ts'
import { input, leavesOf } from '../tensor/expr.ts'
import type { Dim } from '../tensor/dims.ts'
import type { Expr } from '../tensor/expr.ts'
import { add, gelu, mul } from '../tensor/ops/elementwise.ts'
import { gatherElements } from '../tensor/ops/indexing.ts'
import { reshape, transpose } from '../tensor/ops/movement.ts'
import { linear, matMul } from '../tensor/ops/product.ts'
import { layerNorm, logSoftmax, reduceMean, softmax } from '../tensor/ops/reduction.ts'
import { gradients } from '../tensor/vjp.ts'
import { encode } from './encode.ts'
import type { EncodedGraph } from './encode.ts'
import { float32, int64 } from './tensor-value.ts'
import type { Feeds, TensorValue } from './tensor-value.ts'

export interface SelfTest {
  readonly graph: EncodedGraph
  /** A few rows, for comparing: cheap even on a software device. */
  readonly feeds: Feeds
  /** Many rows, for timing: as much work as a small model's layer. */
  readonly timingFeeds: Feeds
  /** timingFeeds has this many times the rows. */
  readonly factor: number
}

/**
 * Outputs are of size one, their gradients of size 0.01 to 1; float32 sums in another order differ by about 1e-6 and
 * half-precision shortcuts by 1e-2, so this separates the two.
 */
export const tolerance = 1e-3

const width = 256
const fewRows = 16
const manyRows = 256
const heads = 4
const classes = 512

/** One transformer block with a loss, and the gradients of both feed-forward matrices, an attention matrix and a norm. */
export function selfTest(): SelfTest {
  const rows = 'rows'
  const w = (name: string, ...shape: Dim[]): Expr => input(name, 'float32', shape)
  const x = w('x', rows, width)
  const normal = layerNorm(x, w('scale', width), w('bias', width), 1e-5)
  const [q, k, v] = ['q', 'k', 'v'].map(name => transpose(reshape(linear(normal, w(name, width, width)), [rows, heads, width / heads]), [1, 0, 2])) as [Expr, Expr, Expr]
  const attended = matMul(softmax(mul(matMul(q, transpose(k)), 1 / Math.sqrt(width / heads))), v)
  const h = add(x, linear(reshape(transpose(attended, [1, 0, 2]), [rows, width]), w('out', width, width)))
  const y = add(h, linear(gelu(linear(h, w('up', 4 * width, width))), w('down', width, 4 * width)))
  const logits = linear(y, w('head', classes, width))
  const loss = mul(reduceMean(gatherElements(logSoftmax(logits), input('targets', 'int64', [rows, 1]), 1)), -1)
  const leaves = leavesOf([loss])
  const targets = ['up', 'down', 'q', 'scale'].map(name => leaves.get(name)!)
  const outputs = Object.fromEntries([['loss', loss] as const, ...gradients(loss, targets).map((d, i) => [`gradient ${i}`, d] as const)])

  const feeds = (count: number): Feeds => valuesFor(leaves, count)
  return { graph: encode(outputs), feeds: feeds(fewRows), timingFeeds: feeds(manyRows), factor: manyRows / fewRows }
}

/** Seeded values that keep activations and gradients of ordinary size. */
function valuesFor(leaves: ReadonlyMap<string, Expr>, rows: number): Feeds {
  const random = createRandom(20)
  return Object.fromEntries([...leaves].map(([name, leaf]): [string, TensorValue] => {
    const shape = leaf.shape.map(d => (typeof d === 'number' ? d : rows))
    const size = shape.reduce((a, b) => a * b, 1)
    const spread = shape.length === 2 && name !== 'x' ? 1 / Math.sqrt(width) : 1
    return [name, leaf.dtype === 'int64'
      ? int64(Array.from({ length: size }, () => random.below(classes)), shape)
      : float32(Float32Array.from({ length: size }, () => spread * random.normal()), shape)]
  }))
}

/** Largest |a - b| / max(|b| of the tensor), over all outputs; Infinity for NaN or a missing output. */
export function largestDifference(results: Readonly<Record<string, ArrayLike<number>>>, expected: Readonly<Record<string, TensorValue>>): number {
  let largest = 0
  for (const [name, { data }] of Object.entries(expected)) {
    const own = results[name]
    if (own === undefined || own.length !== data.length)
      return Infinity
    let scale = 0
    for (const value of data)
      scale = Math.max(scale, Math.abs(Number(value)))
    for (let i = 0; i < data.length; i++) {
      const difference = Math.abs(own[i]! - Number(data[i])) / scale
      if (Number.isNaN(difference))
        return Infinity
      largest = Math.max(largest, difference)
    }
  }
  return largest
}
