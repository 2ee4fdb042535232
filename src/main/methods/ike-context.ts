// What stands before a question: demonstrations and earlier facts, as many as the model's context holds.
import type { AnswerOptions, Model, Question } from '../models/model.ts'

/** The parts of a context in the order they are given up: the least similar demonstration first, the newest fact last. */
export interface Context {
  /** Least similar first. */
  readonly demonstrations: readonly string[]
  /** Demonstrations of facts that are edited too, oldest first. */
  readonly facts: readonly string[]
  /** The parts that are left in the order of the prompt. */
  readonly arrange: (demonstrations: readonly string[], facts: readonly string[]) => string
}

export interface Fitted {
  readonly text: string
  readonly demonstrations: number
  readonly facts: number
}

export type FitContext = (question: Question, expected: string, options?: AnswerOptions) => Fitted

/**
 * Returns how a question is asked within the context. `question.prompt` is the text behind the demonstrations, in the form 'plain'.
 * Throws the model's sentence when even the question alone is too long.
 */
export function fitting(model: Pick<Model, 'info' | 'lengthOf' | 'tokensOf'>, { demonstrations, facts, arrange }: Context): FitContext {
  const parts = [...demonstrations, ...facts]
  const tokens = (text: string): number => model.tokensOf(text).length
  const costs = parts.map(part => tokens(`${part}${NEXT}`) - tokens(NEXT))
  const from = (first: number): Fitted => {
    const left = { demonstrations: demonstrations.slice(first), facts: facts.slice(Math.max(0, first - demonstrations.length)) }
    return { text: arrange(left.demonstrations, left.facts), demonstrations: left.demonstrations.length, facts: left.facts.length }
  }

  return (question, expected, { maxTokens } = {}) => {
    const answered = (text: string): number => tokens(expected === '' ? text : `${text} ${expected}`)
    const alone = model.lengthOf(question, expected)
    const slots = alone - answered(question.prompt)
    const answer = answered(question.prompt) - tokens(question.prompt)
    // As many tokens as model.answer may decode, so that a long context does not cut its answer short.
    const room = Math.max(0, (maxTokens ?? Math.max(8, answer + 4)) - answer)
    const limit = model.info.maxPositions - room
    let first = parts.length
    for (let used = alone; first > 0 && used + costs[first - 1]! <= limit; first--)
      used += costs[first - 1]!
    // Tokens may join across the borders of the parts, so what was added up is counted once more.
    while (first < parts.length && slots + answered(from(first).text + question.prompt) > limit)
      first++
    return from(first)
  }
}

// What every part is followed by.
const NEXT = 'New Fact:'
