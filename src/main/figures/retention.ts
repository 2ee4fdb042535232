// What figures of sequential runs are made from: scores of edit i after t edits.
import { metrics } from '../metrics/index.ts'
import type { Variant } from '../metrics/metric.ts'
import { estimate } from '../statistics/bootstrap.ts'
import type { Interval } from '../statistics/bootstrap.ts'
import type { FigureRow } from './rows.ts'

export interface Kept { readonly time: number, readonly edit: number, readonly record: string, readonly value: number }

/** The row's cells that have the reading, by time, then edit. */
export function keptOf({ run }: FigureRow, metric: string, variant: string): Kept[] {
  return (run?.retention ?? [])
    .flatMap(({ time, edit, record, scores }) => {
      const value = scores[metric]?.[variant]
      return value === undefined ? [] : [{ time, edit, record, value }]
    })
    .sort((a, b) => a.time - b.time || a.edit - b.edit)
}

/** The metric and its reading; a variant that it lacks gives its primary one, and a sentence about it. */
export function readingOf(id: string, variant: string): { readonly label: string, readonly variant: Variant, readonly notes: readonly string[] } {
  const metric = metrics.get(id)
  const found = metric.variants.find(one => one.id === variant)
  const primary = metric.variants[0]!
  return { label: metric.label, variant: found ?? primary, notes: found ? [] : [`${metric.label} has no reading '${variant}'; '${primary.id}' is shown.`] }
}

export interface AgeBin {
  /** Edits made since, ends included. */
  readonly from: number
  readonly to: number
  readonly estimate: Interval
  readonly records: readonly string[]
}

/**
 * Mean score by age (edits made since; 0 = scored when it was new), over edits. Up to `most` ages stand alone, more are put into bins of
 * equal width, where an edit counts once with its mean. The interval is over edits.
 */
export function byAge(kept: readonly Kept[], { most = 40, seed = 0, unit = 'share' }: { readonly most?: number, readonly seed?: number, readonly unit?: Variant['unit'] } = {}): AgeBin[] {
  const ageOf = ({ time, edit }: Kept): number => time - edit - 1
  const oldest = kept.reduce((age, cell) => Math.max(age, ageOf(cell)), 0)
  const width = Math.ceil((oldest + 1) / most)
  const bins = new Map<number, Map<number, Kept[]>>()
  for (const cell of kept) {
    const bin = Math.floor(ageOf(cell) / width)
    const edits = bins.get(bin) ?? new Map<number, Kept[]>()
    bins.set(bin, edits.set(cell.edit, [...(edits.get(cell.edit) ?? []), cell]))
  }
  return [...bins].sort(([a], [b]) => a - b).flatMap(([bin, edits]) => {
    const means = [...edits.values()].map(cells => cells.reduce((sum, { value }) => sum + value, 0) / cells.length)
    const found = estimate(means, { seed, unit })
    return found ? [{ from: bin * width, to: Math.min(oldest, (bin + 1) * width - 1), estimate: found, records: [...new Set([...edits.values()].map(cells => cells[0]!.record))] }] : []
  })
}
