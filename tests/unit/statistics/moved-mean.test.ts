// How far a mean moves: by hand, against a bootstrap written out draw by draw, and by how often the interval holds the truth.
// No published example of this paired difference with leaving records is known to us; its parts (percentile bootstrap, Wilson) have theirs.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRandom } from '../../../src/main/base/random.ts'
import { wilson } from '../../../src/main/statistics/bootstrap.ts'
import { movedMean } from '../../../src/main/statistics/moved-mean.ts'

type Values = (number | null)[]

/** Records drawn one by one, both means taken anew each time. */
function slow(before: Values, after: Values, resamples = 4000): { low: number, high: number } {
  const random = createRandom('slow')
  const mean = (values: Values): number => {
    const known = values.filter(value => value !== null)
    return known.reduce((a, b) => a + b, 0) / known.length
  }
  const changes: number[] = []
  while (changes.length < resamples) {
    const rows = before.map(() => random.below(before.length))
    const change = mean(rows.map(row => after[row]!)) - mean(rows.map(row => before[row]!))
    if (Number.isFinite(change))
      changes.push(change)
  }
  changes.sort((a, b) => a - b)
  const at = (p: number): number => changes[Math.round(p * (resamples - 1))]!
  return { low: at(0.025), high: at(0.975) }
}

describe('movedMean', () => {
  it('counts by hand', () => {
    // 3 of 4 before; without the wrong one and one right one 2 of 2.
    const moved = movedMean([1, 0, 1, 1, null], [1, null, null, 1, null], { unit: 'share' })
    expect(moved).toMatchObject({ before: 0.75, after: 1, nBefore: 4, n: 2, change: { mean: 0.25 } })
    expect(moved.change!.low).toBeLessThanOrEqual(0.25)
    expect(moved.change!.high).toBeGreaterThanOrEqual(0.25)
  })

  it('knows none where nothing is left', () => {
    expect(movedMean([1, 0], [null, null], { unit: 'share' })).toEqual({ before: 0.5, nBefore: 2, n: 0 })
    expect(movedMean([null], [null], { unit: 'share' })).toEqual({ nBefore: 0, n: 0 })
    expect(movedMean([null, null], [1, 0], { unit: 'nats' })).toEqual({ after: 0.5, nBefore: 0, n: 2 })
  })

  it('is certain only where nothing moved', () => {
    expect(movedMean([1, 1, 1], [1, 1, 1], { unit: 'share' }).change).toEqual({ mean: 0, low: 0, high: 0 })
    expect(movedMean([3, 3, 3], [3, null, 3], { unit: 'nats' }).change).toEqual({ mean: 0, low: 0, high: 0 })
    // All right, two of ten gone: what was kept might be as low as Wilson allows for 8 of 8, what left as for 2 of 2.
    const all = new Array<number>(10).fill(1)
    const { mean, low, high } = movedMean(all, all.map((_, i) => i < 2 ? null : 1), { unit: 'share' }).change!
    expect(mean).toBe(0)
    expect(low).toBeCloseTo(-0.2 * (1 - wilson(1, 8).low), 12)
    expect(high).toBeCloseTo(0.2 * (1 - wilson(1, 2).low), 12)
    const none = movedMean(all.map(() => 0), all.map((_, i) => i < 2 ? null : 0), { unit: 'share' }).change!
    expect(none.low).toBeCloseTo(-high, 12)
    expect(none.high).toBeCloseTo(-low, 12)
  })

  it('is the same for the same seed, whatever the order', () => {
    const before = Array.from({ length: 50 }, (_, i) => i % 3 === 0 ? 0 : 1)
    const after = before.map((value, i) => i % 7 === 0 ? null : value)
    const one = movedMean(before, after, { unit: 'share', seed: 5 })
    expect(movedMean(before, after, { unit: 'share', seed: 5 })).toEqual(one)
    expect(movedMean([...before].reverse(), [...after].reverse(), { unit: 'share', seed: 5 })).toEqual(one)
    expect(movedMean(before, after, { unit: 'share', seed: 6 })).not.toEqual(one)
  })

  /** Of a case: values, and what becomes of each. */
  const noise = createRandom('cases')
  const cases: readonly (readonly [name: string, before: Values, after: Values])[] = [
    ['shares of which some leave', ...pair(300, () => noise.next() < 0.7 ? 1 : 0, value => noise.next() < 0.1 + 0.3 * (1 - value) ? null : value)],
    ['shares of which some come', ...pair(200, () => noise.next() < 0.5 ? 1 : 0, value => value).map((values, i) => i === 0 ? values.map((value, row) => row % 5 === 0 ? null : value) : values) as [Values, Values]],
    ['shares of which some change', ...pair(250, () => noise.next() < 0.4 ? 1 : 0, value => noise.next() < 0.2 ? 1 - value : noise.next() < 0.1 ? null : value)],
    ['nats of which some leave', ...pair(400, () => noise.normal() ** 2, value => value > 1.5 && noise.next() < 0.5 ? null : value)],
    ['more nats than are drawn one by one', ...pair(2600, () => noise.normal() ** 2, value => noise.next() < 0.45 ? null : value)],
    ['nats of which some change', ...pair(300, () => noise.normal(), value => noise.next() < 0.3 ? value + 0.5 + noise.next() : value)],
  ]

  function pair(n: number, draw: () => number, then: (value: number) => number | null): [Values, Values] {
    const before = Array.from({ length: n }, draw)
    return [before, before.map(then)]
  }

  it.each(cases)('agrees with a bootstrap written out: %s', (_, before, after) => {
    const resamples = before.length > 1000 ? 1500 : 4000
    const { change } = movedMean(before, after, { unit: 'nats', resamples: 8000 })
    const expected = slow(before, after, resamples)
    const width = expected.high - expected.low
    expect(Math.abs(change!.low - expected.low)).toBeLessThan(0.08 * width)
    expect(Math.abs(change!.high - expected.high)).toBeLessThan(0.08 * width)
  }, 30_000)

  it('lies between what is possible and holds the change itself', () => {
    const value = fc.option(fc.constantFrom(0, 0.5, 1), { nil: null })
    fc.assert(fc.property(fc.array(fc.tuple(value, value), { maxLength: 40 }), (pairs) => {
      const [before, after] = [pairs.map(([b]) => b), pairs.map(([, a]) => a)]
      const moved = movedMean(before, after, { unit: 'share', resamples: 200 })
      const meanOf = (values: Values): number | undefined => {
        const known = values.filter(one => one !== null)
        return known.length === 0 ? undefined : known.reduce((a, b) => a + b, 0) / known.length
      }
      expect(moved.nBefore).toBe(before.filter(one => one !== null).length)
      expect(moved.n).toBe(after.filter(one => one !== null).length)
      expect(moved.before ?? -9).toBeCloseTo(meanOf(before) ?? -9, 10)
      expect(moved.after ?? -9).toBeCloseTo(meanOf(after) ?? -9, 10)
      const { change } = moved
      expect(change === undefined).toBe(moved.before === undefined || moved.after === undefined)
      if (change) {
        expect(change.mean).toBeCloseTo(moved.after! - moved.before!, 10)
        expect(change.low).toBeGreaterThanOrEqual(-1)
        expect(change.high).toBeLessThanOrEqual(1)
        expect(change.low).toBeLessThanOrEqual(change.high)
      }
    }), { numRuns: 300 })
  })

  it('holds the truth about as often as it says', () => {
    // Right ones are rejected with 5 %, wrong ones with 25 %: P(right | kept) − P(right), exactly.
    const [right, ofRight, ofWrong] = [0.7, 0.05, 0.25]
    const kept = right * (1 - ofRight) + (1 - right) * (1 - ofWrong)
    const truth = right * (1 - ofRight) / kept - right
    const random = createRandom('coverage')
    const studies = 400
    let held = 0
    for (let study = 0; study < studies; study++) {
      const before = Array.from({ length: 200 }, () => random.next() < right ? 1 : 0)
      const after = before.map(value => random.next() < (value === 1 ? ofRight : ofWrong) ? null : value)
      const { low, high } = movedMean(before, after, { unit: 'share', seed: study, resamples: 600 }).change!
      held += low <= truth && truth <= high ? 1 : 0
    }
    // 95 % of 400, within four standard errors.
    expect(held / studies).toBeGreaterThan(0.95 - 4 * 0.011)
    expect(held / studies).toBeLessThan(0.95 + 4 * 0.011)
  })
})
