// Every score again, computed the slow and obvious way on random logits (with ties), must come out the same.
import { describe, expect, it } from 'vitest'
import { createRandom } from '../../../src/main/base/random.ts'
import { imageLocality } from '../../../src/main/metrics/image-locality.ts'
import { reliability } from '../../../src/main/metrics/reliability.ts'
import { textLocality } from '../../../src/main/metrics/text-locality.ts'
import type { Probe } from '../../../src/preload/contract/records.ts'
import { answerOf, tenBest } from './make-answer.ts'

const random = createRandom(7)
const probe: Probe = { prompt: 'What is it?', form: 'question', expected: 'a cat' }

/** Few distinct values, so that ties occur. */
const logits = (rows: number, vocabulary: number): number[][] =>
  Array.from({ length: rows }, () => Array.from({ length: vocabulary }, () => random.below(9) / 2 - 2))

const nudge = (rows: number[][]): number[][] =>
  rows.map(row => row.map(value => value + (random.next() < 0.2 ? random.below(3) - 1 : 0)))

const softmax = (row: readonly number[]): number[] => {
  const sum = row.reduce((total, x) => total + Math.exp(x), 0)
  return row.map(x => Math.exp(x) / sum)
}
const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length
const pairs = <A, B>(a: readonly A[], b: readonly B[]): [A, B][] => a.map((x, i) => [x, b[i]!])

describe.each([[5, 3], [30, 9], [400, 20]])('vocabulary %i, %i positions', (vocabulary, length) => {
  it.each([1, 2, 3, 4, 5])('case %i', () => {
    const before = logits(length, vocabulary)
    const after = nudge(before)
    const answerAt = [length - 3, length - 2]
    const expected = [random.below(vocabulary), tenBest(after[length - 2]!)[0]!]
    const a = answerOf({ sequence: before, answerAt, expected })
    const b = answerOf({ sequence: after, answerAt, expected })
    const rows = answerAt.map(i => [before[i]!, after[i]!] as const)

    const forced = reliability.score(probe, a, b)
    const hits = pairs(rows.map(([, y]) => tenBest(y)[0]), expected).map(([x, y]) => x === y ? 1 : 0)
    expect(forced.strict).toBe(hits.every(hit => hit === 1) ? 1 : 0)
    expect(forced.easyedit).toBeCloseTo(mean(hits), 12)
    expect(forced.tokenAccuracy).toBe(forced.easyedit)
    const chances = rows.map(([, y], i) => softmax(y)[expected[i]!]!)
    expect(forced.probability).toBeCloseTo(mean(chances), 10)
    expect(forced.nll).toBeCloseTo(-mean(chances.map(Math.log)), 10)

    const ranks = (x: readonly number[]): number[] => tenBest(x).filter(id => id >= 0)
    const kl = mean(rows.map(([x, y]) => softmax(x).reduce((sum, p, i) => sum + p * Math.log(p / softmax(y)[i]!), 0)))
    const strict = mean(rows.map(([x, y]) => ranks(x)[0] === ranks(y)[0] ? 1 : 0))
    const inOrder = ([x, y]: readonly [number[], number[]]): number => mean(pairs(ranks(x), ranks(y)).map(([i, j]) => i === j ? 1 : 0))

    const image = imageLocality.score(probe, a, b)
    expect(image.strict).toBe(strict)
    expect(image.kl).toBeCloseTo(kl, 10)
    expect(image.ordered10).toBeCloseTo(mean(rows.map(([x, y]) => inOrder([x, y]))), 12)
    expect(image.overlap10).toBeCloseTo(mean(rows.map(([x, y]) => ranks(x).filter(id => ranks(y).includes(id)).length / ranks(x).length)), 12)
    expect(image.easyedit).toBeCloseTo(mean(pairs(before, after).map(inOrder)), 12)

    const text = textLocality.score(probe, a, b)
    expect(text.strict).toBe(strict)
    expect(text.kl).toBeCloseTo(kl, 10)
    expect(text.easyedit).toBeCloseTo(mean(pairs(before, after).map(([x, y]) => ranks(x)[0] === ranks(y)[0] ? 1 : 0)), 12)
  })
})
