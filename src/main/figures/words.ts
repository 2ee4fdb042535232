// Numbers in figures as words: what a mark says when it is pointed at or read aloud, and what notes say about n.
import type { Variant } from '../metrics/metric.ts'
import type { FigureRow, Mark } from './rows.ts'

type Unit = Variant['unit']

/** 0.9344 → "93.4 %", 0.01234 nats → "0.0123 nats". */
export function valueText(value: number, unit: Unit): string {
  return unit === 'share' ? `${Number((value * 100).toFixed(1))} %` : `${Number(value.toPrecision(3))} nats`
}

/** "93.4 % [90.1, 95.8], n = 180" */
export function markText({ mean, low, high, n }: Mark, unit: Unit): string {
  const bare = (value: number): string => unit === 'share' ? (value * 100).toFixed(1) : String(Number(value.toPrecision(3)))
  const interval = low === undefined || high === undefined ? '' : ` [${bare(low)}, ${bare(high)}]`
  return `${valueText(mean, unit)}${interval}${n === undefined ? '' : `, n = ${n}`}`
}

/** In the numbers of an axis: percent for shares, to 4 decimals of it. */
export const axisValue = (value: number, unit: Unit): number => unit === 'share' ? Number((value * 100).toFixed(4)) : Number(value.toPrecision(6))

/** A mean states its n: one sentence where all have the same, else one a row. */
export function countNotes(rows: readonly FigureRow[], of: (row: FigureRow) => readonly { readonly label: string, readonly n: number | undefined }[]): string[] {
  const counted = rows.filter(({ run }) => run).map(row => ({ name: row.name, counts: of(row).filter(({ n }) => n !== undefined && n > 0) })).filter(({ counts }) => counts.length > 0)
  const all = new Set(counted.flatMap(({ counts }) => counts.map(({ n }) => n)))
  if (counted.length === 0)
    return []
  if (all.size === 1)
    return [`n = ${[...all][0]} records for every mean${counted.length > 1 ? ' of every row' : ''}; intervals are 95 % bootstrap intervals over records.`]
  return [
    'Intervals are 95 % bootstrap intervals over records.',
    ...counted.map(({ name, counts }) => new Set(counts.map(({ n }) => n)).size === 1
      ? `${name}: n = ${counts[0]!.n}.`
      : `${name}: ${counts.map(({ label, n }) => `${label} n = ${n}`).join(', ')}.`),
  ]
}

/** Where an axis of percents begins: a multiple of 20 under all marks, so that close ones are told apart. */
export function leastPercent(marks: readonly Mark[]): number {
  const low = marks.reduce((least, { mean, low = mean }) => Math.min(least, low), 1)
  return Math.max(0, Math.min(80, Math.floor((low * 100 - 1) / 20) * 20))
}

/** What was not measured here. */
export function reportedNotes(rows: readonly FigureRow[]): string[] {
  const names = rows.filter(({ run }) => !run).map(({ name }) => name)
  return names.length === 0 ? [] : [`Reported elsewhere, drawn hollow and without interval: ${names.join('; ')}.`]
}

/** "A n = 20; B n = 18", or "n = 20 for each of the 3 rows" where all say the same. */
export function eachText(rows: readonly { readonly name: string, readonly text: string }[]): string {
  if (rows.length > 2 && new Set(rows.map(({ text }) => text)).size === 1)
    return `${rows[0]!.text} for each of the ${rows.length} rows`
  return rows.map(({ name, text }) => `${name} ${text}`).join('; ')
}

/** "Left out, because they have no losses: A, B." */
export function leftOut(because: string, names: readonly string[]): string[] {
  return names.length === 0 ? [] : [`Left out, because ${because}: ${names.join('; ')}.`]
}
