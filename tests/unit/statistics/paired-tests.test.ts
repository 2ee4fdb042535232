// Paired tests against published examples, against slow counting, and by the properties that they must have for any data.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRandom } from '../../../src/main/base/random.ts'
import { holm, mcnemar, pairedPermutationTest } from '../../../src/main/statistics/paired-tests.ts'

/** Counts every sign pattern by recursion, without the tricks of the real one. */
function slowPermutation(values: readonly number[]): number {
  const observed = Math.abs(values.reduce((sum, value) => sum + value, 0))
  let [extreme, all] = [0, 0]
  const walk = (i: number, sum: number): void => {
    if (i === values.length) {
      all++
      extreme += Math.abs(sum) >= observed - 1e-9 ? 1 : 0
      return
    }
    walk(i + 1, sum + values[i]!)
    walk(i + 1, sum - values[i]!)
  }
  walk(0, 0)
  return extreme / all
}

/** The two-sided binomial p by exact integers: every outcome no likelier than the observed one. */
function slowMcnemar(b: number, c: number): number {
  const n = b + c
  const choose = (k: number): bigint => {
    let value = 1n
    for (let i = 0; i < k; i++)
      value = value * BigInt(n - i) / BigInt(i + 1)
    return value
  }
  let as = 0n
  for (let k = 0; k <= n; k++)
    as += choose(k) <= choose(b) ? choose(k) : 0n
  return Number(as * 10n ** 18n / 2n ** BigInt(n)) / 1e18
}

describe('mcnemar', () => {
  it.each([
    // Fagerland, Lydersen and Laake (2013), first example: airway hyper-responsiveness before and after transplantation.
    [1, 7, 0.0703, 0.0391],
    // The same, second example: complete response before and after consolidation therapy.
    [6, 16, 0.0525, 0.0347],
  ])('gives the published p of %i against %i', (b, c, p, midP) => {
    expect(mcnemar(b, c).p).toBeCloseTo(p, 4)
    expect(mcnemar(b, c).midP).toBeCloseTo(midP, 4)
  })

  it('rejects as Agresti\'s approval table does (Categorical Data Analysis, §10.1: z = −4.17, p < 0.0001)', () => {
    // Approval of a prime minister in two surveys: 86 came to approve, 150 ceased to.
    const { p, midP } = mcnemar(86, 150)
    // The normal limit of z = (86 − 150) / √236 is 3.1e-5.
    expect(p).toBeGreaterThan(3e-5)
    expect(p).toBeLessThan(5e-5)
    expect(midP).toBeLessThan(p)
  })

  it('agrees with exact integers', () => {
    fc.assert(fc.property(fc.nat(60), fc.nat(60), (b, c) => {
      expect(mcnemar(b, c).p).toBeCloseTo(slowMcnemar(b, c), 10)
    }))
  })

  it('is symmetric, lies in (0, 1], and mid-p below it', () => {
    fc.assert(fc.property(fc.nat(5000), fc.nat(5000), (b, c) => {
      const { p, midP } = mcnemar(b, c)
      expect(mcnemar(c, b)).toEqual({ p, midP })
      expect(p).toBeLessThanOrEqual(1)
      expect(p).toBeGreaterThanOrEqual(0)
      expect(midP).toBeLessThanOrEqual(p)
    }))
  })

  it('falls as the same number of records parts more one-sidedly', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 300 }), (n) => {
      const ps = Array.from({ length: Math.floor(n / 2) + 1 }, (_, b) => mcnemar(b, n - b).p)
      ps.slice(1).forEach((p, i) => expect(p).toBeGreaterThanOrEqual(ps[i]!))
    }), { numRuns: 40 })
  })

  it('keeps its level: at most 5 % of samples without a difference have p ≤ 0.05', () => {
    // Exact: the mass of all tables of n discordant records with p ≤ 0.05.
    for (const n of [6, 11, 25, 60, 200]) {
      let mass = 0
      let term = 2 ** -n
      for (let b = 0; b <= n; b++) {
        mass += mcnemar(b, n - b).p <= 0.05 ? term : 0
        term *= (n - b) / (b + 1)
      }
      expect(mass).toBeLessThanOrEqual(0.05)
      expect(mass).toBeGreaterThan(0.01)
    }
  })
})

