// Probabilities from fp32 logits, in float64: log-softmax, and KL(pre‖post) per position.
import { internal } from '../base/errors.ts'
import type { Positions } from '../models/model.ts'

/** The logits of one position, a view. [vocabulary] */
export function rowOf(positions: Positions, row: number): Float32Array {
  if (row < 0 || row >= positions.rows)
    throw internal(`position ${row} of an answer with ${positions.rows} positions was asked for.`)
  return positions.logits.subarray(row * positions.vocabulary, (row + 1) * positions.vocabulary)
}

/** log Σ exp x, safe for large values. */
export function logSumExp(logits: ArrayLike<number>): number {
  let highest = -Infinity
  for (let i = 0; i < logits.length; i++)
    highest = Math.max(highest, logits[i]!)
  let sum = 0
  for (let i = 0; i < logits.length; i++)
    sum += Math.exp(logits[i]! - highest)
  return highest + Math.log(sum)
}

/** KL(p‖q) = Σ p (log p − log q) in nats, p and q the softmax of the two rows. Spec §2.1, "Losses". */
export function klDivergence(before: ArrayLike<number>, after: ArrayLike<number>): number {
  if (before.length !== after.length)
    throw internal(`KL needs equal vocabularies, got ${before.length} and ${after.length}.`)
  const logZBefore = logSumExp(before)
  const logZAfter = logSumExp(after)
  let sum = 0
  for (let i = 0; i < before.length; i++) {
    const logP = before[i]! - logZBefore
    const p = Math.exp(logP)
    if (p > 0)
      sum += p * (logP - (after[i]! - logZAfter))
  }
  // Rounding can leave −1e-17 for equal rows; KL is never negative.
  return Math.max(0, sum)
}

/** Mean KL(pre‖post) over the positions; undefined where there are none. */
export function meanKl(before: Positions, after: Positions): number | undefined {
  if (before.rows !== after.rows)
    throw internal(`KL needs equally many positions, got ${before.rows} and ${after.rows}.`)
  if (before.rows === 0)
    return undefined
  let sum = 0
  for (let row = 0; row < before.rows; row++)
    sum += klDivergence(rowOf(before, row), rowOf(after, row))
  return sum / before.rows
}
