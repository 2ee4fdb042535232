// How far several people agree on categories: percent, Fleiss' κ, Krippendorff's α and Gwet's AC1 for any number of raters and missing
// ratings; Cohen's κ for two. Variances are Gwet's (2008; Handbook of Inter-Rater Reliability, 4th edition, 2014), Cohen's is that of Fleiss,
// Cohen and Everitt (1969): what the R package irrCAC computes, so that numbers can be compared.
import { wilson } from './bootstrap.ts'
import { studentT975 } from './student-t.ts'

/** Units with the same answers: how many raters chose each category, and how many such units there are. */
export interface Unit { readonly counts: readonly number[], readonly times: number }

export interface Estimated {
  /** null where it is not defined; `note` says why. */
  readonly value: number | null
  readonly standardError: number | null
  /** 95 %: value ± t(n − 1) · standard error, within the coefficient's range; null where it cannot be known; `note` says why. */
  readonly low: number | null
  readonly high: number | null
  readonly note?: string
}

/** Chance agreement that cannot be told from 1. */
const certain = 1 - 1e-12

const undefinedFor = (note: string): Estimated => ({ value: null, standardError: null, low: null, high: null, note })
export const nothingTwice = 'nothing was judged by two'
export const noSpread = 'the probes do not differ in agreement, or there is only one'
export const oneSided = 'one of the two always chose the same category, which makes it 0 whatever the other says'
export const oneCategory = 'everybody always chose the same category, so that chance alone explains the agreement'

const sumOf = <T>(items: readonly T[], value: (item: T) => number): number => items.reduce((sum, item) => sum + value(item), 0)
const ratersOf = ({ counts }: Unit): number => sumOf(counts, count => count)

/** Share of the unit's pairs of ratings that agree: Σ n_k (n_k − 1) / r (r − 1); 0 for a single rating. */
function agreementOf(unit: Unit): number {
  const raters = ratersOf(unit)
  return raters < 2 ? 0 : sumOf(unit.counts, count => count * (count - 1)) / (raters * (raters - 1))
}

/**
 * value ± t · standard error. Where all agree (or none does) that error is 0, and the interval would claim certainty after one unit: there
 * Wilson's interval of the share is carried over with the chance agreement as it is, as for shares everywhere in the workbench. Where the error
 * is 0 for another reason, there is no interval.
 */
function estimated(value: number, standardError: number | null, n: number, { agreed, chance, least = -1, flat = noSpread }: { readonly agreed: number, readonly chance: number, readonly least?: number, readonly flat?: string }): Estimated {
  // Units with a single rating can take a value below −1.
  const within = (x: number): number => Math.min(1, Math.max(Math.min(least, value), x))
  const error = standardError !== null && standardError < 1e-9 ? 0 : standardError
  if (error !== null && error > 0) {
    const half = studentT975(n - 1) * error
    return { value, standardError: error, low: within(value - half), high: within(value + half) }
  }
  const extreme = agreed > certain ? 1 : agreed < 1 - certain ? 0 : undefined
  if (extreme === undefined)
    return { value, standardError: error, low: null, high: null, note: flat }
  const { low, high } = wilson(extreme, n)
  return { value, standardError: error, low: within((low - chance) / (1 - chance)), high: within((high - chance) / (1 - chance)) }
}

/** How likely two raters agree by chance, and each unit's part in that, from the shares π of the categories. */
type Chance = (shares: readonly number[]) => { readonly expected: number, readonly partOf: (unit: Unit) => number }

/**
 * Gwet's general form. Over n units with r ≥ 1 ratings, n₂ of them with r ≥ 2:
 *   p_a = Σ a_i / n₂,  π_k = Σ n_ik/r_i / n,  κ = (p_a − p_e) / (1 − p_e),
 *   κ_i = n/n₂ · (a_i − p_e · [r_i ≥ 2]) / (1 − p_e) − 2 (1 − κ) (e_i − p_e) / (1 − p_e),  Var κ = Σ (κ_i − κ)² / n (n − 1).
 * Units with a single rating count for the shares, and make the interval wider than it need be (their number enters as if it were
 * unknown): who has many of them leaves them out.
 */
function chanceCorrected(all: readonly Unit[], chanceOf: Chance, least?: number): Estimated {
  const units = all.filter(unit => unit.times > 0 && ratersOf(unit) > 0)
  const n = sumOf(units, unit => unit.times)
  const pairs = sumOf(units, unit => ratersOf(unit) >= 2 ? unit.times : 0)
  if (pairs === 0)
    return undefinedFor(nothingTwice)
  const agreed = sumOf(units, unit => unit.times * agreementOf(unit)) / pairs
  const shares = (units[0]?.counts ?? []).map((_, k) => sumOf(units, unit => unit.times * unit.counts[k]! / ratersOf(unit)) / n)
  const { expected, partOf } = chanceOf(shares)
  if (expected >= certain)
    return undefinedFor(oneCategory)
  const value = (agreed - expected) / (1 - expected)
  const squares = sumOf(units, (unit) => {
    const own = n / pairs * (agreementOf(unit) - (ratersOf(unit) >= 2 ? expected : 0)) / (1 - expected)
    return unit.times * (own - 2 * (1 - value) * (partOf(unit) - expected) / (1 - expected) - value) ** 2
  })
  return estimated(value, n < 2 ? null : Math.sqrt(squares / (n * (n - 1))), n, { agreed, chance: expected, ...(least === undefined ? {} : { least }) })
}

