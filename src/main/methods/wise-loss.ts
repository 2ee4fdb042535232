// WISE's loss as an expression: the answer through the side memory, and margins between its reaction to the edit and to other questions.
import { must } from '../base/errors.ts'
import type { Example, FeedValue, Model, WeightInfo } from '../models/model.ts'
import { input, substitute } from '../tensor/expr.ts'
import type { Expr } from '../tensor/expr.ts'
import { add, maximum, mul, sqrt, sub } from '../tensor/ops/elementwise.ts'
import { linear } from '../tensor/ops/product.ts'
import { reduceMean, reduceSum } from '../tensor/ops/reduction.ts'
import { crossEntropy } from '../training/losses.ts'
import type { Problem } from '../training/train.ts'

export interface Margins {
  /** Other questions may cause a reaction up to this. */
  readonly alpha: number
  /** The edit should cause one of at least this. */
  readonly beta: number
  /** And by this much a stronger one than any other question. */
  readonly gamma: number
}

// The square root has no slope at zero, where training starts.
const tiny = 1e-12

/** Rows' reactions ‖x·Dᵀ‖₂: x [rows, in], D [out, in] → [rows]. */
export function reactions(x: Expr, change: Expr): Expr {
  const y = linear(x, change)
  return sqrt(add(reduceSum(mul(y, y), -1), tiny))
}

/** mean over other questions i of max(0, Δᵢ − α) + max(0, β − Δₑ) + max(0, γ − (Δₑ − Δᵢ)); edit [1], others [m], margins [3] → scalar. */
export function marginLoss(edit: Expr, others: Expr, { alpha, beta, gamma }: Readonly<Record<keyof Margins, Expr>>): Expr {
  const quiet = reduceMean(maximum(sub(others, alpha), 0))
  const loud = reduceMean(maximum(sub(beta, edit), 0))
  const apart = reduceMean(maximum(sub(gamma, sub(edit, others)), 0))
  return add(add(quiet, loud), apart)
}

const names = { change: 'change', mask: 'gradient mask', edit: 'edit activation', others: 'other activations', alpha: 'alpha', beta: 'beta', gamma: 'gamma' }

interface Graph { readonly loss: Expr, readonly change: Expr }
const graphs = new WeakMap<Expr, Map<string, Graph>>()

function graphOf(logits: Expr, targets: Expr, weight: WeightInfo, leaf: Expr, others: number): Graph {
  const byKey = graphs.get(logits) ?? new Map<string, Graph>()
  graphs.set(logits, byKey)
  const key = `${others} ${weight.name}`
  const known = byKey.get(key)
  if (known)
    return known
  const [rows, columns] = weight.shape as [number, number]
  const change = input(names.change, 'float32', [rows, columns])
  // Only masked elements move, and only they are seen, whatever the optimiser does to the others.
  const seen = mul(change, input(names.mask, 'float32', [rows, columns]))
  const [edited] = substitute([logits], new Map([[leaf, add(leaf, seen)]]))
  const margins = { alpha: input(names.alpha, 'float32', []), beta: input(names.beta, 'float32', []), gamma: input(names.gamma, 'float32', []) }
  const margin = marginLoss(
    reactions(input(names.edit, 'float32', [1, columns]), seen),
    reactions(input(names.others, 'float32', [others, columns]), seen),
    margins,
  )
  const graph = { loss: add(crossEntropy(edited!, targets), margin), change }
  byKey.set(key, graph)
  return graph
}

export interface SideEdit {
  readonly example: Example
  /** What enters the matrix at the end of the edit's prompt. */
  readonly key: Float32Array
  /** The same of questions that are none of its business, at least one. */
  readonly others: readonly Float32Array[]
  readonly margins: Margins
  /** W' − W so far. */
  readonly change: Float32Array
  /** 1 where the side memory may change. */
  readonly mask: Float32Array
}

export const changeName = names.change

/** −log p(answer) through W + M⊙D, plus the margin loss, as a function of D. */
export async function sideProblem(model: Model, weight: WeightInfo, { example, key, others, margins, change, mask }: SideEdit): Promise<Problem> {
  const reading = await model.reading(example, [weight.name])
  const leaf = must(reading.leaves.get(weight.name), `weight '${weight.name}'`)
  const graph = graphOf(reading.logits, reading.targets, weight, leaf, others.length)
  const width = key.length
  const rows = new Float32Array(others.length * width)
  others.forEach((row, i) => rows.set(row, i * width))
  const matrix = (data: Float32Array): FeedValue => ({ data, dims: weight.shape })
  const number = (value: number): FeedValue => ({ data: Float32Array.of(value), dims: [] })
  return {
    loss: graph.loss,
    weights: [{ name: names.change, leaf: graph.change, value: change }],
    feeds: [{
      ...reading.feeds,
      [weight.name]: matrix(await model.readWeight(weight.name)),
      [names.mask]: matrix(mask),
      [names.edit]: { data: key, dims: [1, width] },
      [names.others]: { data: rows, dims: [others.length, width] },
      [names.alpha]: number(margins.alpha),
      [names.beta]: number(margins.beta),
      [names.gamma]: number(margins.gamma),
    }],
  }
}
