import { expect, it } from 'vitest'
import { createRandom } from '../../../src/main/base/random.ts'
import { bestOf, probabilityOf, topTokens } from '../../../src/main/models/top-tokens.ts'

it('equals a stable sort, ties to the lowest id', () => {
  const random = createRandom(3)
  const vocabulary = 40
  const logits = Float32Array.from({ length: 5 * vocabulary }, () => Math.round(random.normal() * 3))
  const top = topTokens(logits, 5, vocabulary, 10)
  for (let row = 0; row < 5; row++) {
    const own = logits.subarray(row * vocabulary, (row + 1) * vocabulary)
    const wanted = [...own.keys()].sort((a, b) => own[b]! - own[a]! || a - b).slice(0, 10)
    expect([...top.subarray(row * 10, row * 10 + 10)]).toEqual(wanted)
    expect(bestOf(logits, row * vocabulary, vocabulary)).toBe(wanted[0])
  }
})

it('gives −1 where there are fewer tokens than asked for', () => {
  expect([...topTokens(Float32Array.of(1, 2), 1, 2, 3)]).toEqual([1, 0, -1])
})

it('gives probabilities that add up, large logits too', () => {
  const logits = Float32Array.of(1000, 1001, 998)
  const all = [0, 1, 2].map(token => probabilityOf(logits, 0, 3, token))
  expect(all.reduce((a, b) => a + b)).toBeCloseTo(1, 12)
  expect(all[1]! / all[0]!).toBeCloseTo(Math.E, 5)
})
