import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fisherExact, groupPermutationTest, normalTails, twoSamplePermutationTest } from '../../../src/main/statistics/two-sample.ts'

/** All ways to choose k of n, by whole numbers. */
function choose(n: number, k: number): bigint {
  let result = 1n
  for (let i = 0; i < k; i++)
    result = result * BigInt(n - i) / BigInt(i + 1)
  return result
}

/** Counts every table with these margins that is no likelier; exact to the last digit. */
function slowFisher(a: number, b: number, c: number, d: number): number {
  const [group, others, yes] = [a + b, c + d, a + c]
  const ways = (k: number): bigint => k < 0 || k > group || yes - k < 0 || yes - k > others ? 0n : choose(group, k) * choose(others, yes - k)
  let [extreme, all] = [0n, 0n]
  for (let k = 0; k <= yes; k++) {
    all += ways(k)
    extreme += ways(k) <= ways(a) ? ways(k) : 0n
  }
  return Number(extreme * 10n ** 30n / all) / 1e30
}

describe('Fisher\'s exact test', () => {
  it('gives the published values', () => {
    // Fisher (1935), the lady tasting tea: 3 of 4 right; R's fisher.test says 0.4857.
    expect(fisherExact(3, 1, 1, 3)).toBeCloseTo(34 / 70, 12)
    expect(fisherExact(4, 0, 0, 4)).toBeCloseTo(2 / 70, 12)
    // Fisher (1962), criminal like-sex twins: R's documentation gives 0.0005367 for this table.
    expect(fisherExact(2, 15, 10, 3)).toBeCloseTo(0.0005367, 7)
    // Agresti (1990), p. 61, is the tea again; an empty margin says nothing.
    expect(fisherExact(0, 0, 3, 4)).toBe(1)
    expect(fisherExact(5, 0, 7, 0)).toBe(1)
  })

  it('agrees with counting every table', () => {
    const cell = fc.integer({ min: 0, max: 25 })
    fc.assert(fc.property(cell, cell, cell, cell, (a, b, c, d) => {
      const p = fisherExact(a, b, c, d)
      expect(p).toBeCloseTo(a + b + c + d === 0 ? 1 : slowFisher(a, b, c, d), 9)
      expect(p).toBeGreaterThan(0)
      expect(p).toBeLessThanOrEqual(1)
      expect(fisherExact(c, d, a, b)).toBeCloseTo(p, 9)
      expect(fisherExact(b, a, d, c)).toBeCloseTo(p, 9)
      expect(fisherExact(a, c, b, d)).toBeCloseTo(p, 9)
    }), { numRuns: 300 })
  })

  it('keeps small chances apart at large counts', () => {
    // 10,000 records, a slice of 2,000: far out in the tail, where a sum of chances would be 0.
    const p = fisherExact(400, 1600, 4000, 4000)
    expect(p).toBeGreaterThan(0)
    expect(p).toBeLessThan(1e-100)
    expect(fisherExact(1000, 1000, 4000, 4000)).toBe(1)
  })
})

// Efron and Tibshirani (1993), table 2.1: survival of mice in days.
const treated = [94, 197, 16, 38, 99, 141, 23]
const control = [52, 104, 146, 10, 51, 30, 40, 27, 46]

/** Every grouping. */
function slowPermutation(a: readonly number[], b: readonly number[]): { both: number, upper: number } {
  const all = [...a, ...b]
  const total = all.reduce((sum, value) => sum + value, 0)
  const differenceOf = (sum: number): number => sum / a.length - (total - sum) / b.length
  const observed = differenceOf(a.reduce((sum, value) => sum + value, 0))
  let [count, both, upper] = [0, 0, 0]
  const walk = (from: number, left: number, sum: number): void => {
    if (left === 0) {
      count++
      both += Math.abs(differenceOf(sum)) >= Math.abs(observed) - 1e-9 ? 1 : 0
      upper += differenceOf(sum) >= observed - 1e-9 ? 1 : 0
      return
    }
    for (let i = from; i <= all.length - left; i++)
      walk(i + 1, left - 1, sum + all[i]!)
  }
  walk(0, a.length, 0)
  return { both: both / count, upper: upper / count }
}

describe('the permutation test of two groups', () => {
  it('agrees with the mouse data and with every grouping', () => {
    const { both, upper } = slowPermutation(treated, control)
    // They report an achieved significance level of 0.132 from 1,000 permutations (one-sided).
    expect(Math.abs(upper - 0.132)).toBeLessThan(0.02)
    expect(Math.abs(twoSamplePermutationTest(treated, control)! - both)).toBeLessThan(0.015)
    expect(Math.abs(twoSamplePermutationTest(control, treated)! - both)).toBeLessThan(0.015)
  })

  it('agrees with every grouping of small groups, the smaller shuffled for both', () => {
    const group = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 6 })
    fc.assert(fc.property(group, group, (a, b) => {
      const p = twoSamplePermutationTest(a, b, { resamples: 4000 })!
      expect(Math.abs(p - slowPermutation(a, b).both)).toBeLessThan(0.05)
    }), { numRuns: 40 })
    expect(twoSamplePermutationTest([], [1])).toBeUndefined()
    expect(twoSamplePermutationTest([1, 1], [1, 1, 1])).toBe(1)
  })

  it('gives every group of a whole what it would get alone, and goes on where shuffles end', () => {
    const values = Array.from({ length: 400 }, (_, i) => i < 40 ? 2 + (i % 5) / 10 : (i % 7) / 10)
    const sum = (list: readonly number[]): number => list.reduce((total, value) => total + value, 0)
    const [worst, ordinary] = groupPermutationTest(values, [{ size: 40, sum: sum(values.slice(0, 40)) }, { size: 50, sum: sum(values.filter((_, i) => i % 8 === 0)) }])
    expect(worst).toBeLessThan(1e-20)
    expect(ordinary).toBeGreaterThan(0.05)
    expect(groupPermutationTest(values, [{ size: 40, sum: sum(values.slice(0, 40)) }])[0]).toBe(worst)
  })

  it('knows the normal tails', () => {
    expect(normalTails(1.959963984540054)).toBeCloseTo(0.05, 6)
    expect(normalTails(0)).toBeCloseTo(1, 6)
    // Abramowitz and Stegun, table 26.1: Q(5) = 2.86652e-7.
    expect(normalTails(5) / (2 * 2.86652e-7)).toBeCloseTo(1, 4)
  })
})
