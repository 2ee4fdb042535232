/** Two replies to one question as one: what a copy of the model with other weights says to a question of its own takes part (SERAC). */

import type { Reply } from './answer.ts'
import type { Companion } from './model.ts'

/**
 * The reply whose logits are `combine(own, other)` at every position. Both end with the same expected answer, so the positions are aligned on
 * the right, and both go on after the very tokens that were chosen together. Throws a sentence when the answer is cut into other tokens.
 */
export function joinReplies(own: Reply, other: Reply, { combine, question }: Pick<Companion, 'combine' | 'question'>, vocabulary: number): Reply {
  if (own.expected.join() !== other.expected.join())
    throw new Error(`Behind the prompt '${question.prompt}' the expected answer is cut into other tokens than behind the question alone, so the two cannot be combined. End both prompts alike.`)
  const logits = new Float32Array(own.logits.length)
  const rows = Math.min(own.sequence, other.sequence)
  // A companion with the shorter sequence has no say at the first positions.
  logits.set(own.logits.subarray(0, (own.sequence - rows) * vocabulary))
  for (let i = rows; i >= 1; i--)
    logits.set(combine(rowFromEnd(own, i, vocabulary), rowFromEnd(other, i, vocabulary)), (own.sequence - i) * vocabulary)
  return {
    expected: own.expected,
    first: own.first,
    sequence: own.sequence,
    logits,
    room: Math.min(own.room, other.room),
    after: async tokens => combine(await own.after(tokens), await other.after(tokens)),
  }
}

/** The i-th row from the end, counted from 1. */
const rowFromEnd = ({ logits, sequence }: Reply, i: number, vocabulary: number): Float32Array =>
  logits.subarray((sequence - i) * vocabulary, (sequence - i + 1) * vocabulary)
