// The difference of two runs: published intervals, the degenerate cases, and the same answer however the question is put.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { pairedDifference } from '../../../src/main/statistics/paired-difference.ts'
import { mcnemar } from '../../../src/main/statistics/paired-tests.ts'

/** A table of pairs as two columns: both right, only a, only b, neither. */
function columns(both: number, onlyA: number, onlyB: number, neither: number): [number[], number[]] {
  const times = (count: number, value: number): number[] => new Array<number>(count).fill(value)
  return [
    [...times(both, 1), ...times(onlyA, 1), ...times(onlyB, 0), ...times(neither, 0)],
    [...times(both, 1), ...times(onlyA, 0), ...times(onlyB, 1), ...times(neither, 0)],
  ]
}

/** Tango's score interval (1998) by bisection on his statistic. */
function tango(n: number, b: number, c: number): [number, number] {
  const z = 1.959963984540054
  const statistic = (d: number): number => {
    const [A, B, C] = [2 * n, -b - c + (2 * n - b + c) * d, -c * d * (1 - d)]
    const q = (Math.sqrt(B * B - 4 * A * C) - B) / (2 * A)
    return (b - c - n * d) / Math.sqrt(n * (2 * q + d * (1 - d)))
  }
  const solve = (target: number): number => {
    // Not symmetric, so that no step lands on 0, where the statistic is 0 / 0.
    let [low, high] = [-1, 1.0001]
    for (let i = 0; i < 200; i++) {
      const middle = (low + high) / 2
      if (statistic(middle) > target)
        low = middle
      else
        high = middle
    }
    return low
  }
  return [solve(z), solve(-z)]
}

describe('pairedDifference', () => {
  it('gives the interval of Agresti\'s approval table (−0.06, −0.02) and McNemar\'s p', () => {
    // 1,600 people: 794 approve twice, 150 cease to, 86 come to, 570 never.
    const found = pairedDifference(...columns(794, 86, 150, 570), { unit: 'share' })!
    expect(found).toMatchObject({ n: 1600, test: 'mcnemar', p: mcnemar(86, 150).p })
    expect(found.mean).toBeCloseTo(-0.04, 12)
    // Wald: −0.04 ± 1.96 × 0.0095.
    expect(found.low).toBeCloseTo(-0.0587, 2)
    expect(found.high).toBeCloseTo(-0.0213, 2)
  })

  it.each([[20, 0, 0], [180, 0, 0], [12, 12, 0], [9, 0, 9]])('stays open where all records differ alike, as Tango\'s interval: n = %i, %i, %i', (n, b, c) => {
    const { low, high } = pairedDifference(...columns(n - b - c, b, c, 0), { unit: 'share' })!
    const [from, to] = tango(n, b, c)
    expect(low).toBeCloseTo(from, 3)
    expect(high).toBeCloseTo(Math.min(1, to), 3)
  })

  it('leaves out records that one of the two has no score for', () => {
    expect(pairedDifference([1, null, 0, 1], [0, 1, null, 1], { unit: 'share' })).toMatchObject({ n: 2, mean: 0.5 })
    expect(pairedDifference([1, null], [null, 1], { unit: 'share' })).toBeUndefined()
    expect(pairedDifference([], [], { unit: 'nats' })).toBeUndefined()
  })

  it('tests shares between 0 and 1, and nats, by permutation', () => {
    expect(pairedDifference([1, 0.5, 1], [0, 0, 0.5], { unit: 'share' })).toMatchObject({ test: 'permutation', p: 0.25 })
    expect(pairedDifference([3, 3], [1, 1], { unit: 'nats' })).toMatchObject({ test: 'permutation', mean: 2, low: 2, high: 2, detectable: 0 })
    // Shares that never differ promise nothing: as good as no discordant record.
    const alike = pairedDifference([0.5, 0.25, 1], [0.5, 0.25, 1], { unit: 'share' })!
    expect(alike).toMatchObject({ p: 1, mean: 0 })
    expect(alike.detectable).toBe(1)
    expect(alike.high).toBeCloseTo(3.8415 / 6.8415, 3)
  })

  const shares = fc.array(fc.tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 4 })), { minLength: 1, maxLength: 30 })

  it('turns its sign with the direction and keeps p, n and what is detectable', () => {
    fc.assert(fc.property(shares, (pairs) => {
      const [a, b] = [pairs.map(([x]) => x / 4), pairs.map(([, y]) => y / 4)]
      const [there, back] = [pairedDifference(a, b, { unit: 'share' })!, pairedDifference(b, a, { unit: 'share' })!]
      expect(back.mean).toBeCloseTo(-there.mean, 12)
      expect([back.test, back.n]).toEqual([there.test, there.n])
      expect(back.p).toBeCloseTo(there.p, 12)
      expect(back.detectable).toBeCloseTo(there.detectable, 12)
      expect(there.low).toBeLessThanOrEqual(there.mean + 1e-12)
      expect(there.high).toBeGreaterThanOrEqual(there.mean - 1e-12)
    }), { numRuns: 25 })
  })

  it('does not look at the order of the records', () => {
    fc.assert(fc.property(shares, (pairs) => {
      const of = (list: readonly (readonly [number, number])[]) => pairedDifference(list.map(([x]) => x / 4), list.map(([, y]) => y / 4), { unit: 'share' })
      const [{ p: pThere, ...there }, { p: pBack, ...back }] = [of(pairs)!, of([...pairs].reverse())!]
      // Above sixteen moving records the signs are sampled in the order of the records.
      expect(Math.abs(pThere - pBack)).toBeLessThan(0.03)
      expect([back.n, back.test]).toEqual([there.n, there.test])
      for (const key of ['mean', 'low', 'high', 'detectable'] as const)
        expect(back[key]).toBeCloseTo(there[key], 12)
    }), { numRuns: 25 })
  })
})
