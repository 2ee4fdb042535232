// Agreement coefficients against what was published, to the digits that were published (at least four where there are four).
import { describe, expect, it } from 'vitest'
import { cohenKappa, fleissKappa, gwetAC1, krippendorffAlpha, percentAgreement } from '../../../src/main/statistics/agreement-coefficients.ts'
import type { Estimated, Unit } from '../../../src/main/statistics/agreement-coefficients.ts'

/** Rows are units, columns raters; '.' is no rating. Categories in the order of the alphabet. */
function unitsOf(rows: readonly string[], categories: string): Unit[] {
  return rows.map(row => ({ times: 1, counts: [...categories].map(category => [...row].filter(one => one === category).length) }))
}
/** One string a rater, one place a unit. */
const across = (raters: readonly string[], categories: string): Unit[] => unitsOf([...raters[0]!].map((_, i) => raters.map(rater => rater[i]!).join('')), categories)
const counted = (rows: readonly (readonly number[])[]): Unit[] => rows.map(counts => ({ counts, times: 1 }))
/** Two raters' table as units. */
const fromTable = (table: readonly (readonly number[])[]): Unit[] => table.flatMap((row, k) => row.map((times, l) => ({ times, counts: row.map((_, j) => (j === k ? 1 : 0) + (j === l ? 1 : 0)) })))

/** "0.7754 0.1430 (0.461, 1.000)" */
const said = ({ value, standardError, low, high }: Estimated, digits = 4): string => `${value!.toFixed(digits)} ${standardError!.toFixed(digits)} (${low!.toFixed(3)}, ${high!.toFixed(3)})`

describe('irrCAC (Gwet), README and vignette', () => {
  // cac.raw4raters: 4 raters, 12 subjects, 5 categories, missing ratings, one subject with a single one (Handbook, 4th edition).
  const raw = unitsOf(['11.1', '2232', '3333', '3333', '2222', '1234', '4444', '1121', '2222', '.555', '..11', '..3.'], '12345')
  it('raw ratings with missing ones: value, standard error, interval', () => {
    expect(said(percentAgreement(raw), 5)).toBe('0.81818 0.12561 (0.542, 1.000)')
    expect(said(gwetAC1(raw), 5)).toBe('0.77544 0.14295 (0.461, 1.000)')
    expect(said(fleissKappa(raw), 5)).toBe('0.76117 0.15302 (0.424, 1.000)')
    expect(said(krippendorffAlpha(raw), 5)).toBe('0.74342 0.14557 (0.419, 1.000)')
  })

  // distrib.6raters: 15 patients, 6 psychiatrists, 5 diagnoses (the first half of Fleiss 1971).
  const six = counted([
    [0, 0, 0, 6, 0], [0, 3, 0, 0, 3], [0, 1, 4, 0, 1], [0, 0, 0, 0, 6], [0, 3, 0, 3, 0], [2, 0, 4, 0, 0], [0, 0, 4, 0, 2], [2, 0, 3, 1, 0],
    [2, 0, 0, 4, 0], [0, 0, 0, 0, 6], [1, 0, 0, 5, 0], [1, 1, 0, 4, 0], [0, 3, 3, 0, 0], [1, 0, 0, 5, 0], [0, 2, 0, 3, 1],
  ])
  it('distributions of raters: seven digits', () => {
    expect(said(gwetAC1(six), 7)).toBe('0.4448007 0.0841876 (0.264, 0.625)')
    expect(said(fleissKappa(six), 7)).toBe('0.4139265 0.0811929 (0.240, 0.588)')
    // Only the value: irrCAC's form for distributions has another variance of α than its form for raw ratings, which is ours.
    expect(krippendorffAlpha(six).value).toBeCloseTo(0.4204384, 7)
    expect(percentAgreement(six).value).toBeCloseTo(0.5511111, 7)
  })

  // cont3x3abstractors: 100 pregnant women by two abstractors.
  const table = [[13, 0, 0], [0, 20, 7], [0, 4, 56]]
  it('two raters\' table', () => {
    expect(said(cohenKappa(table), 7)).toBe('0.7964094 0.0589107 (0.680, 0.913)')
    expect(gwetAC1(fromTable(table)).value).toBeCloseTo(0.8493305, 7)
    expect(fleissKappa(fromTable(table)).value).toBeCloseTo(0.7962397, 7)
    expect(krippendorffAlpha(fromTable(table)).value).toBeCloseTo(0.7972585, 7)
    // Its two-rater variances divide by n, the general ones by n − 1.
    const scale = Math.sqrt(99 / 100)
    expect(gwetAC1(fromTable(table)).standardError! * scale).toBeCloseTo(0.04321747, 7)
    expect(fleissKappa(fromTable(table)).standardError! * scale).toBeCloseTo(0.05905473, 7)
    expect(percentAgreement(fromTable(table)).standardError! * scale).toBeCloseTo(0.03128898, 7)
  })

  it('forty units that were drawn, by version 0.4.4 of its Python form', () => {
    const drawn = [
      '2..2.', '0.000', '003.1', '.1..1', '00.00', '0000.', '11110', '30100', '00002', '.331.', '.0.00', '..000', '111..', '....1', '013.0', '3.2.2', '.2222', '0.3.0', '..00.', '00.3.',
      '....1', '...03', '1111.', '1021.', '..0..', '.1.3.', '220.2', '0.00.', '.302.', '00030', '00000', '....0', '...12', '000.0', '.00..', '.0.0.', '3.1.1', '0.0..', '0...3', '2.212',
    ]
    const units = unitsOf(drawn, '0123')
    expect(said(fleissKappa(units), 6)).toBe('0.412734 0.093723 (0.223, 0.602)')
    expect(said(krippendorffAlpha(units), 6)).toBe('0.422713 0.085768 (0.249, 0.597)')
    expect(said(gwetAC1(units), 6)).toBe('0.513087 0.093166 (0.325, 0.702)')
  })
})

