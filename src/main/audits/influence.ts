// How far a probe moves a metric: the mean of the runs' scores against the mean without the probe's record.
import type { ProbeKind } from '../../preload/contract/records.ts'
import type { ProbeList } from './probe-list.ts'

/** The columns of a run that are needed here. */
export interface ScoredRun {
  readonly records: readonly string[]
  /** metric → variant → one value a record; null where the record has no such probe. */
  readonly scores: Readonly<Record<string, Readonly<Record<string, readonly (number | null)[]>>>>
}

/** Which metric judges the probes of a kind. */
export type Judge = (kind: ProbeKind) => string | undefined

const firstItems = new WeakMap<readonly string[], { readonly probes: ProbeList, readonly from: Int32Array, readonly to: Int32Array }>()

/** Items [from, to) of every row, kept for the same columns. */
function itemsOfRows(probes: ProbeList, records: readonly string[]): { readonly from: Int32Array, readonly to: Int32Array } {
  const known = firstItems.get(records)
  if (known?.probes === probes)
    return known
  const from = new Int32Array(records.length)
  const to = new Int32Array(records.length)
  records.forEach((record, row) => {
    const items = probes.itemsOf(record)
    from[row] = items.from
    to[row] = items.to
  })
  const made = { probes, from, to }
  firstItems.set(records, made)
  return made
}

/**
 * Mean over the runs of |m − m₋ᵢ|, m the mean of the metric that judges the probe's kind and m₋ᵢ the mean without record i:
 * m₋ᵢ = (n·m − xᵢ)/(n − 1), so m₋ᵢ − m = (m − xᵢ)/(n − 1). Where a record has several probes of a kind its score is their mean, and each
 * is given its share. NaN: no run has scored it, or only this one record.
 */
export function influences(probes: ProbeList, runs: readonly ScoredRun[], judge: Judge, variant: string): Float64Array {
  const sums = new Float64Array(probes.count)
  const counts = new Uint16Array(probes.count)
  for (const { records, scores } of runs) {
    const { from, to } = itemsOfRows(probes, records)
    const columns = new Map<ProbeKind, { readonly values: readonly (number | null)[], readonly mean: number, readonly n: number } | undefined>()
    const columnOf = (kind: ProbeKind): { readonly values: readonly (number | null)[], readonly mean: number, readonly n: number } | undefined => {
      if (!columns.has(kind)) {
        const values = scores[judge(kind) ?? '']?.[variant]
        let [sum, n] = [0, 0]
        for (const value of values ?? []) {
          if (value !== null) {
            sum += value
            n++
          }
        }
        columns.set(kind, values && n > 1 ? { values, mean: sum / n, n } : undefined)
      }
      return columns.get(kind)
    }
    for (let row = 0; row < records.length; row++) {
      for (let item = from[row]!; item < to[row]!;) {
        const kind = probes.kindOf(item)
        let end = item + 1
        while (end < to[row]! && probes.kindOf(end) === kind)
          end++
        const column = columnOf(kind)
        const value = column?.values[row] ?? null
        if (column && value !== null) {
          const share = Math.abs((column.mean - value) / (column.n - 1)) / (end - item)
          for (let i = item; i < end; i++) {
            sums[i]! += share
            counts[i]!++
          }
        }
        item = end
      }
    }
  }
  return sums.map((sum, item) => sum / counts[item]!)
}
