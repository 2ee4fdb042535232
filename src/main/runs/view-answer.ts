// What people see of an answer: texts of tokens with their probabilities. Logits stay in the engine.
import type { AnswerView, TokenView } from '../../preload/contract/answers.ts'
import { klDivergence, logSumExp, rowOf } from '../metrics/log-softmax.ts'
import { sameText } from '../metrics/normalise-text.ts'
import { argMax, topK } from '../metrics/top-k.ts'
import type { Answer, Model } from '../models/model.ts'

export interface ViewOptions {
  /** What should be answered: adds whether it is, forced and free. Empty or left out: nobody says. */
  readonly target?: string
  /** How many of the likeliest tokens are named at each position of the expected answer. */
  readonly top?: number
  /** What the unedited model said to the same question: adds its probabilities to those tokens, and the divergence of each position. */
  readonly before?: Answer
}

/** As many as are read at a glance. */
export const shownTokens = 8

/** The answer with every token as text; `decode` is the model's. */
export function viewAnswer(answer: Answer, decode: Model['decode'], options: ViewOptions = {}): AnswerView {
  const expected = answer.expected.map((_, row) => viewToken(answer, row, decode, options))
  const { target = '' } = options
  return {
    text: answer.generated.text,
    expected,
    generated: answer.generated.tokens.map((token, i) => ({ text: decode([token]), probability: answer.generated.probabilities[i] ?? 0 })),
    ...(answer.routing ? { routing: { ...answer.routing } } : {}),
    ...(target.trim() === '' || expected.length === 0 ? {} : { match: { forced: answer.expected.every((token, row) => argMax(rowOf(answer.positions, row)) === token), free: sameText(answer.generated.text, target) } }),
  }
}

function viewToken(answer: Answer, row: number, decode: Model['decode'], { top = 0, before }: ViewOptions): TokenView {
  const token = answer.expected[row]!
  const logits = rowOf(answer.positions, row)
  const logZ = logSumExp(logits)
  const best = argMax(logits)
  // Answers to one question have the same expected tokens; a longer prompt changes what stands before them, not their number.
  const earlier = before && row < before.positions.rows ? rowOf(before.positions, row) : undefined
  const earlierZ = earlier && logSumExp(earlier)
  return {
    text: decode([token]),
    probability: Math.exp(logits[token]! - logZ),
    best: decode([best]),
    bestProbability: Math.exp(logits[best]! - logZ),
    ...(top > 0
      ? {
          top: topK(logits, top).map(id => ({
            text: decode([id]),
            probability: Math.exp(logits[id]! - logZ),
            ...(earlier && earlierZ !== undefined ? { before: Math.exp(earlier[id]! - earlierZ) } : {}),
          })),
        }
      : {}),
    ...(earlier ? { kl: klDivergence(earlier, logits) } : {}),
  }
}
