// The mean of some values and its 95 % interval, the same on every machine for the same seed.
import { createRandom } from '../base/random.ts'
import { drawBinomial } from './binomial.ts'
import { tally } from './tally.ts'

export interface Interval {
  readonly mean: number
  readonly low: number
  readonly high: number
  readonly n: number
}

export interface EstimateOptions {
  readonly seed?: number
  readonly resamples?: number
  /** Shares lie in 0…1: their interval stays open where every value is 0 or every value is 1. */
  readonly unit?: 'share' | 'nats'
  /** Values drawn one by one, as ever; more are drawn by how often each distinct one occurs, which has the same distribution. */
  readonly drawnUpTo?: number
}

/** Stored summaries of runs up to this size stay what they were. */
const drawnUpTo = 2000

const normal975 = 1.959963984540054

/**
 * Wilson's score interval of a share at 95 % (Wilson 1927): (p + z²/2n ± z √(p(1−p)/n + z²/4n²)) / (1 + z²/n).
 * n must be positive.
 */
export function wilson(p: number, n: number): { low: number, high: number } {
  const z2 = normal975 * normal975
  const centre = p + z2 / (2 * n)
  const half = normal975 * Math.sqrt(p * (1 - p) / n + z2 / (4 * n * n))
  const scale = 1 + z2 / n
  // Exactly 0 and 1 at the ends, where rounding would leave 1e-17.
  return { low: p === 0 ? 0 : (centre - half) / scale, high: p === 1 ? 1 : (centre + half) / scale }
}

/** Linear interpolation between order statistics (type 7, the default of R and NumPy). `sorted` must not be empty. */
export function quantile(sorted: ArrayLike<number>, p: number): number {
  const at = (sorted.length - 1) * p
  const below = Math.floor(at)
  const low = sorted[below]!
  const high = sorted[Math.min(below + 1, sorted.length - 1)]!
  return low + (high - low) * (at - below)
}

/**
 * Mean and percentile-bootstrap interval (Efron 1979; 2,000 resamples by default). The values' order does not matter.
 *
 * Where all values are equal a bootstrap sees no spread and its interval is one point. For shares of 0 or 1 that would claim
 * certainty after one record, so there Wilson's interval is given: 20 of 20 → [0.839, 1]. Other equal values keep low = mean = high;
 * n says how much that means. No values: undefined.
 */
export function estimate(values: readonly number[], options: EstimateOptions = {}): Interval | undefined {
  const n = values.length
  if (n === 0)
    return undefined
  const sorted = Float64Array.from(values).sort()
  const first = sorted[0]!
  if (first === sorted[n - 1]!) {
    const interval = (options.unit ?? 'share') === 'share' && (first === 0 || first === 1)
      ? wilson(first, n)
      : { low: first, high: first }
    return { mean: first, ...interval, n }
  }
  const mean = sorted.reduce((sum, value) => sum + value, 0) / n
  const { seed = 0, resamples = 2000 } = options
  const { values: distinct, counts } = n > (options.drawnUpTo ?? drawnUpTo) ? tally(sorted) : { values: sorted, counts: sorted }
  const means = distinct.length < n / 8 ? countedMeans(distinct, counts, n, seed, resamples) : resampledMeans(sorted, seed, resamples)
  return { mean, low: quantile(means, 0.025), high: quantile(means, 0.975), n }
}

/** xorshift128 (Marsaglia 2003) written out in the loop: a run of 2,000 records draws a hundred million numbers. */
function resampledMeans(values: Float64Array, seed: number, resamples: number): Float64Array {
  const n = values.length
  const random = createRandom(seed).fork(`bootstrap ${n}`)
  let [x, y, z, w] = [random.below(2 ** 31) + 1, random.below(2 ** 31), random.below(2 ** 31), random.below(2 ** 31)]
  const means = new Float64Array(resamples)
  for (let i = 0; i < resamples; i++) {
    let sum = 0
    for (let j = 0; j < n; j++) {
      const t = x ^ (x << 11)
      x = y
      y = z
      z = w
      w = w ^ (w >>> 19) ^ t ^ (t >>> 8)
      sum += values[Math.floor((w >>> 0) / 0x100000000 * n)]!
    }
    means[i] = sum / n
  }
  return means.sort()
}

/** The same without drawing every value: how often each distinct one is drawn is multinomial, one binomial after the other. */
function countedMeans(values: Float64Array, counts: Float64Array, n: number, seed: number, resamples: number): Float64Array {
  const uniform = createRandom(seed).fork(`counted bootstrap ${n}`).next
  const means = new Float64Array(resamples)
  const last = values.length - 1
  for (let i = 0; i < resamples; i++) {
    let drawsLeft = n
    let recordsLeft = n
    let sum = 0
    for (let k = 0; k < last && drawsLeft > 0; k++) {
      const drawn = drawBinomial(drawsLeft, counts[k]! / recordsLeft, uniform)
      sum += drawn * values[k]!
      drawsLeft -= drawn
      recordsLeft -= counts[k]!
    }
    means[i] = (sum + drawsLeft * values[last]!) / n
  }
  return means.sort()
}
