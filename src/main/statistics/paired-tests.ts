// Did two runs differ on the same records? A permutation test on paired differences, and Holm's correction for several of them.
import { createRandom } from '../base/random.ts'

export interface PairedTest {
  /** Two-sided p of "the two do not differ". */
  readonly p: number
  readonly n: number
}

/**
 * Sign-flip permutation test of a mean difference of zero (Fisher 1935): under it, every record's difference might as well have the other sign.
 * All 2ⁿ sign patterns are counted for n ≤ 16, otherwise `resamples` random ones, where p = (1 + as extreme) / (1 + resamples) (Phipson and
 * Smyth 2010), so it is never 0. No differences: undefined.
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
  const random = createRandom(seed).fork(`permutation ${n}`)
  let extreme = 0
  for (let i = 0; i < resamples; i++) {
    let sum = 0
    // 32 signs a draw.
    let bits = 0
    for (let j = 0; j < moving.length; j++) {
      if (j % 32 === 0)
        bits = random.below(2 ** 32)
      sum += (bits >>> (j % 32)) & 1 ? moving[j]! : -moving[j]!
    }
    extreme += Math.abs(sum) >= limit ? 1 : 0
  }
  return { p: (1 + extreme) / (1 + resamples), n }
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
