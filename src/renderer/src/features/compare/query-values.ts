// A query's answer on screen and as a file: how values are written, sorted and quoted, and what a chart of two columns is.
import type { QueryColumn, QueryResult, QueryValue } from '@contract/queries.ts'

export type ChartKind = 'bar' | 'line' | 'scatter'
export interface QuerySort { readonly column: number, readonly descending: boolean }

const numbers = new Intl.NumberFormat('en-GB', { maximumSignificantDigits: 6, useGrouping: false })

/** As people read it: six digits that count, and the absence of a value by name. */
export function shownValue(value: QueryValue): string {
  if (value === null)
    return 'null'
  return typeof value === 'number' && !Number.isInteger(value) ? numbers.format(value) : String(value)
}

/** Places of the rows in order; equal ones stay as they were, null comes last either way. */
export function sortedPlaces(rows: QueryResult['rows'], sort: QuerySort | undefined): number[] {
  const places = rows.map((_, i) => i)
  if (!sort)
    return places
  const turn = sort.descending ? -1 : 1
  return places.sort((i, j) => {
    const a = rows[i]?.[sort.column] ?? null, b = rows[j]?.[sort.column] ?? null
    if (a === null || b === null)
      return Number(a === null) - Number(b === null)
    return (typeof a === 'number' && typeof b === 'number' ? a - b : String(a).localeCompare(String(b), 'en', { numeric: true })) * turn
  })
}

/** RFC 4180: quoted where a comma, a quote or a line end is inside; null is empty. */
export function toCsv({ columns, rows }: Pick<QueryResult, 'columns' | 'rows'>): string {
  const field = (value: QueryValue): string => {
    const text = value === null ? '' : String(value)
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
  }
  return [columns.map(({ name }) => field(name)), ...rows.map(row => row.map(field))].map(row => row.join(',')).join('\n') + '\n'
}

/** What a new answer is best drawn as: words on x and the first number on y, or two numbers against each other. */
export function usualChart(columns: readonly QueryColumn[]): { kind: ChartKind, x: string, y: string } | undefined {
  const isNumber = (column: QueryColumn): boolean => column.kind === 'number'
  const values = columns.filter(isNumber)
  const words = columns.find(column => !isNumber(column))
  if (words && values[0])
    return { kind: 'bar', x: words.name, y: values[0].name }
  return values[0] && values[1] ? { kind: values[0].name === 'time' || values[0].name === 'step' ? 'line' : 'scatter', x: values[0].name, y: values[1].name } : undefined
}

/** Most rows that a bar chart can be read with. */
export const mostBars = 60

/** An ECharts option without theme; rows in which y is no number are left out, and counted. */
export function chartOption({ columns, rows }: Pick<QueryResult, 'columns' | 'rows'>, kind: ChartKind, x: string, y: string): { option: Record<string, unknown>, notes: string[] } {
  const at = { x: columns.findIndex(column => column.name === x), y: columns.findIndex(column => column.name === y) }
  const isNumeric = kind !== 'bar' && columns[at.x]?.kind === 'number'
  const found = rows.flatMap((row): [QueryValue, number][] => {
    const value = row[at.y]
    const place = row[at.x] ?? null
    return typeof value === 'number' && (!isNumeric || typeof place === 'number') ? [[place, value]] : []
  })
  const points = kind === 'bar' ? found.slice(0, mostBars) : found
  if (kind === 'line' && isNumeric)
    points.sort((a, b) => Number(a[0]) - Number(b[0]))
  const notes = [
    ...found.length < rows.length ? [`${rows.length - found.length} rows have no number in '${y}'${isNumeric ? ` or '${x}'` : ''} and are not drawn.`] : [],
    ...points.length < found.length ? [`The first ${points.length} of ${found.length} rows are drawn.`] : [],
  ]
  return {
    notes,
    option: {
      tooltip: { trigger: kind === 'scatter' ? 'item' : 'axis' },
      grid: { left: 56, right: 24, top: 24, bottom: 48, containLabel: true },
      xAxis: { type: isNumeric ? 'value' : 'category', name: x, nameLocation: 'middle', nameGap: 32, ...(isNumeric ? { scale: true } : { axisLabel: points.length <= 24 ? { interval: 0, rotate: points.length > 6 ? 30 : 0, width: 120, overflow: 'truncate' } : { hideOverlap: true } }) },
      yAxis: { type: 'value', name: y, ...(kind === 'bar' ? {} : { scale: true }) },
      series: [{ type: kind, name: y, data: points.map(([place, value]) => [isNumeric ? place : shownValue(place), value]), ...(kind === 'line' ? { showSymbol: points.length <= 60 } : kind === 'bar' ? { barMaxWidth: 40 } : { symbolSize: 6 }) }],
    },
  }
}
