// How much of a prediction survived: shares of equal best tokens, of equal ranks, of common top-k sets.
import { internal } from '../base/errors.ts'
import type { Answer, Positions } from '../models/model.ts'
import { rowOf } from './log-softmax.ts'
import { argMax, topK } from './top-k.ts'

/** Share of slots in which two lists hold the same id; the shorter list decides how many slots there are. */
export function orderedShare(a: readonly number[], b: readonly number[]): number {
  const slots = Math.min(a.length, b.length)
  let same = 0
  for (let i = 0; i < slots; i++)
    same += a[i] === b[i] ? 1 : 0
  return same / slots
}

/** Share of ids of the first list that also occur in the second, whatever their order. */
export function overlapShare(a: readonly number[], b: readonly number[]): number {
  const other = new Set(b)
  return a.filter(id => other.has(id)).length / a.length
}

/** Mean of f(row before, row after) over the answer-predicting positions; undefined where there are none. */
export function meanOverPositions(before: Positions, after: Positions, f: (before: Float32Array, after: Float32Array) => number): number | undefined {
  // Both answers score the same expected tokens, so they are aligned by answer span (spec §8).
  if (before.rows !== after.rows)
    throw internal(`two answers to one probe have ${before.rows} and ${after.rows} answer positions.`)
  if (before.rows === 0)
    return undefined
  let sum = 0
  for (let row = 0; row < before.rows; row++)
    sum += f(rowOf(before, row), rowOf(after, row))
  return sum / before.rows
}

/** Share of answer positions whose best token is unchanged. */
export function top1Agreement(before: Positions, after: Positions): number | undefined {
  return meanOverPositions(before, after, (x, y) => argMax(x) === argMax(y) ? 1 : 0)
}

/** Mean share of ranks 1…k that hold the same token before and after. */
export function orderedAgreement(before: Positions, after: Positions, k: number): number | undefined {
  return meanOverPositions(before, after, (x, y) => orderedShare(topK(x, k), topK(y, k)))
}

/** Mean share of the k best tokens that are still among the k best. */
export function overlapAgreement(before: Positions, after: Positions, k: number): number | undefined {
  return meanOverPositions(before, after, (x, y) => overlapShare(topK(x, k), topK(y, k)))
}

/**
 * EasyEdit's locality (spec §2.1): share of equal ids among the first k ranks at *every* position (prompt, picture slots, answer,
 * last position). Sequences of different length are aligned on the right, as its `attach_topk_locality_metrics` does (spec §2.2).
 */
export function allPositionAgreement(before: Answer, after: Answer, k: number): number | undefined {
  const positions = Math.min(before.sequence, after.sequence)
  if (positions === 0)
    return undefined
  const width = 10
  // A vocabulary below ten leaves the last ranks empty in both lists; they are not compared.
  const ranks = Math.min(k, before.positions.vocabulary)
  let same = 0
  for (let i = 1; i <= positions; i++) {
    for (let rank = 0; rank < ranks; rank++)
      same += before.top10[(before.sequence - i) * width + rank] === after.top10[(after.sequence - i) * width + rank] ? 1 : 0
  }
  return same / (positions * ranks)
}
