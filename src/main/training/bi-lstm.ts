/** A bidirectional LSTM (Hochreiter & Schmidhuber 1997; Graves & Schmidhuber 2005) over a short text, unrolled; gates as torch.nn.LSTM orders them. */

import { constant } from '../tensor/expr.ts'
import type { Expr } from '../tensor/expr.ts'
import { add, mul, sigmoid, sub, tanh } from '../tensor/ops/elementwise.ts'
import { concat, reshape, slice, transpose, unsqueeze, zeros } from '../tensor/ops/movement.ts'
import { matMul } from '../tensor/ops/product.ts'
import type { FeedValue } from '../models/model.ts'

/** Both directions in one tensor each, forwards first. torch keeps two biases, of which only the sum matters. */
export interface BiLstmWeights {
  /** [2, 4·hidden, width]: gates i, f, g, o. */
  readonly input: Expr
  /** [2, 4·hidden, hidden] */
  readonly hidden: Expr
  /** [2, 4·hidden] */
  readonly bias: Expr
}

/** σ of this is 0 in fp32, and exactly so: nothing enters a cell at a padded step, so its state stays 0. */
const CLOSED = -1e4

/**
 * The last state of each direction, [1, 2·hidden].
 * @param sequences the text as it stands and reversed, [2, steps, width], both padded in front (see padded()).
 * @param mask [steps], 1 where there is text. Padding in front needs no mask at each step: a cell that lets nothing in keeps its zeros,
 * and the state after the last step is the last word's, whatever the number of steps.
 */
export function biLstm(sequences: Expr, mask: Expr, weights: BiLstmWeights): Expr {
  const steps = Number(sequences.shape[1])
  const h = Number(weights.hidden.shape[2])
  // What the inputs give to all gates of all steps, in one product: [2, steps, 4h].
  const closed = mul(reshape(sub(1, mask), [steps, 1]), constant(Float32Array.from({ length: 4 * h }, (_, k) => (k < h ? CLOSED : 0)), [1, 4 * h]))
  const fromInput = add(add(matMul(sequences, transpose(weights.input)), unsqueeze(weights.bias, 1)), closed)
  const recurrent = transpose(weights.hidden)
  let state = zeros([2, 1, h])
  let cell = zeros([2, 1, h])
  for (let t = 0; t < steps; t++) {
    const own = slice(fromInput, 1, t, t + 1)
    const gates = t === 0 ? own : add(own, matMul(state, recurrent))
    const open = sigmoid(gates)
    const entered = mul(slice(open, 2, 0, h), tanh(slice(gates, 2, 2 * h, 3 * h)))
    cell = t === 0 ? entered : add(mul(slice(open, 2, h, 2 * h), cell), entered)
    state = mul(slice(open, 2, 3 * h, 4 * h), tanh(cell))
  }
  return concat([reshape(slice(state, 0, 0, 1), [1, h]), reshape(slice(state, 0, 1, 2), [1, h])], 1)
}

/** Items in both directions behind padding, [2, steps, …], and the mask [steps]. `items` are rows of `width` numbers. */
export function padded(items: Float32Array, width: number, steps: number): { readonly sequences: FeedValue, readonly mask: FeedValue } {
  const count = items.length / width
  const data = new Float32Array(2 * steps * width)
  for (let i = 0; i < count; i++) {
    const row = items.subarray(i * width, (i + 1) * width)
    data.set(row, (steps - count + i) * width)
    data.set(row, (2 * steps - 1 - i) * width)
  }
  const mask = Float32Array.from({ length: steps }, (_, t) => (t < steps - count ? 0 : 1))
  return { sequences: { data, dims: [2, steps, width] }, mask: { data: mask, dims: [steps] } }
}
