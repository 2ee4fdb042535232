// What could have been seen: published sample sizes turned round, exact power by enumeration, and what any such number must obey.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mcnemar } from '../../../src/main/statistics/paired-tests.ts'
import { detectableMean, detectableShare } from '../../../src/main/statistics/power.ts'

/** Power of McNemar's exact test at 5 %, by enumeration of every table. */
function exactPower(n: number, discordant: number, difference: number): number {
  const [onlyA, onlyB] = [(discordant + difference) / 2, (discordant - difference) / 2]
  const concordant = 1 - discordant
  const logFactorials = [0]
  for (let i = 1; i <= n; i++)
    logFactorials.push(logFactorials[i - 1]! + Math.log(i))
  const log = (share: number, count: number): number => count === 0 ? 0 : count * Math.log(share)
  let power = 0
  for (let a = 0; a <= n; a++) {
    for (let b = 0; a + b <= n; b++) {
      const rest = n - a - b
      if (mcnemar(a, b).p <= 0.05)
        power += Math.exp(logFactorials[n]! - logFactorials[a]! - logFactorials[b]! - logFactorials[rest]! + log(onlyA, a) + log(onlyB, b) + log(concordant, rest))
    }
  }
  return power
}

describe('detectableShare', () => {
  it('turns Connor\'s example round (1987, p. 209): 0.45 against 0.05 takes 23 pairs', () => {
    expect(detectableShare(22, 0.5)).toBeGreaterThan(0.4)
    expect(detectableShare(23, 0.5)).toBeLessThan(0.4)
  })

  it('turns the formula round for any n', () => {
    fc.assert(fc.property(fc.integer({ min: 30, max: 20_000 }), fc.double({ min: 0.05, max: 1, noNaN: true }), (n, discordant) => {
      const difference = detectableShare(n, discordant)
      fc.pre(difference < discordant)
      const needed = ((1.959964 * Math.sqrt(discordant) + 0.841621 * Math.sqrt(discordant - difference ** 2)) / difference) ** 2
      expect(needed / n).toBeCloseTo(1, 4)
    }))
  })

  it.each([[60, 0.4], [150, 0.2], [150, 0.02], [40, 0], [200, 0.1]])('is found about four times in five by the exact test: n = %i, discordant %f', (n, discordant) => {
    const difference = detectableShare(n, discordant)
    const power = exactPower(n, Math.max(discordant, difference), difference)
    // The exact test is conservative: a little less than 80 %.
    expect(power).toBeGreaterThan(0.68)
    expect(power).toBeLessThan(0.86)
  })

  it('falls with n, rises with discordance, stays in (0, 1]', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 5000 }), fc.double({ min: 0, max: 1, noNaN: true }), (n, discordant) => {
      const difference = detectableShare(n, discordant)
      expect(difference).toBeGreaterThan(0)
      expect(difference).toBeLessThanOrEqual(1)
      expect(detectableShare(n + 50, discordant)).toBeLessThanOrEqual(difference + 1e-9)
      expect(detectableShare(n, Math.min(1, discordant + 0.1))).toBeGreaterThanOrEqual(difference - 1e-9)
    }))
  })
})

describe('detectableMean', () => {
  it('gives the textbook 32 pairs for half a standard deviation', () => {
    // (1.96 + 0.84)² / 0.5² = 31.4 (Cohen 1988, with the normal in place of t).
    expect(detectableMean(31, 1)).toBeGreaterThan(0.5)
    expect(detectableMean(32, 1)).toBeLessThan(0.5)
  })

  it('scales with the deviation and with 1 / √n', () => {
    fc.assert(fc.property(fc.integer({ min: 2, max: 10_000 }), fc.double({ min: 0.001, max: 100, noNaN: true }), (n, deviation) => {
      expect(detectableMean(4 * n, deviation)).toBeCloseTo(detectableMean(n, deviation) / 2, 9)
      expect(detectableMean(n, 2 * deviation)).toBeCloseTo(2 * detectableMean(n, deviation), 9)
    }))
  })
})
