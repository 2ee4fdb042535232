// What a model says to one probe, as people see it: tokens with probabilities, teacher-forced and free.
import { z } from 'zod'

export const TokenView = z.object({
  text: z.string(),
  /** Probability the model gives to this (expected) token after the tokens before it. */
  probability: z.number(),
  /** The token the model would have said here, and its probability. */
  best: z.string(),
  bestProbability: z.number(),
  /** The likeliest tokens here, best first, with what the unedited model gave them; only where they were asked for (the Lab). */
  top: z.array(z.object({ text: z.string(), probability: z.number(), before: z.number().optional() })).optional(),
  /** KL(before ‖ after) of this position in nats; only of answers after an edit. */
  kl: z.number().optional(),
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
  /** Is the expected answer given? forced: every expected token is the best one; free: the freely decoded text is it, as the metrics compare texts. */
  match: z.object({ forced: z.boolean(), free: z.boolean() }).optional(),
})
export type AnswerView = z.infer<typeof AnswerView>