/** Share of pairs of ratings of the same unit that agree, 0…1; every unit counts alike. */
export const percentAgreement = (units: readonly Unit[]): Estimated => chanceCorrected(units, () => ({ expected: 0, partOf: () => 0 }), 0)

/** Fleiss (1971): p_e = Σ π_k². */
export const fleissKappa = (units: readonly Unit[]): Estimated => chanceCorrected(units, shares => ({
  expected: sumOf(shares, share => share * share),
  partOf: unit => unit.counts.reduce((sum, count, k) => sum + count * shares[k]!, 0) / ratersOf(unit),
}))

/**
 * Gwet (2008): p_e = Σ π_k (1 − π_k) / (q − 1), which stays small where nearly everything is in one category. q counts the categories that
 * could be chosen, used or not (irrCAC's `categ.labels`), so that the coefficient of one question does not depend on which answers came.
 */
export const gwetAC1 = (units: readonly Unit[]): Estimated => chanceCorrected(units, (shares) => {
  const others = shares.length - 1
  return {
    expected: others < 1 ? 1 : sumOf(shares, share => share * (1 - share)) / others,
    partOf: unit => unit.counts.reduce((sum, count, k) => sum + count * (1 - shares[k]!), 0) / ratersOf(unit) / others,
  }
})

/**
 * Krippendorff's α for nominal data (1970; Computing Krippendorff's Alpha-Reliability, 2011), in Gwet's form: over the n units with two ratings
 * or more, r̄ of them on average and ε = 1/(n r̄),
 *   p′ = Σ_i Σ_k n_ik (n_ik − 1) / r̄ (r_i − 1) / n,  p_a = (1 − ε) p′ + ε,  π_k = Σ n_ik / n r̄,  p_e = Σ π_k²,  α = (p_a − p_e) / (1 − p_e).
 */
export function krippendorffAlpha(all: readonly Unit[]): Estimated {
  const units = all.filter(unit => unit.times > 0 && ratersOf(unit) >= 2)
  const n = sumOf(units, unit => unit.times)
  if (n === 0)
    return undefinedFor(nothingTwice)
  const ratings = sumOf(units, unit => unit.times * ratersOf(unit))
  const mean = ratings / n
  const agreementIn = (unit: Unit): number => agreementOf(unit) * ratersOf(unit) / mean
  const observed = sumOf(units, unit => unit.times * agreementIn(unit)) / n
  const agreed = (1 - 1 / ratings) * observed + 1 / ratings
  const shares = (units[0]?.counts ?? []).map((_, k) => sumOf(units, unit => unit.times * unit.counts[k]!) / ratings)
  const expected = sumOf(shares, share => share * share)
  if (expected >= certain)
    return undefinedFor(oneCategory)
  const value = (agreed - expected) / (1 - expected)
  const uncorrected = (observed - expected) / (1 - expected)
  const squares = sumOf(units, (unit) => {
    const more = (ratersOf(unit) - mean) / mean
    const own = (agreementIn(unit) - agreed * more - expected) / (1 - expected)
    const part = unit.counts.reduce((sum, count, k) => sum + count * shares[k]!, 0) / mean - expected * more
    return unit.times * (own - 2 * (1 - uncorrected) * (part - expected) / (1 - expected) - uncorrected) ** 2
  })
  return estimated(value, n < 2 ? null : Math.sqrt(squares / (n * (n - 1))), n, { agreed: observed, chance: expected })
}

/**
 * Cohen's κ (1960) of two raters: rows are the categories of the first, columns of the second. Its large-sample variance is that of Fleiss,
 * Cohen and Everitt (1969), which SAS and irrCAC's two-rater form give, too; Gwet's general form is for raters that share their category
 * shares, which Cohen's do not. Var κ = [Σ p_kl (δ_kl − (1 − κ)(p_·k + p_l·))² − (p_a − 2 (1 − κ) p_e)²] / n (1 − p_e)².
 */
export function cohenKappa(table: readonly (readonly number[])[]): Estimated {
  const n = sumOf(table, row => sumOf(row, count => count))
  if (n === 0)
    return undefinedFor(nothingTwice)
  const rows = table.map(row => sumOf(row, count => count) / n)
  const columns = table.map((_, l) => sumOf(table, row => row[l]!) / n)
  const agreed = sumOf(table.map((row, k) => row[k]!), count => count) / n
  const expected = rows.reduce((sum, share, k) => sum + share * columns[k]!, 0)
  if (expected >= certain)
    return undefinedFor(oneCategory)
  const value = (agreed - expected) / (1 - expected)
  let squares = 0
  table.forEach((row, k) => row.forEach((count, l) => {
    squares += count / n * ((k === l ? 1 : 0) - (1 - value) * (columns[k]! + rows[l]!)) ** 2
  }))
  const variance = Math.max(0, squares - (agreed - 2 * (1 - value) * expected) ** 2) / (n * (1 - expected) ** 2)
  return estimated(value, n < 2 ? null : Math.sqrt(variance), n, { agreed, chance: expected, flat: n > 1 && [rows, columns].some(shares => shares.includes(1)) ? oneSided : noSpread })
}