describe('pairedPermutationTest', () => {
  it('counts sign patterns', () => {
    // 1 + 2 + 3 = 6: only +++ and −−− reach it, of 8.
    expect(pairedPermutationTest([1, 2, 3])).toEqual({ p: 0.25, n: 3 })
    expect(pairedPermutationTest([1, -1])).toEqual({ p: 1, n: 2 })
    expect(pairedPermutationTest([0, 0, 5, 0, 5, 5, 5])).toEqual({ p: 2 / 16, n: 7 })
    expect(pairedPermutationTest([])).toBeUndefined()
  })

  it('gives Darwin\'s maize its published p (Fisher 1935: 1,726 of 32,768)', () => {
    // Differences of cross- and self-fertilised plants in eighths of an inch, Darwin 1876.
    const maize = [49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48]
    expect(pairedPermutationTest(maize)!.p).toBeCloseTo(1726 / 32_768, 10)
  })

  it('agrees with slow counting', () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 1, maxLength: 11 }), (values) => {
      expect(pairedPermutationTest(values)!.p).toBeCloseTo(slowPermutation(values), 12)
    }), { numRuns: 60 })
  })

  it('agrees with exact counting where it samples, gives the same p for the same seed, and never 0', () => {
    const random = createRandom(5)
    const few = Array.from({ length: 16 }, () => random.normal() + 0.3)
    const exact = pairedPermutationTest(few)!.p
    // One tiny difference more makes 17: sampled.
    const sampled = pairedPermutationTest([...few, 1e-12], { seed: 1, resamples: 40_000 })!.p
    expect(Math.abs(sampled - exact)).toBeLessThan(0.01)
    expect(pairedPermutationTest([...few, 1e-12], { seed: 1, resamples: 40_000 })!.p).toBe(sampled)
    expect(pairedPermutationTest(Array.from({ length: 300 }, (_, i) => 1 + i / 997))!.p).toBeCloseTo(1 / 10_001, 12)
  })

  it('samples as flipping one sign at a time does', () => {
    const random = createRandom(8)
    const values = Array.from({ length: 61 }, () => random.normal() + 0.22)
    const observed = Math.abs(values.reduce((sum, value) => sum + value, 0))
    let extreme = 0
    for (let i = 0; i < 20_000; i++)
      extreme += Math.abs(values.reduce((sum, value) => sum + (random.next() < 0.5 ? value : -value), 0)) >= observed ? 1 : 0
    // Two samplings of p ≈ 0.1: their difference has a standard deviation of about 0.0037.
    expect(Math.abs(pairedPermutationTest(values)!.p - extreme / 20_000)).toBeLessThan(0.015)
  })

  it('does not look at the direction, nor at the order or unit of the differences', () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 1, maxLength: 14 }), fc.integer({ min: 1, max: 50 }), (values, unit) => {
      const { p } = pairedPermutationTest(values)!
      expect(p).toBeGreaterThan(0)
      expect(p).toBeLessThanOrEqual(1)
      expect(pairedPermutationTest(values.map(value => -value))!.p).toBe(p)
      expect(pairedPermutationTest([...values].reverse())!.p).toBe(p)
      expect(pairedPermutationTest(values.map(value => value / unit))!.p).toBe(p)
      expect(pairedPermutationTest([...values, 0])!.p).toBe(p)
    }), { numRuns: 60 })
  })

  it('is McNemar\'s exact test where differences are −1, 0 and 1', () => {
    fc.assert(fc.property(fc.nat(150), fc.nat(150), (b, c) => {
      const differences = [...new Array<number>(b).fill(1), ...new Array<number>(c).fill(-1), 0]
      expect(pairedPermutationTest(differences)!.p).toBeCloseTo(mcnemar(b, c).p, 9)
    }))
  })

  it('counts many differences of one step exactly: as sampling does, and below what sampling can', () => {
    const random = createRandom(21)
    const thirds = Array.from({ length: 120 }, () => (random.below(7) - 2.7 > 0 ? 1 : -1) * random.below(4) / 3)
    const exact = pairedPermutationTest(thirds)!.p
    const observed = Math.abs(thirds.reduce((sum, value) => sum + value, 0)) - 1e-9
    let extreme = 0
    for (let i = 0; i < 20_000; i++)
      extreme += Math.abs(thirds.reduce((sum, value) => sum + (random.next() < 0.5 ? value : -value), 0)) >= observed ? 1 : 0
    expect(Math.abs(extreme / 20_000 - exact)).toBeLessThan(0.015)
    expect(pairedPermutationTest(new Array<number>(40).fill(0.25))!.p).toBeCloseTo(2 ** -39, 20)
    expect(pairedPermutationTest(new Array<number>(3000).fill(1))!.p).toBeGreaterThan(0)
  })

  it('is about uniform without a difference', () => {
    const random = createRandom(13)
    const ps = Array.from({ length: 300 }, (_, seed) => pairedPermutationTest(Array.from({ length: 40 }, () => random.normal()), { seed, resamples: 500 })!.p).sort((a, b) => a - b)
    // Kolmogorov–Smirnov at 0.1 %: 1.95 / √300.
    const distance = Math.max(...ps.map((p, i) => Math.max(Math.abs(p - i / 300), Math.abs(p - (i + 1) / 300))))
    expect(distance).toBeLessThan(1.95 / Math.sqrt(300))
  })
})

