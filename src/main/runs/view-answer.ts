// What people see of an answer: texts of tokens with their probabilities. Logits stay in the engine.
import type { AnswerView } from '../../preload/contract/answers.ts'
import { logSumExp, rowOf } from '../metrics/log-softmax.ts'
import { argMax } from '../metrics/top-k.ts'
import type { Answer, Model } from '../models/model.ts'

/** The answer with every token as text; `decode` is the model's. */
export function viewAnswer(answer: Answer, decode: Model['decode']): AnswerView {
  return {
    text: answer.generated.text,
    expected: answer.expected.map((token, row) => {
      const logits = rowOf(answer.positions, row)
      const logZ = logSumExp(logits)
      const best = argMax(logits)
      return {
        text: decode([token]),
        probability: Math.exp(logits[token]! - logZ),
        best: decode([best]),
        bestProbability: Math.exp(logits[best]! - logZ),
      }
    }),
    generated: answer.generated.tokens.map((token, i) => ({ text: decode([token]), probability: answer.generated.probabilities[i] ?? 0 })),
    ...(answer.routing ? { routing: { ...answer.routing } } : {}),
  }
}
