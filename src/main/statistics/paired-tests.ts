// Did two runs differ on the same records? McNemar's test on right and wrong, a permutation test on means, and Holm's correction for several.
import { createRandom } from '../base/random.ts'
import { drawBinomial, halfMass, halfTail } from './binomial.ts'
import type { Uniform } from './binomial.ts'
import { tally } from './tally.ts'
import type { Tally } from './tally.ts'

export interface PairedTest {
  /** Two-sided p of "the two do not differ". */
  readonly p: number
  readonly n: number
}

/**
 * McNemar's test in its exact form (McNemar 1947): among the records on which only one of two is right, each is as likely to be the one, so the
 * two-sided p is twice the tail of Bin(n, ½), at most 1. `midP` counts the observed table half (Fagerland, Lydersen and Laake 2013): less
 * conservative, not exact. n = 0: p = 1.
 */
export function mcnemar(onlyA: number, onlyB: number): { readonly p: number, readonly midP: number } {
  const n = onlyA + onlyB
  const fewer = Math.min(onlyA, onlyB)
  if (n === 0)
    return { p: 1, midP: 1 }
  const tail = 2 * halfTail(n, fewer)
  return { p: Math.min(1, tail), midP: onlyA === onlyB ? 1 - halfMass(n, fewer) : tail - halfMass(n, fewer) }
}

/**
 * Sign-flip permutation test of a mean difference of zero (Fisher 1935): under it, every record's difference might as well have the other sign.
 * All 2ⁿ sign patterns are counted for n ≤ 16, and for any n where the differences are multiples of one step (shares of a few probes or
 * positions; Pagano and Tritchler 1983). Otherwise `resamples` random ones, where p = (1 + as extreme) / (1 + resamples) (Phipson and Smyth
 * 2010). Never 0. No differences: undefined.
 */
export function pairedPermutationTest(differences: readonly number[], { seed = 0, resamples = 10_000 }: { readonly seed?: number, readonly resamples?: number } = {}): PairedTest | undefined {
  const n = differences.length
  if (n === 0)
    return undefined
  // Records without a difference add nothing to either side.
  const moving = Float64Array.from(differences.filter(value => value !== 0))
  const observed = Math.abs(moving.reduce((sum, value) => sum + value, 0))
  const limit = observed - 1e-9 * Math.max(1, observed)
  if (moving.length <= 16)
    return { p: exactShare(moving, limit), n }
  const steps = stepsOf(moving)
  if (steps && moving.length * steps.reduce((sum, step) => sum + Math.abs(step), 0) <= mostCounted)
    return { p: stepShare(steps), n }
  const sizes = tally(moving.map(Math.abs).sort())
  const extreme = sizes.values.length < moving.length / 16
    ? countExtremeSizes(sizes, limit, createRandom(seed).fork(`counted permutation ${n}`).next, resamples)
    : countExtreme(signedSums(moving), limit, seed, n, resamples)
  return { p: (1 + extreme) / (1 + resamples), n }
}

/** The same for differences of few sizes: of the records of a size, a Bin(count, ½) share has the plus. */
function countExtremeSizes({ values, counts }: Tally, limit: number, uniform: Uniform, resamples: number): number {
  let extreme = 0
  for (let i = 0; i < resamples; i++) {
    let sum = 0
    for (let k = 0; k < values.length; k++)
      sum += values[k]! * (2 * drawBinomial(counts[k]!, 0.5, uniform) - counts[k]!)
    extreme += Math.abs(sum) >= limit ? 1 : 0
  }
  return extreme
}

/** How many random sign patterns sum to at least `limit` on either side. xorshift128 (Marsaglia 2003) written out in the loop: four blocks a draw. */
function countExtreme(blocks: Float64Array, limit: number, seed: number, n: number, resamples: number): number {
  const random = createRandom(seed).fork(`permutation ${n}`)
  let [x, y, z, w] = [random.below(2 ** 31) + 1, random.below(2 ** 31), random.below(2 ** 31), random.below(2 ** 31)]
  let extreme = 0
  for (let i = 0; i < resamples; i++) {
    let sum = 0
    let bits = 0
    for (let at = 0; at < blocks.length; at += 256) {
      if (at % 1024 === 0) {
        const t = x ^ (x << 11)
        x = y
        y = z
        z = w
        w = w ^ (w >>> 19) ^ t ^ (t >>> 8)
        bits = w
      }
      sum += blocks[at + (bits & 255)]!
      bits >>>= 8
    }
    extreme += Math.abs(sum) >= limit ? 1 : 0
  }
  return extreme
}

/** For every eight values the sums of their 256 sign patterns, one block after the other: a pattern of all is then n / 8 additions. */
function signedSums(values: Float64Array): Float64Array {
  const sums = new Float64Array(Math.ceil(values.length / 8) * 256)
  for (let block = 0; block < sums.length / 256; block++) {
    for (let pattern = 0; pattern < 256; pattern++) {
      let sum = 0
      for (let j = 0; j < 8; j++) {
        const value = values[block * 8 + j] ?? 0
        sum += (pattern >>> j) & 1 ? value : -value
      }
      sums[block * 256 + pattern] = sum
    }
  }
  return sums
}

/** Additions that exact counting may take: some 30 ms. */
const mostCounted = 3e7

/** The values in whole steps of 1/1 to 1/60, the longest that fits them all; undefined if none does. */
function stepsOf(values: Float64Array): number[] | undefined {
  for (let parts = 1; parts <= 60; parts++) {
    if (values.every(value => Math.abs(value * parts - Math.round(value * parts)) < 1e-9 * parts))
      return Array.from(values, value => Math.round(value * parts))
  }
  return undefined
}

/** The same as `exactShare` for whole numbers, however many: the distribution of what the pluses add up to, one record after the other. */
function stepShare(steps: readonly number[]): number {
  const sizes = steps.map(Math.abs)
  const total = sizes.reduce((sum, size) => sum + size, 0)
  const observed = Math.abs(steps.reduce((sum, step) => sum + step, 0))
  const mass = new Float64Array(total + 1)
  mass[0] = 1
  let reached = 0
  for (const size of sizes) {
    reached += size
    for (let sum = reached; sum >= 0; sum--)
      mass[sum] = (mass[sum]! + (sum >= size ? mass[sum - size]! : 0)) / 2
  }
  // Pluses of `sum` leave minuses of total − sum.
  let share = 0
  for (let sum = 0; sum <= total; sum++)
    share += Math.abs(2 * sum - total) >= observed ? mass[sum]! : 0
  return Math.min(1, Math.max(share, Number.MIN_VALUE))
}

function exactShare(values: Float64Array, limit: number): number {
  const patterns = 2 ** values.length
  let extreme = 0
  for (let pattern = 0; pattern < patterns; pattern++) {
    let sum = 0
    for (let j = 0; j < values.length; j++)
      sum += (pattern >>> j) & 1 ? values[j]! : -values[j]!
    extreme += Math.abs(sum) >= limit ? 1 : 0
  }
  return extreme / patterns
}

/** Holm's step-down correction (Holm 1979): p values in, adjusted ones out, in the same order. */
export function holm(ps: readonly number[]): number[] {
  const order = ps.map((p, i) => ({ p, i })).sort((a, b) => a.p - b.p)
  const adjusted = new Array<number>(ps.length)
  let largest = 0
  order.forEach(({ p, i }, rank) => {
    largest = Math.max(largest, Math.min(1, p * (ps.length - rank)))
    adjusted[i] = largest
  })
  return adjusted
}
