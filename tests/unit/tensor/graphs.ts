/** A small decoder with made-up weights, for tests that need a real shape of graph. */

import { createRandom } from '../../../src/main/base/random.ts'
import { ndarray } from '../../../src/main/tensor/array.ts'
import type { NdArray } from '../../../src/main/tensor/array.ts'
import { input, leavesOf, weight } from '../../../src/main/tensor/expr.ts'
import type { Expr } from '../../../src/main/tensor/expr.ts'
import { add, less, mul, relu, where } from '../../../src/main/tensor/ops/elementwise.ts'
import { gather, selectRows } from '../../../src/main/tensor/ops/indexing.ts'
import { iota, reshape, transpose, unsqueeze } from '../../../src/main/tensor/ops/movement.ts'
import { linear, matMul } from '../../../src/main/tensor/ops/product.ts'
import { layerNorm, softmax } from '../../../src/main/tensor/ops/reduction.ts'
import { crossEntropy } from '../../../src/main/training/losses.ts'

export const width = 8
export const vocabulary = 11

/** A float32 weight somewhere in 'model.safetensors'; tests feed it by name. */
export function w(name: string, ...shape: number[]): Expr {
  return weight(name, shape, { file: 'model.safetensors', offset: 0, length: 4 * shape.reduce((a, b) => a * b, 1), stored: 'float32' })
}

/** Pre-norm causal decoder: ids [batch, tokens], rows and targets [rows]. */
export function decoder(layers = 2): { logits: Expr, loss: Expr, weights: Map<string, Expr> } {
  const heads = 2
  const embedding = w('embedding', vocabulary, width)
  const norm = (x: Expr, name: string): Expr => layerNorm(x, w(`${name}.scale`, width), w(`${name}.bias`, width), 1e-5)
  const ahead = less(unsqueeze(iota('tokens'), 1), unsqueeze(iota('tokens'), 0)) // [query, key]: key is in the future
  let h = gather(embedding, input('ids', 'int64', ['batch', 'tokens'])) // [batch, tokens, width]
  for (let layer = 0; layer < layers; layer++) {
    const x = norm(h, `${layer}.norm1`)
    const [q, k, v] = ['q', 'k', 'v'].map(name =>
      transpose(reshape(linear(x, w(`${layer}.${name}`, width, width)), ['batch', 'tokens', heads, width / heads]), [0, 2, 1, 3])) as [Expr, Expr, Expr]
    const attended = matMul(softmax(where(ahead, -1e9, mul(matMul(q, transpose(k)), 0.5))), v)
    h = add(h, linear(reshape(transpose(attended, [0, 2, 1, 3]), ['batch', 'tokens', width]), w(`${layer}.out`, width, width)))
    const hidden = relu(linear(norm(h, `${layer}.norm2`), w(`${layer}.fc1`, 4 * width, width), w(`${layer}.fc1.bias`, 4 * width)))
    h = add(h, linear(hidden, w(`${layer}.fc2`, width, 4 * width)))
  }
  const logits = linear(selectRows(norm(h, 'last'), input('rows', 'int64', ['rows'])), embedding) // tied head
  const loss = crossEntropy(logits, input('targets', 'int64', ['rows']))
  const weights = new Map([...leavesOf([loss])].filter(([, x]) => x.leaf?.kind === 'weight'))
  return { logits, loss, weights }
}

/** Values for every leaf of the decoder. */
export function decoderFeeds(loss: Expr, batch = 2, tokens = 5, seed = 3): Record<string, NdArray> {
  const random = createRandom(seed)
  const feeds: Record<string, NdArray> = {
    ids: ndarray([batch, tokens], Array.from({ length: batch * tokens }, () => random.below(vocabulary))),
    rows: ndarray([3], [tokens - 2, tokens - 1, batch * tokens - 1]),
    targets: ndarray([3], [1, 4, 9]),
  }
  for (const [name, x] of leavesOf([loss])) {
    const shape = x.shape as readonly number[]
    if (x.leaf?.kind === 'weight')
      feeds[name] = ndarray(shape, Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => (name.endsWith('scale') ? 1 : 0) + 0.4 * random.normal()))
  }
  return feeds
}
