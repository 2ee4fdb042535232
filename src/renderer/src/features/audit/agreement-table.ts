// Agreement as a table: what belongs together, in which order, and how numbers are written.
import type { Agreement, AgreementRow, Coefficient } from '@contract/agreement.ts'
import { partInfo } from '../../lib/probes.ts'

export type CoefficientId = Coefficient['id']

/** One plain line each. */
export const explanations: Readonly<Record<CoefficientId, string>> = {
  percent: 'How often annotators say the same. Easy to read, but it is high by chance alone where nearly everything is kept.',
  cohen: 'Agreement of two annotators beyond what chance would give them, with their own habits as chance. 1 = always, 0 = as by chance.',
  fleiss: 'The same for any number of annotators, with the habits of all together as chance. 1 = always, 0 = as by chance.',
  krippendorff: 'The same, made for probes that not everybody judged and for few of them. From 0.8 on, decisions are usually relied upon; below 0.667 they are not.',
  gwet: 'Agreement beyond chance that stays steady where one decision is rare, as rejections often are: κ and α fall there although people agree.',
}

export interface AgreementGroup {
  /** Undefined: all kinds together. */
  readonly kind: AgreementRow['kind']
  readonly label: string
  /** Everybody together first, then pairs. */
  readonly rows: readonly AgreementRow[]
}

/** Rows by probe kind, all kinds first. */
export function groupsOf(rows: readonly AgreementRow[]): AgreementGroup[] {
  // An array's own sort would put what is undefined last.
  const found = [...new Set(rows.map(row => row.kind))]
  const kinds = [...found.filter(kind => kind === undefined), ...found.filter(kind => kind !== undefined)]
  return kinds.map(kind => ({
    kind,
    label: kind === undefined ? 'All kinds' : partInfo(kind).label,
    rows: rows.filter(row => row.kind === kind).sort((a, b) => Number(a.annotators.length === 2) - Number(b.annotators.length === 2)),
  }))
}

/** Ann and Ben; all 3 together. */
export function peopleText(annotators: readonly string[]): string {
  return annotators.length === 2 ? annotators.join(' and ') : `All ${annotators.length} together`
}

/** Shares in percent with one decimal, coefficients with three; a dash where there is none. */
export function valueText(id: CoefficientId, value: number | null): string {
  if (value === null)
    return '–'
  return (id === 'percent' ? `${(value * 100).toFixed(1)} %` : value.toFixed(3)).replace('-', '−')
}

/** 0.412 to 0.871; empty without an interval. */
export function rangeText({ id, low, high }: Coefficient): string {
  if (low === null || high === null)
    return ''
  const plain = (value: number): string => valueText(id, value).replace(' %', '')
  return `${plain(low)} to ${plain(high)}`
}

export interface Whisker { readonly low: number, readonly high: number, readonly at: number }

/** Where an interval lies on the axis of the chart, 0…1; undefined where there is nothing to draw. */
export function whiskerOf(coefficient: Coefficient | undefined, from: number): Whisker | undefined {
  if (!coefficient || coefficient.value === null)
    return undefined
  const place = (value: number): number => Math.min(1, Math.max(0, (value - from) / (1 - from)))
  return { low: place(coefficient.low ?? coefficient.value), high: place(coefficient.high ?? coefficient.value), at: place(coefficient.value) }
}

/** Left end of the chart's axis: 0, or −0.5 or −1 where an interval goes below. The right end is 1. */
export function axisFrom(rows: readonly AgreementRow[], id: CoefficientId): number {
  const lows = rows.flatMap(row => row.coefficients.filter(one => one.id === id).flatMap(one => one.low ?? one.value ?? []))
  const least = Math.min(0, ...lows)
  return least >= 0 ? 0 : least >= -0.5 ? -0.5 : -1
}

const quoted = (text: string): string => /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text

/** The table for a spreadsheet, with every digit. */
export function csvOf({ by, rows }: Agreement): string {
  const lines = groupsOf(rows).flatMap(({ label, rows: own }) => own.flatMap(({ annotators, n, coefficients }) =>
    coefficients.map(({ label: name, value, low, high }) => [by, label, annotators.join(' + '), String(n), name, ...[value, low, high].map(number => number === null ? '' : String(number))])))
  return [['by', 'kind', 'annotators', 'n', 'coefficient', 'value', 'low', 'high'], ...lines].map(cells => cells.map(quoted).join(',')).join('\n').concat('\n')
}
