/** The gradient of a loss with respect to matrices, as the factors it is made of: ∇W = δᵀ·x, few rows instead of a whole matrix. */

import type { FeedValue } from '../models/model.ts'
import type { Runtime } from '../onnx/runtime.ts'
import type { Expr } from '../tensor/expr.ts'
import { concat, reshape } from '../tensor/ops/movement.ts'
import { productsOf } from '../tensor/products.ts'
import { simplify } from '../tensor/simplify.ts'
import { gradients } from '../tensor/vjp.ts'
import { feedOf } from './cut-reading.ts'
import type { CutReading } from './cut-reading.ts'
import { crossEntropy } from './losses.ts'
import { toFeeds } from './train.ts'

/** Names of a matrix's factors among feeds: x [rows, in] and δ [rows, out]. */
export const factorNames = (weight: string): { readonly x: string, readonly delta: string } => ({ x: `x of ${weight}`, delta: `delta of ${weight}` })

const graphs = new WeakMap<Expr, Readonly<Record<string, Expr>>>()

/** Factors of the gradient of the answer's negative log-likelihood, and that loss, at these values of the reading's weights. */
export async function gradientFactors(runtime: Runtime, reading: CutReading, weights: Readonly<Record<string, FeedValue>>): Promise<{ readonly loss: number, readonly factors: Record<string, FeedValue> }> {
  const graph = graphs.get(reading.logits) ?? factorGraph(reading)
  graphs.set(reading.logits, graph)
  const feeds = { ...reading.feeds, ...weights }
  const { loss, ...factors } = await runtime.run(graph, toFeeds(feeds), new Set(Object.keys(feeds)))
  runtime.meter.forward++
  runtime.meter.backward++
  return { loss: Number(loss!.data[0]), factors: Object.fromEntries(Object.entries(factors).map(([name, value]) => [name, feedOf(value)])) }
}

function factorGraph({ logits, targets, leaves }: CutReading): Record<string, Expr> {
  const [loss] = simplify([crossEntropy(logits, targets)]) as [Expr]
  const outputs: Record<string, Expr> = { loss }
  for (const name of leaves.keys()) {
    const products = productsOf([loss], name)
    if (products.length === 0)
      throw new Error(`Weight '${name}' is not a matrix that something is multiplied with, so its gradient has no factors. Choose feed-forward or projection matrices.`)
    const rows = (x: Expr): Expr => reshape(x, [-1, x.shape.at(-1)!])
    const { x, delta } = factorNames(name)
    outputs[x] = concat(products.map(y => rows(y.inputs[0]!)), 0)
    // One at a time: gradients() stops at every target, and one product may lie before another.
    outputs[delta] = concat(products.map(y => rows(gradients(loss, [y])[0]!)), 0)
  }
  const simple = simplify(Object.values(outputs))
  return Object.fromEntries(Object.keys(outputs).map((name, i) => [name, simple[i]!]))
}

/** Factors of the gradient times a number. */
export const scaleFactors = (factors: Readonly<Record<string, FeedValue>>, weights: Iterable<string>, by: number): Record<string, FeedValue> => ({
  ...factors,
  ...Object.fromEntries([...weights].flatMap((weight) => {
    const name = factorNames(weight).delta
    const delta = factors[name]
    return delta ? [[name, { dims: delta.dims, data: (delta.data as Float32Array).map(value => value * by) }]] : []
  })),
})
