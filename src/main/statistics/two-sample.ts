// Are two separate groups alike? Fisher's exact test for yes and no, a permutation test for everything else.
import { createRandom } from '../base/random.ts'

/** ln n! for every n so far; sums of logarithms are exact to the last digits up to millions. */
let logs = Float64Array.of(0)

function logFactorial(n: number): number {
  if (n >= logs.length) {
    const wider = new Float64Array(Math.max(n + 1, logs.length * 2))
    wider.set(logs)
    for (let i = logs.length; i < wider.length; i++)
      wider[i] = wider[i - 1]! + Math.log(i)
    logs = wider
  }
  return logs[n]!
}

/** Outcomes whose chances differ by rounding alone are equally extreme (as R has it). */
const alike = 1e-7

/**
 * Fisher's exact test (Fisher 1935) of the table [[yes, no], [otherYes, otherNo]], two-sided: the chance of all tables with the same
 * margins that are no likelier than this one. 1 where a margin is empty.
 */
export function fisherExact(yes: number, no: number, otherYes: number, otherNo: number): number {
  const [group, others, allYes] = [yes + no, otherYes + otherNo, yes + otherYes]
  const n = group + others
  const low = Math.max(0, allYes - others)
  const high = Math.min(group, allYes)
  const constant = logFactorial(group) + logFactorial(others) + logFactorial(allYes) + logFactorial(n - allYes) - logFactorial(n)
  const chance = (k: number): number => constant - logFactorial(k) - logFactorial(group - k) - logFactorial(allYes - k) - logFactorial(others - allYes + k)
  const limit = chance(yes) + alike
  const mode = Math.min(high, Math.max(low, Math.floor((group + 1) * (allYes + 1) / (n + 2))))
  if (chance(mode) <= limit)
    return 1
  // Chances rise up to the mode and fall behind it, so each side has one place from where on outwards they are small enough.
  const below = mode - firstWhere(mode - low, step => chance(mode - step) <= limit)
  const above = mode + firstWhere(high - mode, step => chance(mode + step) <= limit)
  let p = 0
  for (const [from, step] of [[below, -1], [above, 1]] as const) {
    for (let k = from; k >= low && k <= high; k += step) {
      const term = Math.exp(chance(k))
      p += term
      if (term < p * 1e-17)
        break
    }
  }
  return Math.min(1, p)
}

/** Smallest step in 0…most from which on `holds` is true; most + 1 if it never is. */
function firstWhere(most: number, holds: (step: number) => boolean): number {
  let [low, high] = [0, most + 1]
  while (low < high) {
    const middle = (low + high) >> 1
    if (holds(middle))
      high = middle
    else
      low = middle + 1
  }
  return low
}

/** A group inside a whole: how many values it has, and their sum. */
export interface Group { readonly size: number, readonly sum: number }

/** Fewer random groupings than this being as extreme, their share is too coarse to tell 1 in 10,000 from 1 in a million. */
const enough = 10
const mostSteps = 30_000_000

/**
 * Permutation test of "this group is drawn at random from the whole" for many groups of the same values (Fisher 1935; Pitman 1937),
 * two-sided on the mean. Groups of one size share their distribution, and one shuffle gives a random group of every size, so the
 * same shuffles serve all. p = (1 + as extreme) / (1 + shuffles) (Phipson and Smyth 2010); below 10 as extreme ones the normal tail
 * with the exact mean and variance of the permutation distribution (Hoeffding 1951) is used where it is smaller.
 */
export function groupPermutationTest(values: readonly number[] | Float64Array, groups: readonly Group[], { seed = 0, resamples = 10_000 }: { readonly seed?: number, readonly resamples?: number } = {}): number[] {
  const n = values.length
  const centred = Float64Array.from(values)
  const mean = centred.reduce((sum, value) => sum + value, 0) / n
  centred.forEach((value, i) => {
    centred[i] = value - mean
  })
  const spread = n < 2 ? 0 : centred.reduce((sum, value) => sum + value * value, 0) / (n - 1)
  // The rest of a group is as far from the mean as the group: the smaller of both is shuffled.
  const sizes = groups.map(({ size }) => Math.min(size, n - size))
  const observed = groups.map(({ size, sum }) => Math.abs(sum - size * mean))
  const limits = observed.map(sum => sum - 1e-9 * Math.max(1, sum))
  const longest = Math.max(0, ...sizes)
  const shuffles = Math.max(999, Math.min(resamples, Math.floor(mostSteps / Math.max(1, longest + groups.length))))
  const random = createRandom(seed).fork(`two-sample ${n}`)
  const sums = new Float64Array(longest + 1)
  const extreme = new Uint32Array(groups.length)
  for (let i = 0; i < shuffles; i++) {
    for (let j = 0; j < longest; j++) {
      const other = j + random.below(n - j)
      const drawn = centred[other]!
      centred[other] = centred[j]!
      centred[j] = drawn
      sums[j + 1] = sums[j]! + drawn
    }
    for (let g = 0; g < groups.length; g++)
      extreme[g]! += Math.abs(sums[sizes[g]!]!) >= limits[g]! ? 1 : 0
  }
  return groups.map(({ size }, g) => {
    const counted = (1 + extreme[g]!) / (1 + shuffles)
    if (extreme[g]! >= enough || spread === 0)
      return counted
    const variance = spread * size * (n - size) / n
    return variance === 0 ? 1 : Math.min(counted, normalTails(observed[g]! / Math.sqrt(variance)))
  })
}

/** Permutation test of equal means of two groups, two-sided. An empty group: undefined. */
export function twoSamplePermutationTest(a: readonly number[], b: readonly number[], options: { readonly seed?: number, readonly resamples?: number } = {}): number | undefined {
  if (a.length === 0 || b.length === 0)
    return undefined
  return groupPermutationTest([...a, ...b], [{ size: a.length, sum: a.reduce((sum, value) => sum + value, 0) }], options)[0]
}

/** P(|Z| ≥ z) of a standard normal variable, by erfc's Chebyshev fit (Numerical Recipes 6.2; relative error below 1.2e-7 everywhere). */
export function normalTails(z: number): number {
  const x = Math.abs(z) / Math.SQRT2
  const t = 2 / (2 + x)
  const coefficients = [-1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587, -0.82215223, 0.17087277]
  return t * Math.exp(-x * x + coefficients.reduceRight((sum, coefficient) => sum * t + coefficient, 0))
}
