// Intervals: known values, coverage, and the cases in which a bootstrap degenerates.
import { describe, expect, it } from 'vitest'
import { createRandom } from '../../../src/main/base/random.ts'
import { estimate, quantile, wilson } from '../../../src/main/statistics/bootstrap.ts'

describe('estimate', () => {
  it('has nothing to say of no values', () => {
    expect(estimate([])).toBeUndefined()
  })

  it('is the same for the same seed and for any order of the values', () => {
    const values = Array.from({ length: 50 }, (_, i) => (i * 7 % 50) / 50)
    const one = estimate(values, { seed: 3 })!
    expect(estimate([...values].reverse(), { seed: 3 })).toEqual(one)
    expect(estimate(values, { seed: 4 })).not.toEqual(one)
    expect(one.mean).toBeCloseTo(0.49, 12)
    expect(one.n).toBe(50)
  })

  it('comes close to the normal interval where that is right', () => {
    const random = createRandom(1)
    const values = Array.from({ length: 400 }, () => 5 + random.normal())
    const { mean, low, high } = estimate(values)!
    expect(mean - low).toBeCloseTo(1.96 / 20, 1.7)
    expect(high - mean).toBeCloseTo(1.96 / 20, 1.7)
  })

  it('covers the true mean of a share about 95 times in 100', () => {
    const random = createRandom(2)
    let covered = 0
    for (let trial = 0; trial < 400; trial++) {
      const values = Array.from({ length: 60 }, () => random.next() < 0.7 ? 1 : 0)
      const { low, high } = estimate(values, { seed: trial, resamples: 400 })!
      covered += low <= 0.7 && 0.7 <= high ? 1 : 0
    }
    expect(covered / 400).toBeGreaterThan(0.9)
    expect(covered / 400).toBeLessThan(0.98)
  })

  it('keeps a perfect share open by Wilson\'s interval', () => {
    const perfect = estimate(new Array<number>(20).fill(1))!
    expect(perfect).toMatchObject({ mean: 1, high: 1, n: 20 })
    expect(perfect.low).toBeCloseTo(0.8389, 4)
    expect(estimate([0])).toMatchObject({ mean: 0, low: 0, n: 1 })
    expect(estimate([0])!.high).toBeCloseTo(0.7935, 4)
  })

  it('gives one point for other equal values, and for nats that are all 0', () => {
    expect(estimate([0.25])).toEqual({ mean: 0.25, low: 0.25, high: 0.25, n: 1 })
    expect(estimate([0, 0, 0], { unit: 'nats' })).toEqual({ mean: 0, low: 0, high: 0, n: 3 })
  })
})

describe('wilson', () => {
  it('gives the textbook interval of 8 in 10', () => {
    const { low, high } = wilson(0.8, 10)
    expect(low).toBeCloseTo(0.4902, 4)
    expect(high).toBeCloseTo(0.9433, 4)
  })
})

describe('quantile', () => {
  it('interpolates as NumPy does', () => {
    expect(quantile([1, 2, 3, 4], 0.25)).toBe(1.75)
    expect(quantile([1], 0.9)).toBe(1)
    expect(quantile([1, 5], 1)).toBe(5)
  })
})
