// How far does a mean move when some of its records leave or change? Paired, for the two means share most of their records.
import { createRandom } from '../base/random.ts'
import type { Random } from '../base/random.ts'
import { drawBinomial } from './binomial.ts'
import { quantile, wilson } from './bootstrap.ts'
import { tally } from './tally.ts'

export interface MovedMean {
  /** Undefined: no record has a value. */
  readonly before?: number
  readonly after?: number
  readonly nBefore: number
  readonly n: number
  /** after − before with its 95 % interval; undefined where one of them is. */
  readonly change?: { readonly mean: number, readonly low: number, readonly high: number }
}

export interface MovedOptions {
  readonly unit: 'share' | 'nats'
  readonly seed?: number
  readonly resamples?: number
}

type Values = readonly (number | null)[]

/**
 * Means of `before` and of `after` over the records that have a value there, and their difference. Its interval is a percentile bootstrap
 * (Efron 1979; 2,000 resamples by default) that draws records, each with both of its values: which probes leave is part of what is drawn. Where
 * all shares are 0 or all are 1 a bootstrap sees no spread; there the difference k/n · (kept − left) of n records of which k left is as wide
 * as Wilson's intervals of the two shares allow. Where others are all equal, low = mean = high.
 *
 * @param before values record by record; null = not measured, or does not count. `after`: the same records in the same order.
 */
export function movedMean(before: Values, after: Values, { unit, seed = 0, resamples = 2000 }: MovedOptions): MovedMean {
  const groups = groupsOf(before, after)
  const [b, a] = [groups.reduce(total('before'), zero), groups.reduce(total('after'), zero)]
  const found = { ...(b.n > 0 ? { before: b.sum / b.n } : {}), ...(a.n > 0 ? { after: a.sum / a.n } : {}), nBefore: b.n, n: a.n }
  if (b.n === 0 || a.n === 0)
    return found
  const mean = a.sum / a.n - b.sum / b.n
  const edge = unit === 'share' ? alike(groups) : undefined
  if (edge !== undefined)
    return { ...found, change: { mean, ...openEnds(edge, a.n, b.n) } }
  const changes = resampled(groups, createRandom(seed).fork(`moved mean ${b.n} ${a.n}`), resamples)
  return { ...found, change: { mean, low: quantile(changes, 0.025), high: quantile(changes, 0.975) } }
}

/** Records with a value on the same sides: they are drawn together. `same`: both, and equal. */
interface Group { readonly side: 'same' | 'left' | 'came' | 'moved', readonly before: Float64Array, readonly after: Float64Array }

const zero = { sum: 0, n: 0 }

const total = (which: 'before' | 'after') => ({ sum, n }: typeof zero, group: Group): typeof zero =>
  ({ sum: sum + group[which].reduce((all, value) => all + value, 0), n: n + group[which].length })

function groupsOf(before: Values, after: Values): Group[] {
  const values: Record<Group['side'], { readonly before: number[], readonly after: number[] }> = { same: { before: [], after: [] }, left: { before: [], after: [] }, came: { before: [], after: [] }, moved: { before: [], after: [] } }
  before.forEach((b, i) => {
    const a = after[i] ?? null
    if (b === null && a === null)
      return
    const group = values[a === null ? 'left' : b === null ? 'came' : a === b ? 'same' : 'moved']
    if (b !== null)
      group.before.push(b)
    if (a !== null)
      group.after.push(a)
  })
  return (['same', 'left', 'came', 'moved'] as const)
    .map((side): Group => ({ side, before: Float64Array.from(values[side].before), after: Float64Array.from(values[side].after) }))
    .filter(({ before, after }) => before.length + after.length > 0)
}

/** 0 or 1 where every value is that. */
function alike(groups: readonly Group[]): 0 | 1 | undefined {
  return ([0, 1] as const).find(edge => groups.every(({ before, after }) => before.every(value => value === edge) && after.every(value => value === edge)))
}

/** `n` records count of `all`; every value is `edge`. */
function openEnds(edge: 0 | 1, n: number, all: number): { readonly low: number, readonly high: number } {
  const left = Math.max(0, all - n)
  const doubt = (count: number): number => count === 0 ? 0 : wilson(0, count).high
  const [kept, gone] = [doubt(n), doubt(left)].map(share => share * left / all) as [number, number]
  return edge === 1 ? { low: 0 - kept, high: gone } : { low: 0 - gone, high: kept }
}

/** Sums of k values drawn from a group, before and after. */
type Draw = (k: number) => readonly [before: number, after: number]

/** From here on sums of draws are drawn as a whole: of few distinct values by how often each occurs, of many by the normal law they follow. */
const drawnUpTo = 1000
const mostDistinct = 24

function resampled(groups: readonly Group[], random: Random, resamples: number): Float64Array {
  const uniform = random.fork('groups').next
  const draws = groups.map(group => drawOf(group, random.fork(group.side)))
  const sizes = groups.map(sizeOf)
  const all = sizes.reduce((sum, size) => sum + size, 0)
  const changes: number[] = []
  for (let i = 0; i < resamples; i++) {
    let [drawsLeft, recordsLeft] = [all, all]
    let [sumBefore, nBefore, sumAfter, nAfter] = [0, 0, 0, 0]
    groups.forEach(({ side }, g) => {
      const k = g === groups.length - 1 ? drawsLeft : drawBinomial(drawsLeft, sizes[g]! / recordsLeft, uniform)
      const [b, a] = draws[g]!(k)
      drawsLeft -= k
      recordsLeft -= sizes[g]!
      sumBefore += b
      sumAfter += a
      nBefore += side === 'came' ? 0 : k
      nAfter += side === 'left' ? 0 : k
    })
    // A resample without a record that counts has no mean.
    if (nBefore > 0 && nAfter > 0)
      changes.push(sumAfter / nAfter - sumBefore / nBefore)
  }
  return Float64Array.from(changes).sort()
}

const sizeOf = ({ before, after }: Group): number => Math.max(before.length, after.length)

function drawOf(group: Group, random: Random): Draw {
  const { side, before, after } = group
  if (side === 'moved')
    return (k) => {
      let [b, a] = [0, 0]
      for (let i = 0; i < k; i++) {
        const at = random.below(before.length)
        b += before[at]!
        a += after[at]!
      }
      return [b, a]
    }
  const sum = sumOf(side === 'came' ? after : before, random)
  return (k) => {
    const drawn = sum(k)
    return [side === 'came' ? 0 : drawn, side === 'left' ? 0 : drawn]
  }
}

/** The sum of k values drawn with replacement. */
function sumOf(values: Float64Array, random: Random): (k: number) => number {
  const { values: distinct, counts } = tally(Float64Array.from(values).sort())
  const n = values.length
  if (distinct.length <= mostDistinct)
    return (k) => {
      let [drawsLeft, left, sum] = [k, n, 0]
      for (let i = 0; i < distinct.length - 1 && drawsLeft > 0; i++) {
        const drawn = drawBinomial(drawsLeft, counts[i]! / left, random.next)
        sum += drawn * distinct[i]!
        drawsLeft -= drawn
        left -= counts[i]!
      }
      return sum + drawsLeft * distinct.at(-1)!
    }
  const mean = values.reduce((sum, value) => sum + value, 0) / n
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / n)
  return (k) => {
    // Its skewness is that of the values over √k; the quantiles of the difference do not show it.
    if (k > drawnUpTo)
      return k * mean + Math.sqrt(k) * deviation * random.normal()
    let sum = 0
    for (let i = 0; i < k; i++)
      sum += values[random.below(n)]!
    return sum
  }
}
