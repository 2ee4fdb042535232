// How a table is laid out on screen: which columns lead, which say the same everywhere, how rows are sorted and cells are written.
import type { Table, TableCell } from '@contract/tables.ts'

export type Row = Table['rows'][number]
export type Column = Table['columns'][number]
export interface ColumnGroup { readonly label: string, readonly span: number }
export interface Sort { readonly column: string, readonly descending: boolean }

/** Neighbours of one group share a heading; ungrouped neighbours share an empty one. */
export function columnGroups(columns: readonly Column[]): ColumnGroup[] {
  const groups: { label: string, span: number }[] = []
  for (const { group = '' } of columns) {
    const last = groups.at(-1)
    if (last?.label === group)
      last.span += 1
    else
      groups.push({ label: group, span: 1 })
  }
  return groups
}

/** Columns before the first number: what a row is. */
export function leadColumns(table: Table): Column[] {
  const first = table.columns.findIndex(({ id, group }) => group !== undefined || table.rows.some(row => row.cells[id]?.mean !== undefined))
  return table.columns.slice(0, first < 0 ? 1 : Math.max(1, first))
}

/** Do slices stand below the rows of all records? */
export const isNested = (table: Table): boolean => table.rows.some(row => row.slice !== undefined) && table.rows.some(row => row.slice === undefined && row.run !== undefined)

/**
 * Of the leading columns, those that say one thing in every row of our own: better said once above the table. One always stays to
 * name the rows, and the number of records stays where slices have their own.
 */
export function sharedFacts(table: Table, leads: readonly Column[]): { column: Column, text: string }[] {
  const own = table.rows.filter(row => row.reported === undefined)
  if (table.rows.length < 2 || own.length === 0)
    return []
  const shared = leads.flatMap((column) => {
    const texts = new Set(own.map(row => row.cells[column.id]?.text ?? ''))
    const [text = ''] = texts
    return texts.size === 1 && text !== '' ? [{ column, text }] : []
  })
  return shared.length < leads.length ? shared : shared.filter(({ column }) => column.id !== (leads.find(one => one.id === 'method') ?? leads[0])?.id)
}

/** Rows by one column's means or words, or in their own order; what has no value comes last, slices stand below the row that they are slices of. */
export function sortRows(rows: readonly Row[], sort: Sort | undefined): Row[] {
  const families = rows.filter(row => row.slice === undefined).map(head => ({ head, rest: [] as Row[] }))
  for (const row of rows.filter(one => one.slice !== undefined)) {
    const family = families.find(({ head }) => head.slice === undefined && head.run === row.run)
    if (family)
      family.rest.push(row)
    else
      families.push({ head: row, rest: [] })
  }
  if (!sort)
    return families.flatMap(({ head, rest }) => [head, ...rest])
  const turn = sort.descending ? -1 : 1
  const valueOf = (row: Row): TableCell | undefined => row.cells[sort.column]
  families.sort(({ head: a }, { head: b }) => {
    const x = valueOf(a), y = valueOf(b)
    const m = x?.mean ?? numberOf(x?.text), n = y?.mean ?? numberOf(y?.text)
    if (m !== undefined && n !== undefined)
      return (m - n) * turn
    if (m !== undefined || n !== undefined)
      return m === undefined ? 1 : -1
    return (x?.text ?? '').localeCompare(y?.text ?? '') * turn
  })
  return families.flatMap(({ head, rest }) => [head, ...rest])
}

/** A number written as text counts as one; anything else does not. */
const numberOf = (text: string | undefined): number | undefined => text !== undefined && /^-?[\d.,]+$/.test(text) ? Number(text.replaceAll(',', '')) : undefined

/**
 * Column id → rows with the best mean there, among rows of one dataset and slice (means of different records do not compete);
 * only where there is something to compare. Ties are all best. A column for which `isHigherBetter` knows nothing has no best.
 */
export function bestRows(table: Table, isHigherBetter: (column: string) => boolean | undefined): Record<string, string[]> {
  const best: Record<string, string[]> = {}
  const fields = [...new Set(table.rows.map(fieldOf))]
  for (const { id } of table.columns) {
    const higher = isHigherBetter(id)
    if (higher === undefined)
      continue
    const rows = fields.flatMap((field) => {
      const means = table.rows.filter(row => row.reported === undefined && fieldOf(row) === field).flatMap(row => row.cells[id]?.mean === undefined ? [] : [{ row: row.id, mean: row.cells[id].mean }])
      if (means.length < 2)
        return []
      const top = means.reduce((a, b) => (higher ? b.mean > a.mean : b.mean < a.mean) ? b : a).mean
      const winners = means.filter(one => one.mean === top)
      return winners.length < means.length ? winners.map(one => one.row) : []
    })
    if (rows.length > 0)
      best[id] = rows
  }
  return best
}

const fieldOf = (row: Row): string => `${row.cells['dataset']?.text ?? ''} ${row.slice ?? ''}`

/** "95.0 [90.0, 100.0]" → "95.0": the interval has its own place on screen. */
export const meanText = (text: string): string => text.split(/ [[±(]/)[0] ?? text

/** In percent unless the column is in another unit: what the cell's own text does with its mean tells. */
export const isPercent = (cell: Pick<TableCell, 'mean' | 'text'>): boolean => cell.mean !== undefined && Math.abs(Number.parseFloat(cell.text) - cell.mean * 100) < 0.06

export const valueText = (value: number, percent: boolean): string => percent ? (value * 100).toFixed(1) : value.toFixed(3)

/** "+2.1", "−0.4", "0.0": with a minus as wide as the plus. */
export function signedText(value: number, percent: boolean): string {
  const text = valueText(Math.abs(value), percent)
  return Number.parseFloat(text) === 0 ? text : `${value < 0 ? '−' : '+'}${text}`
}

/** Rows that their leading columns do not tell apart. */
export function lookAlikes(rows: readonly Row[], leads: readonly Column[]): ReadonlySet<string> {
  const groups = new Map<string, string[]>()
  for (const row of rows.filter(one => one.reported === undefined && one.slice === undefined)) {
    const key = leads.map(({ id }) => row.cells[id]?.text).join('\n')
    groups.set(key, [...groups.get(key) ?? [], row.id])
  }
  return new Set([...groups.values()].filter(ids => ids.length > 1).flat())
}

/** * p < 0.05, ** p < 0.01, *** p < 0.001, adjusted. */
export const marksOf = (adjusted: number): string => adjusted < 0.001 ? '***' : adjusted < 0.01 ? '**' : adjusted < 0.05 ? '*' : ''

/** "0.032", "< 0.001" */
export const chanceText = (p: number): string => p < 0.001 ? '< 0.001' : p.toFixed(3)
