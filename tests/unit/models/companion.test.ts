// Two replies as one: aligned on the right, decoded together.
import { expect, it } from 'vitest'
import type { Reply } from '../../../src/main/models/answer.ts'
import { joinReplies } from '../../../src/main/models/companion.ts'
import type { Question } from '../../../src/main/models/model.ts'

const vocabulary = 3
const question: Question = { prompt: 'longer', form: 'plain' }

/** Row i counted from the end holds [i, offset, 0]; what comes after some tokens is [number of tokens, offset, last token]. */
function replyOf(sequence: number, offset: number, seen: (readonly number[])[], expected: readonly number[] = [1, 2]): Reply {
  return {
    expected,
    first: sequence - 2,
    sequence,
    logits: Float32Array.from({ length: sequence * vocabulary }, (_, k) => k % vocabulary === 0 ? sequence - Math.floor(k / vocabulary) : k % vocabulary === 1 ? offset : 0),
    room: 10 + offset,
    after: (tokens) => {
      seen.push([...tokens])
      return Promise.resolve(Float32Array.of(tokens.length, offset, tokens.at(-1) ?? 0))
    },
  }
}
const sum = (a: Float32Array, b: Float32Array): Float32Array => a.map((v, i) => v + b[i]!)

it('combines positions from the right, where both end with the same answer', () => {
  const joined = joinReplies(replyOf(4, 1, []), replyOf(6, 10, []), { question, combine: sum }, vocabulary)
  expect([...joined.logits]).toEqual([4, 3, 2, 1].flatMap(i => [2 * i, 11, 0]))
  expect(joined).toMatchObject({ sequence: 4, first: 2, expected: [1, 2], room: 11 })
})

it('leaves the first positions alone where the companion has none', () => {
  const joined = joinReplies(replyOf(4, 1, []), replyOf(3, 10, []), { question, combine: sum }, vocabulary)
  expect([...joined.logits.subarray(0, 6)]).toEqual([4, 1, 0, 6, 11, 0])
})

it('goes on in both after the tokens that were chosen together', async () => {
  const [a, b]: (readonly number[])[][] = [[], []]
  const joined = joinReplies(replyOf(4, 1, a!), replyOf(6, 10, b!), { question, combine: sum }, vocabulary)
  expect([...await joined.after([])]).toEqual([0, 11, 0])
  expect([...await joined.after([2])]).toEqual([2, 11, 4])
  expect(a).toEqual([[], [2]])
  expect(b).toEqual(a)
})

it('refuses answers that were cut into different tokens', () => {
  expect(() => joinReplies(replyOf(4, 1, []), replyOf(6, 10, [], [1, 0]), { question, combine: sum }, vocabulary))
    .toThrow('Behind the prompt \'longer\' the expected answer is cut into other tokens than behind the question alone, so the two cannot be combined. End both prompts alike.')
})
