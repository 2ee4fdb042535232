// The marks of a figure: what each says, what it opens, and in which order the keyboard walks over them.
import type { Figure } from '@contract/figures.ts'
import type { RunId } from '@contract/identifiers.ts'
import type { ResultFilter } from '@contract/runs.ts'

/** The part of a figure that drawing needs; an option alone is a figure without links. */
export type Drawable = Pick<Figure, 'option'> & Partial<Pick<Figure, 'links' | 'records' | 'points'>>

export interface Mark { readonly series: number, readonly index: number }

export interface Series {
  readonly type?: string
  readonly id?: string
  readonly name?: string
  readonly data?: readonly unknown[]
  readonly link?: number
  readonly tip?: string
  readonly isRecords?: boolean
  readonly scale?: 'log10'
  readonly xAxisIndex?: number
  readonly yAxisIndex?: number
}

interface Entry { readonly tip?: string, readonly link?: number }

export function seriesOf({ option }: Pick<Drawable, 'option'>): readonly Series[] {
  const { series } = option
  return (Array.isArray(series) ? series : series === undefined ? [] : [series]) as readonly Series[]
}

const entryAt = (series: Series | undefined, index: number): Entry | undefined => {
  const entry = series?.data?.[index]
  return typeof entry === 'object' && entry !== null && !Array.isArray(entry) ? entry as Entry : undefined
}

/** What the keyboard walks over, a list a series: entries that say something, cells, and points of records from left to right. */
export function marksOf(figure: Drawable): Mark[][] {
  return seriesOf(figure).map((series, at): Mark[] => {
    const { data = [] } = series
    if (series.type === 'scatter' && series.isRecords)
      return [...data.keys()].sort((a, b) => xOf(data[a]) - xOf(data[b])).map(index => ({ series: at, index }))
    const own = data.flatMap((_, index): Mark[] => entryAt(series, index)?.tip !== undefined || (series.type === 'heatmap' && series.id) ? [{ series: at, index }] : [])
    return own.length === 0 && series.tip !== undefined && data.length > 0 ? [{ series: at, index: 0 }] : own
  }).filter(marks => marks.length > 0)
}

const xOf = (cell: unknown): number => Array.isArray(cell) ? Number(cell[0]) : NaN

/** The mark after this one: left and right inside its series, up and down to the next series, at about the same place. */
export function step(lists: readonly (readonly Mark[])[], from: Mark | undefined, key: string): Mark | undefined {
  const row = lists.findIndex(list => list[0]?.series === from?.series)
  const list = lists[row]
  if (!from || !list)
    return lists[0]?.[0]
  const at = list.findIndex(mark => mark.index === from.index)
  if (key === 'ArrowLeft' || key === 'ArrowRight')
    return list[Math.min(list.length - 1, Math.max(0, at + (key === 'ArrowRight' ? 1 : -1)))]
  if (key === 'Home' || key === 'End')
    return key === 'Home' ? list[0] : list.at(-1)
  const other = lists[Math.min(lists.length - 1, Math.max(0, row + (key === 'ArrowDown' ? 1 : -1)))]
  return other?.[Math.min(other.length - 1, Math.round(at / Math.max(1, list.length - 1) * (other.length - 1)))]
}

/** Rows of the table that stands in for the drawing: what the marks say, the first of them. */
export function tableOf(figure: Drawable, most = 200): { readonly rows: readonly string[], readonly left: number } {
  const said = marksOf(figure).flat().filter(({ series, index }) => (entryAt(seriesOf(figure)[series], index)?.tip ?? seriesOf(figure)[series]?.tip) !== undefined)
  return { rows: said.slice(0, most).map(({ series, index }) => tipAt(figure, series, index) ?? ''), left: Math.max(0, said.length - most) }
}

/** "RUN/SLICE", "RUN#bins" → run and slice. */
export function runOf(seriesId: string): Pick<ResultFilter, 'id'> & Partial<Pick<ResultFilter, 'slice'>> {
  const [run = '', slice] = seriesId.replace(/#\w+$/, '').split('/')
  return { id: run as RunId, ...(slice === undefined ? {} : { slice: slice as NonNullable<ResultFilter['slice']> }) }
}

/** What a click on this entry opens; undefined: nothing. */
export function filterAt(figure: Drawable, at: number, index: number): ResultFilter | undefined {
  const series = seriesOf(figure)[at]
  const link = entryAt(series, index)?.link ?? series?.link
  if (link !== undefined)
    return figure.links?.[link]
  const cell = series?.data?.[index]
  if (!series?.id || !Array.isArray(cell))
    return undefined
  if (series.id.endsWith('#bins'))
    return { ...runOf(series.id), status: 'done', records: recordsOfBin(figure, series.id.slice(0, -5), Number(cell[3])) }
  if (!series.isRecords)
    return undefined
  const record = figure.records?.[Number(cell[series.type === 'heatmap' ? 3 : 2])]
  return record === undefined ? undefined : { ...runOf(series.id), status: 'done', record }
}

/** The records whose points lie in bin `bin` of a density map. */
export function recordsOfBin({ points = [], records = [] }: Drawable, series: string, bin: number): string[] {
  return points.filter(one => one.series === series).flatMap(({ data }) => {
    const found: string[] = []
    for (let i = 0; i + 3 < data.length; i += 4) {
      const record = data[i + 3] === bin ? records[data[i + 2]!] : undefined
      if (record !== undefined)
        found.push(record)
    }
    return found
  })
}

const short = (value: unknown, scale: Series['scale']): string => String(Number((scale === 'log10' ? 10 ** Number(value) : Number(value)).toPrecision(3)))

/** What a mark says when it is pointed at: its own words, or its numbers. */
export function tipAt(figure: Drawable, at: number, index: number): string | undefined {
  const series = seriesOf(figure)[at]
  const tip = entryAt(series, index)?.tip
  const cell = series?.data?.[index]
  if (tip !== undefined || !series?.id || !Array.isArray(cell))
    return tip ?? series?.tip
  if (series.id.endsWith('#bins'))
    return `${series.name ?? ''}: ${cell[2]} ${cell[2] === 1 ? 'record' : 'records'} in this bin`
  const record = series.isRecords ? figure.records?.[Number(cell[series.type === 'heatmap' ? 3 : 2])] : undefined
  if (record === undefined)
    return series.tip
  return series.type === 'heatmap' ? `${series.name ?? ''}, ${record}: ${short(cell[2], undefined)}` : `${series.name ?? ''}, ${record}: ${short(cell[0], series.scale)}, ${short(cell[1], series.scale)}`
}
