// Answers made by hand from rows of logits, for tests that need no model.
import type { Answer, Positions } from '../../../src/main/models/model.ts'

export function positionsOf(rows: readonly (readonly number[])[]): Positions {
  return { logits: Float32Array.from(rows.flat()), rows: rows.length, vocabulary: rows[0]?.length ?? 0 }
}

/** Ten highest ids by a plain sort; missing ranks are −1. */
export function tenBest(row: readonly number[]): number[] {
  const ids = [...row.keys()].sort((a, b) => row[b]! - row[a]! || a - b).slice(0, 10)
  return [...ids, ...new Array<number>(10 - ids.length).fill(-1)]
}

/** `sequence`: logits at every position; the answer is predicted by the positions in `answerAt`. */
export function answerOf(options: {
  readonly sequence: readonly (readonly number[])[]
  readonly answerAt?: readonly number[]
  readonly expected?: readonly number[]
  readonly text?: string
}): Answer {
  const { sequence, answerAt = [], expected = answerAt.map(() => 0), text = '' } = options
  const rows = answerAt.map(at => sequence[at]!)
  return {
    expected,
    positions: { ...positionsOf(rows), vocabulary: sequence[0]?.length ?? 0 },
    top10: Int32Array.from(sequence.flatMap(tenBest)),
    sequence: sequence.length,
    generated: { tokens: [], probabilities: [], text },
  }
}
