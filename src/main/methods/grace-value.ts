// What GRACE trains: −log p of the answer as a function of the value that takes the place of a layer's output.
import { must } from '../base/errors.ts'
import type { Example, Model } from '../models/model.ts'
import { input, substitute } from '../tensor/expr.ts'
import type { Expr } from '../tensor/expr.ts'
import { greater, where } from '../tensor/ops/elementwise.ts'
import { productsOf } from '../tensor/products.ts'
import { crossEntropy } from '../training/losses.ts'
import type { Problem } from '../training/train.ts'

/** The one weight of the problem. */
export const valueName = 'value'
const markedName = 'marked'
const losses = new WeakMap<Expr, Map<string, { readonly loss: Expr, readonly value: Expr }>>()

/** The mean negative log-likelihood of the answer, given the value in place of the product's output at the last prompt position. */
export async function valueProblem(model: Model, example: Example, name: string, start: Float32Array): Promise<Problem> {
  const { logits, targets, feeds } = await model.reading(example, [name])
  const byName = losses.get(logits) ?? new Map<string, { readonly loss: Expr, readonly value: Expr }>()
  losses.set(logits, byName)
  let graph = byName.get(name)
  const product = must(productsOf([logits], name)[0], `a product with weight '${name}'`)
  if (!graph) {
    const value = input(valueName, 'float32', [1, product.shape[1]!])
    const marked = input(markedName, 'float32', [product.shape[0]!, 1])
    const [replaced] = substitute([logits], new Map([[product, where(greater(marked, 0), value, product)]]))
    byName.set(name, graph = { loss: crossEntropy(replaced!, targets), value })
  }
  // The first answer row is the last prompt position.
  const mask = must(feeds.mask, 'the causal mask')
  const marked = new Float32Array(mask.dims[0]!)
  marked[Number(must(feeds.rows, 'the answer rows').data[0])] = 1
  return {
    loss: graph.loss,
    weights: [{ name: valueName, leaf: graph.value, value: start }],
    feeds: [{ ...feeds, [markedName]: { data: marked, dims: [marked.length, 1] } }],
  }
}
