/** Changing matrices by products of two thin ones (LoRA, Hu et al. 2022): W = W₀ + (α/r)·B·A, only A and B are trained. */

import type { Random } from '../base/random.ts'
import { input, substitute } from '../tensor/expr.ts'
import type { Expr } from '../tensor/expr.ts'
import { add, mul } from '../tensor/ops/elementwise.ts'
import { matMul } from '../tensor/ops/product.ts'
import type { Problem } from './train.ts'

export interface LowRankOptions {
  /** r; a matrix with fewer rows or columns gets that many instead. */
  readonly rank: number
  readonly alpha: number
  /** For A; every matrix draws from its own fork, so the choice of others does not matter. */
  readonly random: Random
}

export interface LowRank {
  /** The same loss as a function of every A [r, in] and B [out, r]. Examples of one kind share its expression. */
  readonly problem: Problem
  /** Weights that are no matrices: they stay as they are. */
  readonly left: readonly string[]
  /** W₀ + (α/r)·B·A by name, given trained factors. */
  readonly merge: (factors: ReadonlyMap<string, Float32Array>) => Map<string, Float32Array>
}

type Weight = Problem['weights'][number]
interface Factors { readonly weight: Weight, readonly a: Expr, readonly b: Expr, readonly rank: number, readonly scale: number }
interface Graph { readonly loss: Expr, readonly factors: readonly Omit<Factors, 'weight'>[] }

const graphs = new WeakMap<Expr, Map<string, Graph>>()

/** Puts W₀ + (α/r)·B·A in place of every matrix. A starts normal with deviation 1/√in, B at zero, so the first loss is the model's own. */
export function lowRank(problem: Problem, { rank, alpha, random }: LowRankOptions): LowRank {
  const matrices = problem.weights.filter(({ leaf }) => leaf.shape.length === 2)
  const left = problem.weights.filter(w => !matrices.includes(w)).map(({ name }) => name)
  if (matrices.length === 0)
    throw new Error(`None of the chosen weights (${left.slice(0, 4).join(', ')}) is a matrix, so none has low-rank factors. Choose another role, or the parametrisation 'full'.`)
  const { loss, factors } = graphOf(problem.loss, matrices, rank, alpha)
  const all = factors.map((f, i): Factors => ({ ...f, weight: matrices[i]! }))
  // Frozen now; fed, because an earlier edit may have changed them.
  const frozen = Object.fromEntries(problem.weights.map(({ name, leaf, value }) => [name, { data: value, dims: leaf.shape.map(Number) }]))
  return {
    problem: {
      loss,
      weights: all.flatMap(({ weight, a, b, rank }) => {
        const draw = random.fork(weight.name)
        const deviation = 1 / Math.sqrt(Number(weight.leaf.shape[1]))
        return [
          { name: nameOfA(weight.name), leaf: a, value: Float32Array.from({ length: rank * Number(weight.leaf.shape[1]) }, () => draw.normal() * deviation) },
          { name: nameOfB(weight.name), leaf: b, value: new Float32Array(Number(weight.leaf.shape[0]) * rank) },
        ]
      }),
      feeds: problem.feeds.map(feeds => ({ ...frozen, ...feeds })),
    },
    left,
    merge: trained => new Map(all.map(({ weight, rank, scale }) =>
      [weight.name, merged(weight, trained.get(nameOfA(weight.name))!, trained.get(nameOfB(weight.name))!, rank, scale)])),
  }
}

export const nameOfA = (weight: string): string => `${weight} lora A`
export const nameOfB = (weight: string): string => `${weight} lora B`

function graphOf(loss: Expr, matrices: readonly Weight[], rank: number, alpha: number): Graph {
  const byKey = graphs.get(loss) ?? new Map<string, Graph>()
  graphs.set(loss, byKey)
  const key = JSON.stringify([rank, alpha, matrices.map(({ name }) => name)])
  const known = byKey.get(key)
  if (known)
    return known
  const factors = matrices.map(({ name, leaf }) => {
    const [rows, columns] = leaf.shape.map(Number) as [number, number]
    const own = Math.min(rank, rows, columns)
    return { a: input(nameOfA(name), 'float32', [own, columns]), b: input(nameOfB(name), 'float32', [rows, own]), rank: own, scale: alpha / own }
  })
  const [changed] = substitute([loss], new Map(factors.map(({ a, b, scale }, i) =>
    [matrices[i]!.leaf, add(matrices[i]!.leaf, mul(matMul(b, a), scale))])))
  const graph = { loss: changed!, factors }
  byKey.set(key, graph)
  return graph
}

function merged({ leaf, value }: Weight, a: Float32Array, b: Float32Array, rank: number, scale: number): Float32Array {
  const columns = Number(leaf.shape[1])
  const out = value.slice()
  for (let row = 0; row < Number(leaf.shape[0]); row++) {
    for (let k = 0; k < rank; k++) {
      const factor = scale * b[row * rank + k]!
      for (let column = 0; column < columns; column++)
        out[row * columns + column]! += factor * a[k * columns + column]!
    }
  }
  return out
}