describe('Krippendorff, Computing Krippendorff\'s Alpha-Reliability (2011)', () => {
  it('A: two observers, binary: 0.095', () => {
    expect(krippendorffAlpha(across(['0100000010', '1110010000'], '01')).value!.toFixed(3)).toBe('0.095')
  })
  it('B: two observers, nominal: 0.692', () => {
    expect(krippendorffAlpha(across(['aabbdcccedda', 'babbbccceddd'], 'abcde')).value!.toFixed(3)).toBe('0.692')
  })
  it('C: four observers, missing data, nominal: 0.743', () => {
    expect(krippendorffAlpha(across(['123321412...', '1233224125.3', '.3332342251.', '12332441251.'], '12345')).value!.toFixed(3)).toBe('0.743')
  })
})

describe('Fleiss\' κ', () => {
  it('is 0.430 for the 30 patients of Fleiss (1971)', () => {
    const diagnoses = [
      '444444', '222555', '233335', '555555', '222444', '113333', '333355', '113334', '114444', '555555', '144444', '124444', '222333', '144444', '224445',
      '333335', '111455', '111112', '224444', '133555', '555555', '244444', '224555', '114444', '144445', '222224', '111155', '224444', '133333', '555555',
    ]
    expect(fleissKappa(unitsOf(diagnoses, '12345')).value!.toFixed(3)).toBe('0.430')
  })
  it('is 0.210 for the ten subjects and fourteen raters of the textbook table, with its shares of agreement', () => {
    const table = [[0, 0, 0, 0, 14], [0, 2, 6, 4, 2], [0, 0, 3, 5, 6], [0, 3, 9, 2, 0], [2, 2, 8, 1, 1], [7, 7, 0, 0, 0], [3, 2, 6, 3, 0], [2, 5, 3, 2, 2], [6, 5, 2, 1, 0], [0, 2, 2, 3, 7]]
    expect(fleissKappa(counted(table)).value!.toFixed(3)).toBe('0.210')
    expect(percentAgreement(counted(table)).value!.toFixed(3)).toBe('0.378')
    expect(table.map(counts => percentAgreement([{ counts, times: 1 }]).value!.toFixed(3))).toEqual(['1.000', '0.253', '0.308', '0.440', '0.330', '0.462', '0.242', '0.176', '0.286', '0.286'])
  })
  it('is what Randolph\'s calculator gives', () => {
    expect(fleissKappa(counted([[7, 1], [3, 5]])).value).toBeCloseTo(0.161905, 6)
    expect(fleissKappa(counted([[6, 1, 0], [0, 7, 0]])).value).toBeCloseTo(0.708333, 6)
  })
})

describe('Cohen\'s κ', () => {
  it('has SAS\'s asymptotic standard error', () => {
    // PROC FREQ, AGREE: 0.4842, ASE 0.1380 (limits by the normal distribution: 0.2137, 0.7547).
    const { value, standardError } = cohenKappa([[0, 4, 1], [0, 8, 0], [0, 1, 5]])
    expect(value!.toFixed(4)).toBe('0.4842')
    expect(standardError!.toFixed(4)).toBe('0.1380')
    expect((value! - 1.959964 * standardError!).toFixed(4)).toBe('0.2137')
    expect((value! + 1.959964 * standardError!).toFixed(4)).toBe('0.7547')
  })
  it('of the grant readers is 0.4, and of the two tables with the same agreement 0.1304 and 0.2593', () => {
    expect(cohenKappa([[20, 5], [10, 15]]).value).toBeCloseTo(0.4, 12)
    expect(cohenKappa([[45, 15], [25, 15]]).value!.toFixed(4)).toBe('0.1304')
    expect(cohenKappa([[25, 35], [5, 35]]).value!.toFixed(4)).toBe('0.2593')
  })
})

describe('the paradox of κ (Feinstein and Cicchetti 1990)', () => {
  const balanced = [[40, 9], [6, 45]]
  const unbalanced = [[80, 10], [5, 5]]
  it('makes κ negative at 94 %: Gwet\'s table (2002, 2008)', () => {
    const table = [[118, 5], [2, 0]]
    expect(percentAgreement(fromTable(table)).value!.toFixed(3)).toBe('0.944')
    expect(cohenKappa(table).value!.toFixed(4)).toBe('-0.0234')
    expect(fleissKappa(fromTable(table)).value!.toFixed(4)).toBe('-0.0288')
    expect(gwetAC1(fromTable(table)).value!.toFixed(4)).toBe('0.9408')
  })
  it('halves κ at the same agreement of 85 %; AC1 stays', () => {
    expect([balanced, unbalanced].map(table => percentAgreement(fromTable(table)).value!.toFixed(2))).toEqual(['0.85', '0.85'])
    expect(cohenKappa(balanced).value!.toFixed(4)).toBe('0.6995')
    expect(cohenKappa(unbalanced).value!.toFixed(4)).toBe('0.3182')
    // By hand: π = (0.475, 0.525) and (0.875, 0.125), p_e = 2 π (1 − π) = 0.49875 and 0.21875 (Gwet 2008, equation 4).
    expect(gwetAC1(fromTable(balanced)).value).toBeCloseTo((0.85 - 0.49875) / (1 - 0.49875), 12)
    expect(gwetAC1(fromTable(unbalanced)).value).toBeCloseTo((0.85 - 0.21875) / (1 - 0.21875), 12)
  })
})
