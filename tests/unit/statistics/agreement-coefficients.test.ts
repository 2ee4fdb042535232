// Agreement coefficients against slow versions made from the definitions, their variances against numerical influence and the bootstrap.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRandom } from '../../../src/main/base/random.ts'
import { cohenKappa, fleissKappa, gwetAC1, krippendorffAlpha, noSpread, nothingTwice, oneCategory, oneSided, percentAgreement } from '../../../src/main/statistics/agreement-coefficients.ts'
import type { Estimated, Unit } from '../../../src/main/statistics/agreement-coefficients.ts'
import { quantile } from '../../../src/main/statistics/bootstrap.ts'

const categories = 3
/** What each rater said of a unit; null: nothing. */
type Ratings = readonly (number | null)[]
const unitOf = (ratings: Ratings): Unit => ({ times: 1, counts: Array.from({ length: categories }, (_, k) => ratings.filter(rating => rating === k).length) })
const tableOf = (rows: readonly Ratings[]): number[][] => Array.from({ length: categories }, (_, k) => Array.from({ length: categories }, (_, l) => rows.filter(([a, b]) => a === k && b === l).length))

const general = { percent: percentAgreement, fleiss: fleissKappa, krippendorff: krippendorffAlpha, gwet: gwetAC1 } as const
type General = keyof typeof general
const names = Object.keys(general) as General[]

/** Pair by pair and unit by unit, each unit with a weight; NaN where not defined. */
function slow(rows: readonly Ratings[], name: General | 'cohen', weights: readonly number[] = rows.map(() => 1)): number {
  const known = rows.map(row => row.filter(rating => rating !== null))
  const range = Array.from({ length: categories }, (_, k) => k)
  const mean = (values: readonly number[], of: readonly number[]): number => values.reduce((sum, value, i) => sum + value * of[i]!, 0) / of.reduce((sum, weight) => sum + weight, 0)
  if (name === 'krippendorff') {
    const coincidences = range.map(() => range.map(() => 0))
    known.forEach((ratings, i) => ratings.forEach((a, x) => ratings.forEach((b, y) => {
      if (x !== y)
        coincidences[a]![b]! += weights[i]! / (ratings.length - 1)
    })))
    const totals = coincidences.map(row => row.reduce((sum, value) => sum + value, 0))
    const n = totals.reduce((sum, value) => sum + value, 0)
    let [observed, expected] = [0, 0]
    range.forEach(a => range.forEach((b) => {
      if (a !== b) {
        observed += coincidences[a]![b]! / n
        expected += totals[a]! * totals[b]! / (n * (n - 1))
      }
    }))
    return expected === 0 ? Number.NaN : 1 - observed / expected
  }
  const twice = known.map(ratings => ratings.length >= 2 ? 1 : 0)
  const pairs = known.map((ratings) => {
    let [alike, all] = [0, 0]
    ratings.forEach((a, x) => ratings.forEach((b, y) => {
      alike += x !== y && a === b ? 1 : 0
      all += x === y ? 0 : 1
    }))
    return all === 0 ? 0 : alike / all
  })
  const agreed = mean(pairs, weights.map((weight, i) => weight * twice[i]!))
  const rated = weights.map((weight, i) => known[i]!.length > 0 ? weight : 0)
  const shares = range.map(k => mean(known.map(ratings => ratings.filter(rating => rating === k).length / Math.max(1, ratings.length)), rated))
  const by = (rater: number, k: number): number => mean(rows.map(row => row[rater] === k ? 1 : 0), weights)
  const chance = {
    percent: 0,
    fleiss: shares.reduce((sum, share) => sum + share ** 2, 0),
    gwet: shares.reduce((sum, share) => sum + share * (1 - share), 0) / (categories - 1),
    cohen: range.reduce((sum, k) => sum + by(0, k) * by(1, k), 0),
  }[name]
  return chance > 1 - 1e-9 ? Number.NaN : (agreed - chance) / (1 - chance)
}

const rating = fc.integer({ min: 0, max: categories - 1 })
const sparse = fc.array(fc.array(fc.option(rating, { freq: 3 }), { minLength: 4, maxLength: 4 }), { minLength: 1, maxLength: 15 })
const twoRaters = fc.array(fc.tuple(rating, rating), { minLength: 2, maxLength: 30 })
const permutation = fc.shuffledSubarray([0, 1, 2], { minLength: 3, maxLength: 3 })

