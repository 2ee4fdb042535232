// What a model says to one probe, as people see it: tokens with probabilities, teacher-forced and free.
import { z } from 'zod'

export const TokenView = z.object({
  text: z.string(),
  /** Probability the model gives to this (expected) token after the tokens before it. */
  probability: z.number(),
  /** The token the model would have said here, and its probability. */
  best: z.string(),
  bestProbability: z.number(),
})
export type TokenView = z.infer<typeof TokenView>

export const AnswerView = z.object({
  /** Free greedy decoding. */
  text: z.string(),
  /** Teacher forcing on the expected answer: one entry a token; empty if nothing was expected. */
  expected: z.array(TokenView),
  /** The freely decoded tokens with the model's own probabilities. */
  generated: z.array(z.object({ text: z.string(), probability: z.number() })),
})
export type AnswerView = z.infer<typeof AnswerView>
