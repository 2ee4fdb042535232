// SERAC's losses as graphs: one question answered by the mixture, and pictures told apart.
import { must } from '../base/errors.ts'
import type { FeedValue, Reading } from '../models/model.ts'
import { input } from '../tensor/expr.ts'
import type { Expr } from '../tensor/expr.ts'
import { add, mul } from '../tensor/ops/elementwise.ts'
import type { Learner } from '../training/learner.ts'
import { crossEntropy, klDivergence } from '../training/losses.ts'
import { place } from '../training/place.ts'
import { distances, mixture, pairLoss, similarity } from '../training/serac-mixture.ts'
import { names } from './serac-network.ts'

export type Outputs = Readonly<Record<string, Expr>>
export type Feeds = Readonly<Record<string, FeedValue>>

/** A question with what the scope classifier and the base model make of it. */
export interface Posed {
  /** The counterfactual model's reading, with the edit in front. */
  readonly reading: Reading
  /** e_cache − e_test */
  readonly text: Float32Array
  /** v_cache − v_test where pictures count and both have one. */
  readonly look?: Float32Array
  /** The base model's logits [rows, vocabulary] at the answer. */
  readonly base: Float32Array
  /** How much −log p of the answer counts, and KL(base ‖ mixture). */
  readonly nll: number
  readonly kl: number
}

export interface Objective {
  /** Outputs total = nll·−log p + kl·KL, and its parts; posed questions of one kind share the outputs. */
  readonly mixed: (posed: Posed) => { readonly outputs: Outputs, readonly feeds: Feeds }
  /** Telling questions (or pictures) apart: differences of those that belong together, and of those that do not. Outputs total = share·pairs. */
  readonly pairs: (kind: 'text' | 'look', near: readonly Float32Array[], far: readonly Float32Array[], share: number) => { readonly outputs: Outputs, readonly feeds: Feeds }
}

/** @param weights the counterfactual model's own. @param usesLook whether pictures count in the mixture. */
export function createObjective({ leaves }: Pick<Learner, 'leaves'>, weights: readonly string[], usesLook: boolean): Objective {
  const own = new Map(weights.map(name => [name, must(leaves[names.ofWeight(name)], `parameter '${names.ofWeight(name)}'`)]))
  // The same object at every place, so that place() recognises it; a scale that is not trained is 1.
  const zero = input('zero', 'float32', [])
  const distance = (rows: Expr, projection: string, scale: string): Expr => distances(rows, must(leaves[projection], `parameter '${projection}'`), leaves[scale] ?? zero)
  const graphs = new WeakMap<Expr, Outputs>()
  const pairGraphs = new Map<string, Outputs>()

  function graphOf(logits: Expr, targets: Expr): Outputs {
    const known = graphs.get(logits)
    if (known)
      return known
    const row = (name: string, projection: string): Expr => input(name, 'float32', [1, widthOf(leaves[projection])])
    const text = distance(row('text difference', names.text), names.text, names.textScale)
    const look = usesLook ? [distance(row('look difference', names.look), names.look, names.lookScale)] : []
    const s = similarity(text, ...look)
    const base = input('base logits', 'float32', logits.shape)
    const mixed = mixture(base, logits, s)
    const nll = crossEntropy(mixed, targets)
    const kl = klDivergence(base, mixed)
    const total = add(mul(nll, input('nll share', 'float32', [])), mul(kl, input('kl share', 'float32', [])))
    const outputs = { total, nll, kl, score: s }
    graphs.set(logits, outputs)
    return outputs
  }

  function pairGraphOf(kind: 'text' | 'look'): Outputs {
    const [projection, scale] = kind === 'text' ? [names.text, names.textScale] : [names.look, names.lookScale]
    const rows = (name: string): Expr => distance(input(name, 'float32', [name, widthOf(leaves[projection])]), projection, scale)
    const pairs = pairLoss(rows('near'), rows('far'))
    return { total: mul(pairs, input('share', 'float32', [])), pairs }
  }

  const unscaled: Feeds = leaves[names.textScale] ? {} : { zero: scalar(0) }
  return {
    mixed(posed) {
      const { logits, targets, feeds } = place(posed.reading, 'asked', own)
      const rows = posed.reading.tokens
      return {
        outputs: graphOf(logits, targets),
        feeds: {
          ...feeds,
          'text difference': floats(posed.text, [1, posed.text.length]),
          ...(usesLook ? { 'look difference': floats(posed.look ?? new Float32Array(widthOf(leaves[names.look])), [1, widthOf(leaves[names.look])]) } : {}),
          'base logits': floats(posed.base, [rows, posed.base.length / rows]),
          'nll share': scalar(posed.nll),
          'kl share': scalar(posed.kl),
          ...unscaled,
        },
      }
    },
    pairs(kind, near, far, share) {
      const outputs = pairGraphs.get(kind) ?? pairGraphOf(kind)
      pairGraphs.set(kind, outputs)
      return { outputs, feeds: { near: stacked(near), far: stacked(far), share: scalar(share), ...unscaled } }
    },
  }
}

const widthOf = (projection: Expr | undefined): number => Number(must(projection, 'a projection').shape[1])
const floats = (data: Float32Array, dims: readonly number[]): FeedValue => ({ data, dims })
const scalar = (value: number): FeedValue => floats(Float32Array.of(value), [])

function stacked(rows: readonly Float32Array[]): FeedValue {
  const width = rows[0]!.length
  const data = new Float32Array(rows.length * width)
  rows.forEach((row, i) => data.set(row, i * width))
  return floats(data, [rows.length, width])
}
