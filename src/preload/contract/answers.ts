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

/** Of methods that decide per question whether they answer (SERAC, GRACE, WISE): how sure the question is theirs, 0…1, and what they decided. */
export const Routing = z.object({ score: z.number(), taken: z.boolean() })
export type Routing = z.infer<typeof Routing>

export const AnswerView = z.object({
  /** Free greedy decoding. */
  text: z.string(),
  /** Teacher forcing on the expected answer: one entry a token; empty if nothing was expected. */
  expected: z.array(TokenView),
  /** The freely decoded tokens with the model's own probabilities. */
  generated: z.array(z.object({ text: z.string(), probability: z.number() })),
  routing: Routing.optional(),
})
export type AnswerView = z.infer<typeof AnswerView>