function expectAlike(a: Estimated, b: Estimated): void {
  for (const key of ['value', 'standardError', 'low', 'high'] as const) {
    if (a[key] === null)
      expect(b[key]).toBeNull()
    else
      expect(b[key]).toBeCloseTo(a[key], 9)
  }
}
const expectNumbers = (estimated: Estimated): void => {
  for (const value of [estimated.value, estimated.standardError, estimated.low, estimated.high])
    expect(value === null || Number.isFinite(value)).toBe(true)
  if (estimated.value !== null && estimated.low !== null && estimated.high !== null) {
    expect(estimated.low).toBeLessThanOrEqual(estimated.value + 1e-12)
    expect(estimated.high).toBeGreaterThanOrEqual(estimated.value - 1e-12)
    expect(estimated.low).toBeGreaterThanOrEqual(Math.min(-1, estimated.value))
    expect(estimated.high).toBeLessThanOrEqual(1)
  }
}

describe('coefficients of any number of raters', () => {
  it.each(names)('%s equals its slow version, or is null with a sentence', (name) => {
    fc.assert(fc.property(sparse, (rows) => {
      const found = general[name](rows.map(unitOf))
      const expected = slow(rows, name)
      expectNumbers(found)
      if (Number.isNaN(expected)) {
        expect(found.value).toBeNull()
        expect([nothingTwice, oneCategory]).toContain(found.note)
      }
      else {
        expect(found.value).toBeCloseTo(expected, 10)
      }
    }), { numRuns: 300 })
  })

  it.each(names)('%s does not depend on the names of categories, on the order of raters or units, or on how units are counted', (name) => {
    fc.assert(fc.property(sparse, permutation, fc.integer({ min: 0, max: 99 }), (rows, renamed, seed) => {
      const random = createRandom(seed)
      const found = general[name](rows.map(unitOf))
      expectAlike(found, general[name](rows.map(row => unitOf(row.map(value => value === null ? null : renamed[value]!)))))
      expectAlike(found, general[name](random.shuffle(rows).map(row => unitOf(random.shuffle(row)))))
      const times = new Map<string, Unit>()
      for (const { counts } of rows.map(unitOf))
        times.set(String(counts), { counts, times: (times.get(String(counts))?.times ?? 0) + 1 })
      expectAlike(found, general[name]([...times.values()]))
    }), { numRuns: 100 })
  })

  it.each(names)('%s is 1 where all agree, with an interval that is open below', (name) => {
    fc.assert(fc.property(fc.array(rating, { minLength: 2, maxLength: 20 }).filter(values => new Set(values).size > 1), fc.integer({ min: 2, max: 4 }), (values, raters) => {
      const { value, standardError, low, high } = general[name](values.map(each => unitOf(Array.from({ length: raters }, () => each))))
      expect(value).toBeCloseTo(1, 12)
      expect(standardError).toBe(0)
      expect(high).toBe(1)
      expect(low).toBeLessThan(1)
    }))
  })

  it('are null where there is nothing to compare', () => {
    for (const name of names) {
      for (const units of [[], [unitOf([0, null])], [unitOf([null, null])], [unitOf([0, null]), unitOf([null, 1])]])
        expect(general[name](units)).toEqual({ value: null, standardError: null, low: null, high: null, note: nothingTwice })
    }
    const same = Array.from({ length: 20 }, () => unitOf([1, 1]))
    expect([fleissKappa(same), krippendorffAlpha(same)].map(({ value, note }) => [value, note])).toEqual([[null, oneCategory], [null, oneCategory]])
    // Percent and AC1 are 1; the interval is Wilson's for 20 of 20, AC1's chance agreement being 0.
    expect(percentAgreement(same)).toMatchObject({ value: 1, standardError: 0, high: 1 })
    expect(percentAgreement(same).low).toBeCloseTo(0.8389, 4)
    expect(gwetAC1(same)).toEqual(percentAgreement(same))
    // One unit has no spread to speak of.
    expect(percentAgreement([unitOf([0, 0, 1])])).toEqual({ value: 1 / 3, standardError: null, low: null, high: null, note: noSpread })
    const alike = Array.from({ length: 9 }, () => unitOf([0, 0, 1]))
    expect(percentAgreement(alike)).toEqual({ value: expect.closeTo(1 / 3, 12) as number, standardError: 0, low: null, high: null, note: noSpread })
  })
})

