// Forced and free readings of an answer, and where they part.
import { expect, it } from 'vitest'
import type { AnswerView } from '@contract/answers.ts'
import { disagree, formatNats, klOf, readingsOf } from '../../../../../src/renderer/src/features/lab/readings.ts'

const token = (best: string, kl?: number) => ({ text: 'cat', probability: 0.5, best, bestProbability: 0.5, ...(kl === undefined ? {} : { kl }) })
const said = (text: string, best: string, match?: { forced: boolean, free: boolean }): AnswerView => ({ text, expected: [token(best)], generated: [], ...(match ? { match } : {}) })

it('reads a target as the metrics do', () => {
  const after = said('cat.', 'dog', { forced: false, free: true })
  expect(readingsOf('edit', said('dog', 'dog'), after)).toEqual({ forced: false, free: true })
  expect(disagree(readingsOf('edit', undefined, after))).toBe(true)
  expect(readingsOf('edit', undefined, said('cat', 'cat'))).toBeUndefined()
})

it('reads an unrelated answer by what it was, whatever the reference says', () => {
  const match = { forced: false, free: false }
  expect(readingsOf('unrelatedText', said('Rome', 'Rome', match), said('Rome', 'Paris', match))).toEqual({ forced: false, free: true })
  expect(readingsOf('unrelatedImage', said('Rome', 'Rome', match), said('Rome', 'Rome', match))).toEqual({ forced: true, free: true })
  expect(readingsOf('unrelatedText', undefined, said('Rome', 'Rome'))).toBeUndefined()
})

it('reads a blind question as good when the target does not come out', () => {
  expect(readingsOf('blindness', said('x', 'x'), said('cat', 'dog', { forced: false, free: true }))).toEqual({ forced: true, free: false })
})

it('adds up the divergence of the positions, where all have one', () => {
  expect(klOf({ text: '', generated: [], expected: [token('a', 0.25), token('b', 0.5)] })).toBe(0.75)
  expect(klOf({ text: '', generated: [], expected: [token('a', 0.25), token('b')] })).toBeUndefined()
  expect(klOf({ text: '', generated: [], expected: [] })).toBeUndefined()
  expect([0, 0.00012, 0.0342, 12.345].map(formatNats)).toEqual(['0', '1.2e-4', '0.0342', '12.3'])
})
