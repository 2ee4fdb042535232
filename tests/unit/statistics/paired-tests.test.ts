// The permutation test against counting by hand and against its normal limit; Holm's correction against his definition.
import { describe, expect, it } from 'vitest'
import { createRandom } from '../../../src/main/base/random.ts'
import { holm, pairedPermutationTest } from '../../../src/main/statistics/paired-tests.ts'

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

  it('agrees with exact counting where it samples, gives the same p for the same seed, and never 0', () => {
    const random = createRandom(5)
    const few = Array.from({ length: 16 }, () => random.normal() + 0.3)
    const exact = pairedPermutationTest(few)!.p
    // One tiny difference more makes 17: sampled.
    const sampled = pairedPermutationTest([...few, 1e-12], { seed: 1, resamples: 40_000 })!.p
    expect(Math.abs(sampled - exact)).toBeLessThan(0.01)
    expect(pairedPermutationTest([...few, 1e-12], { seed: 1, resamples: 40_000 })!.p).toBe(sampled)
    expect(pairedPermutationTest(Array.from({ length: 300 }, () => 1))!.p).toBeCloseTo(1 / 10_001, 12)
  })
})

describe('holm', () => {
  it('steps down and never falls', () => {
    expect(holm([0.01, 0.04, 0.03, 0.005])).toEqual([0.03, 0.06, 0.06, 0.02])
    expect(holm([0.6, 0.9])).toEqual([1, 1])
    expect(holm([])).toEqual([])
  })
})