/** Holm's own words: reject while the k-th smallest p is at most α / (m − k + 1); the adjusted p is the smallest α that rejects. */
function slowHolm(ps: readonly number[]): number[] {
  const order = [...ps.keys()].sort((a, b) => ps[a]! - ps[b]!)
  return ps.map((_, i) => {
    const place = order.indexOf(i)
    return Math.min(1, Math.max(...order.slice(0, place + 1).map((j, k) => ps[j]! * (ps.length - k))))
  })
}

describe('holm', () => {
  it('rejects the first and the fourth of Wikipedia\'s worked example at 5 %, and steps down and never falls', () => {
    expect(holm([0.01, 0.04, 0.03, 0.005])).toEqual([0.03, 0.06, 0.06, 0.02])
    expect(holm([0.6, 0.9])).toEqual([1, 1])
    expect(holm([])).toEqual([])
  })

  it('raises an adjusted p to the one before', () => {
    // 3 × 0.01, 2 × 0.02, 1 × 0.03 < 0.04.
    expect(holm([0.01, 0.02, 0.03])).toEqual([0.03, 0.04, 0.04])
  })

  const ps = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 20 })

  it('agrees with the definition', () => {
    fc.assert(fc.property(ps, (values) => {
      holm(values).forEach((p, i) => expect(p).toBeCloseTo(slowHolm(values)[i]!, 12))
    }))
  })

  it('keeps the order, never lowers a p, never exceeds Bonferroni\'s, and goes with a reordering', () => {
    fc.assert(fc.property(ps, (values) => {
      const adjusted = holm(values)
      adjusted.forEach((p, i) => {
        expect(p).toBeGreaterThanOrEqual(values[i]!)
        expect(p).toBeLessThanOrEqual(Math.min(1, values[i]! * values.length) + 1e-15)
        values.forEach((other, j) => expect(other < values[i]! ? adjusted[j]! <= p : true).toBe(true))
      })
      expect(holm([...values].reverse())).toEqual([...adjusted].reverse())
    }))
  })

  it('rises when a further hypothesis is tested', () => {
    fc.assert(fc.property(ps, fc.double({ min: 0, max: 1, noNaN: true }), (values, further) => {
      const more = holm([...values, further])
      holm(values).forEach((p, i) => expect(more[i]).toBeGreaterThanOrEqual(p))
    }))
  })
})
