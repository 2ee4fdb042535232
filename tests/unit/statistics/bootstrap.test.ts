// Intervals: known values, coverage, and the cases in which a bootstrap degenerates.
import { describe, expect, it } from 'vitest'
import { createRandom } from '../../../src/main/base/random.ts'
import { drawBinomial, logFactorial } from '../../../src/main/statistics/binomial.ts'
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

describe('large runs', () => {
  it('keep the numbers of stored summaries up to 2,000 records, to the bit', () => {
    // Written by version 0.1.
    const values = Array.from({ length: 180 }, (_, i) => i % 7 === 0 ? 0 : 1)
    expect(estimate(values)).toEqual({ mean: 0.8555555555555555, low: 0.8, high: 0.9055555555555556, n: 180 })
    expect(estimate(values.map((value, i) => value * (i % 4) / 3), { seed: 5 })).toEqual({ mean: 0.42777777777777776, low: 0.3722222222222221, high: 0.48148148148148157, n: 180 })
    expect(estimate(Array.from({ length: 2000 }, (_, i) => i % 3 / 2), { seed: 1 })).toEqual({ mean: 0.49975, low: 0.48174375, high: 0.51800625, n: 2000 })
  })

  it.each([[[1, 19, 0]], [[3, 1, 1, 5]], [[990, 1, 9]]])('have the interval that drawing every record gives, for values in the ratio %j', (shares) => {
    const values = Array.from({ length: 4000 }, (_, i) => {
      let place = i % shares.reduce((a, b) => a + b, 0)
      return shares.findIndex(share => (place -= share) < 0) / shares.length
    })
    const [counted, drawn] = [estimate(values, { resamples: 20_000 })!, estimate(values, { resamples: 20_000, drawnUpTo: Infinity })!]
    const width = drawn.high - drawn.low
    expect(counted.mean).toBeCloseTo(drawn.mean, 12)
    expect(Math.abs(counted.low - drawn.low) / width).toBeLessThan(0.03)
    expect(Math.abs(counted.high - drawn.high) / width).toBeLessThan(0.03)
  })
})

describe('drawBinomial', () => {
  it.each([[1, 0.5], [12, 0.3], [40, 0.9], [30, 0.5], [1000, 0.25], [10_000, 0.999], [5, 0], [5, 1]])('has the distribution of Bin(%i, %f)', (n, p) => {
    const uniform = createRandom(n).next
    const draws = Array.from({ length: 20_000 }, () => drawBinomial(n, p, uniform))
    const mean = draws.reduce((a, b) => a + b, 0) / draws.length
    const variance = draws.reduce((a, b) => a + (b - mean) ** 2, 0) / draws.length
    expect(Math.min(...draws)).toBeGreaterThanOrEqual(0)
    expect(Math.max(...draws)).toBeLessThanOrEqual(n)
    // Five standard errors of the mean; the variance to a tenth.
    expect(Math.abs(mean - n * p)).toBeLessThanOrEqual(5 * Math.sqrt(n * p * (1 - p) / draws.length) + 1e-12)
    expect(Math.abs(variance - n * p * (1 - p))).toBeLessThanOrEqual(0.1 * n * p * (1 - p) + 1e-12)
    // χ² over the middle half of the outcomes against the masses.
    const mass = (k: number): number => Math.exp(logFactorial(n) - logFactorial(k) - logFactorial(n - k) + k * Math.log(p) + (n - k) * Math.log(1 - p))
    const [from, to] = [Math.ceil(mean - Math.sqrt(variance)), Math.floor(mean + Math.sqrt(variance))]
    if (p > 0 && p < 1) {
      let chi = 0
      for (let k = from; k <= to; k++)
        chi += (draws.filter(draw => draw === k).length - draws.length * mass(k)) ** 2 / (draws.length * mass(k))
      const degrees = to - from + 1
      expect(chi).toBeLessThan(degrees + 5 * Math.sqrt(2 * degrees))
    }
  })

  it('knows factorials on both sides of its table', () => {
    let sum = 0
    for (let n = 1; n <= 600; n++) {
      sum += Math.log(n)
      expect(logFactorial(n) / Math.max(1, sum)).toBeCloseTo(n === 1 ? 0 : sum / Math.max(1, sum), 13)
    }
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
