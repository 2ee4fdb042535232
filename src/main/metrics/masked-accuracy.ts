// Teacher forcing: does the model put every expected token first, given the expected tokens before it? (spec §2.1, "Accuracy function")
import { internal } from '../base/errors.ts'
import type { Positions } from '../models/model.ts'
import { logSumExp, rowOf } from './log-softmax.ts'
import { argMax } from './top-k.ts'

/** The positions that predict `expected`: rows = expected.length. Shift and mask are already applied. */
export interface Scored {
  readonly positions: Positions
  readonly expected: readonly number[]
}

export interface TeacherForced {
  /** Share of expected tokens that are the best token, micro-averaged over all sequences. */
  readonly tokenAccuracy: number
  /** Share of sequences whose every token is right. */
  readonly exactMatch: number
  /** −Σ log p(token) / tokens, in nats. */
  readonly nll: number
  /** Mean probability of an expected token. */
  readonly probability: number
  readonly tokens: number
}

/** Scores one or more sequences; undefined where nothing was expected. */
export function teacherForced(...sequences: readonly Scored[]): TeacherForced | undefined {
  let tokens = 0
  let right = 0
  let exact = 0
  let logProbability = 0
  let probability = 0
  for (const { positions, expected } of sequences) {
    if (positions.rows !== expected.length)
      throw internal(`an answer of ${expected.length} expected tokens has ${positions.rows} positions.`)
    let rightHere = 0
    expected.forEach((token, row) => {
      const logits = rowOf(positions, row)
      const logP = logits[token]! - logSumExp(logits)
      logProbability += logP
      probability += Math.exp(logP)
      rightHere += argMax(logits) === token ? 1 : 0
    })
    tokens += expected.length
    right += rightHere
    exact += rightHere === expected.length ? 1 : 0
  }
  if (tokens === 0)
    return undefined
  return {
    tokenAccuracy: right / tokens,
    exactMatch: exact / sequences.length,
    nll: -logProbability / tokens,
    probability: probability / tokens,
    tokens,
  }
}