describe('Cohen\'s κ', () => {
  it('equals its slow version, whatever the categories are called and who comes first', () => {
    fc.assert(fc.property(twoRaters, permutation, (rows, renamed) => {
      const found = cohenKappa(tableOf(rows))
      const expected = slow(rows, 'cohen')
      expectNumbers(found)
      if (Number.isNaN(expected))
        expect(found).toMatchObject({ value: null, note: oneCategory })
      else
        expect(found.value).toBeCloseTo(expected, 10)
      expectAlike(found, cohenKappa(tableOf(rows.map(row => row.map(value => renamed[value]!)))))
      expectAlike(found, cohenKappa(tableOf(rows.map(([a, b]) => [b, a]))))
    }), { numRuns: 300 })
  })
  it('is 1 for full agreement, and null without any judgement or with one category', () => {
    expect(cohenKappa([[3, 0], [0, 4]])).toMatchObject({ value: 1, standardError: 0, high: 1 })
    expect(cohenKappa([[0, 0], [0, 0]])).toMatchObject({ value: null, note: nothingTwice })
    // The first rater always says the same: κ is 0 in every sample, which is no certainty.
    expect(cohenKappa([[30, 9], [0, 0]])).toEqual({ value: expect.closeTo(0, 12) as number, standardError: 0, low: null, high: null, note: oneSided })
    expect(cohenKappa([[9, 0], [0, 0]])).toMatchObject({ value: null, note: oneCategory })
  })
})

/** Ratings that agree more often than chance has it. */
function drawn(units: number, raters: number, missing: number, seed: number): Ratings[] {
  const random = createRandom(seed)
  return Array.from({ length: units }, () => {
    const truth = random.pick([0, 0, 0, 0, 1, 1, 2])
    const row = Array.from({ length: raters }, () => random.next() < missing ? null : random.next() < 0.7 ? truth : random.below(categories))
    return row.filter(each => each !== null).length >= 2 ? row : Array.from({ length: raters }, () => truth)
  })
}

describe('standard errors and intervals', () => {
  const rows = drawn(150, 3, 0.2, 3)
  const pairs = drawn(150, 2, 0, 4)
  /** Change of the coefficient with the weight of each unit: its variance is Σ (n ∂κ/∂w)² / n (n − 1), or / n². */
  const influences = (of: readonly Ratings[], name: General | 'cohen'): number[] => {
    const step = 1e-5
    return of.map((_, i) => {
      const with_ = (sign: number): number => slow(of, name, of.map((_, j) => i === j ? 1 + sign * step : 1))
      return of.length * (with_(1) - with_(-1)) / (2 * step)
    })
  }
  const squares = (values: readonly number[]): number => values.reduce((sum, value) => sum + value ** 2, 0)

  it.each(['percent', 'fleiss', 'gwet'] as const)('%s: the standard error is that of its numerical influence', (name) => {
    expect(general[name](rows.map(unitOf)).standardError).toBeCloseTo(Math.sqrt(squares(influences(rows, name)) / (150 * 149)), 7)
  })
  it('Cohen: likewise, dividing by n', () => {
    expect(cohenKappa(tableOf(pairs)).standardError).toBeCloseTo(Math.sqrt(squares(influences(pairs, 'cohen'))) / 150, 7)
  })
  it('Krippendorff: likewise, up to the small-sample part of α', () => {
    expect(krippendorffAlpha(rows.map(unitOf)).standardError! / Math.sqrt(squares(influences(rows, 'krippendorff')) / (150 * 149))).toBeCloseTo(1, 1)
  })

  it.each([...names, 'cohen'] as const)('%s: the interval is near the percentile bootstrap over units', (name) => {
    const of = name === 'cohen' ? pairs : rows
    const random = createRandom(11)
    const values = Float64Array.from({ length: 1500 }, () => slow(of.map(() => random.pick(of)), name)).sort()
    const { low, high, value } = name === 'cohen' ? cohenKappa(tableOf(pairs)) : general[name](rows.map(unitOf))
    expect(low).toBeLessThan(value!)
    expect(Math.abs(low! - quantile(values, 0.025))).toBeLessThan(0.02)
    expect(Math.abs(high! - quantile(values, 0.975))).toBeLessThan(0.02)
  })

  it('units with a single rating leave percent as it is, but widen its interval: who has many leaves them out', () => {
    const singles = Array.from({ length: 1000 }, (_, i): Ratings => [i % 3, null, null])
    const [without, with_] = [rows, [...rows, ...singles]].map(of => percentAgreement(of.map(unitOf)))
    expect(with_!.value).toBeCloseTo(without!.value!, 12)
    expect(with_!.standardError).toBeGreaterThan(without!.standardError! * 1.5)
  })
})
