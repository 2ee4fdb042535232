// One run against another on the same records: the difference, its interval, a test that fits the values, and what could have been seen.
import { estimate, wilson } from './bootstrap.ts'
import { mcnemar, pairedPermutationTest } from './paired-tests.ts'
import { detectableMean, detectableShare } from './power.ts'

export interface PairedDifference {
  readonly mean: number
  readonly low: number
  readonly high: number
  readonly n: number
  readonly test: 'mcnemar' | 'permutation'
  /** Two-sided, of this test alone. */
  readonly p: number
  /** In the unit of the values. */
  readonly detectable: number
}

/**
 * Mean of a − b over records with both, with a 95 % percentile-bootstrap interval over records. McNemar's exact test where every value is 0 or 1,
 * otherwise the sign-flip permutation test of the mean. Where all shares differ alike (by 0, 1 or −1) a bootstrap sees no spread; there Tango's
 * score interval (Tango 1998) is given, which is ± z²/(n + z²) around no difference. No pairs: undefined.
 *
 * @param a values record by record; null = not measured. `b`: the same records in the same order.
 */
export function pairedDifference(a: readonly (number | null)[], b: readonly (number | null)[], { unit, seed = 0 }: { readonly unit: 'share' | 'nats', readonly seed?: number }): PairedDifference | undefined {
  const differences: number[] = []
  let isBinary = true
  a.forEach((value, i) => {
    const other = b[i] ?? null
    if (value === null || other === null)
      return
    isBinary &&= (value === 0 || value === 1) && (other === 0 || other === 1)
    differences.push(value - other)
  })
  const n = differences.length
  const found = estimate(differences, { seed, unit: 'nats', drawnUpTo: 0 })
  if (!found)
    return undefined
  const interval = unit === 'share' ? openEnds(found, n) : found
  if (isBinary) {
    const onlyA = differences.filter(value => value > 0).length
    const onlyB = differences.filter(value => value < 0).length
    return { ...interval, mean: found.mean, n, test: 'mcnemar', p: mcnemar(onlyA, onlyB).p, detectable: detectableShare(n, (onlyA + onlyB) / n) }
  }
  const deviation = deviationOf(differences, found.mean)
  return {
    ...interval,
    mean: found.mean,
    n,
    test: 'permutation',
    p: pairedPermutationTest(differences, { seed })!.p,
    // Without spread the formula would promise to see everything; shares that are all alike are as good as none that differ.
    detectable: deviation === 0 && unit === 'share' ? detectableShare(n, 0) : detectableMean(n, deviation),
  }
}

function openEnds({ low, high, mean }: { readonly low: number, readonly high: number, readonly mean: number }, n: number): { low: number, high: number } {
  if (low !== high || ![0, 1, -1].includes(mean))
    return { low, high }
  const edge = wilson(0, n).high
  return mean === 0 ? { low: -edge, high: edge } : mean === 1 ? { low: 1 - 2 * edge, high: 1 } : { low: -1, high: 2 * edge - 1 }
}

function deviationOf(values: readonly number[], mean: number): number {
  return values.length < 2 ? 0 : Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1))
}
