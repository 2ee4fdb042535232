// Results of a run under one metric, worst first, loaded in slices of the metric's range rather than all at once.
import type { RecordResult } from '@contract/runs.ts'

export interface ResultRange { readonly min?: number, readonly max?: number }
export type FetchResults = (range: ResultRange, offset: number, limit: number) => Promise<{ total: number, results: readonly RecordResult[] }>

const pageSize = 200

/** Ranges from worst to best. Shares lie in 0…1; a metric where less is better (KL) has no upper end. */
export function rangesOf(higherIsBetter: boolean): ResultRange[] {
  return higherIsBetter
    ? [{ max: 0 }, { min: 0, max: 0.5 }, { min: 0.5, max: 0.999999 }, { min: 0.999999 }]
    : [{ min: 1 }, { min: 0.1, max: 1 }, { min: 0.01, max: 0.1 }, { max: 0.01 }]
}

/** What two ranges have in common, or undefined if that is nothing. */
function overlap(a: ResultRange, b: ResultRange): ResultRange | undefined {
  const min = Math.max(a.min ?? -Infinity, b.min ?? -Infinity)
  const max = Math.min(a.max ?? Infinity, b.max ?? Infinity)
  return min > max ? undefined : { ...(Number.isFinite(min) ? { min } : {}), ...(Number.isFinite(max) ? { max } : {}) }
}

/** Yields one slice after the other; a result on the edge of two slices comes once. `within`: only this part of the metric's range. */
export async function* worstFirst(fetch: FetchResults, valueOf: (result: RecordResult) => number | undefined, higherIsBetter: boolean, within: ResultRange = {}): AsyncGenerator<RecordResult[]> {
  const seen = new Set<string>()
  for (const range of rangesOf(higherIsBetter).flatMap(one => overlap(one, within) ?? [])) {
    const slice: RecordResult[] = []
    let total = 1
    for (let offset = 0; offset < total; offset += pageSize) {
      const page = await fetch(range, offset, pageSize)
      total = page.total
      slice.push(...page.results)
    }
    const fresh = slice.filter(result => !seen.has(result.record))
    fresh.forEach(result => seen.add(result.record))
    fresh.sort((a, b) => ((valueOf(a) ?? 0) - (valueOf(b) ?? 0)) * (higherIsBetter ? 1 : -1))
    if (fresh.length > 0)
      yield fresh
  }
}
