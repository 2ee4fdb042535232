// A dot plot in columns: rows down, a column with its own scale for every metric, several kinds of dots in a row (Cleveland 1984). Reads
// well from one row to forty, in colour and without.
//
// All columns are one grid, so that margins can be pixels: column j holds [0, 1] of its scale at x = 150 j + 5 … 150 j + 105. Labels come
// from category axes over the same length, whose cells of ten units have their middles at 5, 15, … 105.
import { labelRoom, legendRoom } from './frame.ts'
import type { Mark } from './rows.ts'
import { whiskerSeries } from './whiskers.ts'

export interface DotColumn {
  readonly label: string
  /** The value at the column's right end; shares end at 1. */
  readonly end: number
  /** Labels of left end, middle and right end. */
  readonly ticks: readonly [string, string, string]
}

export interface DotKind { readonly name: string, readonly symbol: string, readonly colour: string }

export interface Dot {
  readonly row: number
  readonly column: number
  readonly kind: number
  readonly mark: Mark
  readonly tip: string
  readonly link?: number
  /** Hollow: reported elsewhere. */
  readonly isHollow?: boolean
}

export interface DotText { readonly row: number, readonly column: number, readonly text: string, readonly tip: string }

export interface DotColumns {
  readonly rows: readonly string[]
  readonly columns: readonly DotColumn[]
  readonly kinds: readonly DotKind[]
  readonly dots: readonly Dot[]
  /** A bar from the column's left end to every dot. */
  readonly hasBars?: boolean
  /** Small print at the right end of a row's cell. */
  readonly texts?: readonly DotText[]
}

const pitch = 150
const cells = pitch / 10
const round = (value: number): number => Number(value.toFixed(3))

/** Said once below the figure. */
export const inPercent = 'Scales are in percent, from 0 to 100 in every column.'

export const shareColumn = (label: string): DotColumn => ({ label, end: 1, ticks: ['0', '50', '100'] })

/** An open scale from 0 to a round number above `most`. */
export function openColumn(label: string, most: number): DotColumn {
  const size = 10 ** Math.floor(Math.log10(Math.max(most, 1e-9)))
  const end = [1, 2, 2.5, 5, 10].map(step => step * size).find(step => step >= most * 0.999) ?? 10 * size
  return { label: `${label} (nats)`, end: Number(end.toPrecision(3)), ticks: ['0', '', String(Number(end.toPrecision(3)))] }
}

/** Pixels that it wants. */
export function dotColumnsHeight({ rows, kinds }: DotColumns): number {
  return 92 + rows.length * Math.max(24, 6 + kinds.length * 12)
}

export function dotColumnsOption(plot: DotColumns): Record<string, unknown> {
  const { rows, columns, kinds, dots, texts = [] } = plot
  const { legend, top, media } = legendRoom(kinds.map(({ name }) => name), { head: 30, marks: 'points' })
  const place = (column: number, value: number): number => round(column * pitch + 5 + 100 * Math.min(1, Math.max(0, value / columns[column]!.end)))
  const dodge = Math.min(0.24, 0.62 / Math.max(1, kinds.length - 1))
  const lineOf = (row: number, kind: number): number => round(row + (kind - (kinds.length - 1) / 2) * dodge)
  const length = columns.length * pitch
  const hidden = { axisLabel: { show: false }, axisTick: { show: false }, axisLine: { show: false }, splitLine: { show: false } }
  return {
    grid: { left: labelRoom(rows), right: 8, top, bottom: 30, outerBoundsMode: 'none' },
    legend: { ...legend, show: kinds.length > 1 },
    media: media(),
    tooltip: { trigger: 'item' },
    xAxis: [
      { type: 'value', min: 0, max: Math.max(pitch, length), ...hidden },
      { type: 'category', position: 'top', data: columns.map(({ label }) => label), axisTick: { show: false }, axisLine: { show: false }, axisLabel: { interval: 0, hideOverlap: false, fontWeight: 600, color: 'var(--text-2)', overflow: 'break' } },
      { type: 'category', position: 'bottom', data: columns.flatMap(({ ticks }) => Array.from({ length: cells }, (_, i) => i === 0 ? ticks[0] : i === 5 ? ticks[1] : i === 10 ? ticks[2] : '')), axisTick: { show: false }, axisLine: { show: false }, axisLabel: { interval: 0, hideOverlap: false } },
    ],
    yAxis: [
      { type: 'value', min: -0.5, max: Math.max(0.5, rows.length - 0.5), inverse: true, ...hidden },
      { type: 'category', position: 'left', inverse: true, data: [...rows], axisTick: { show: false }, axisLine: { show: false }, axisLabel: { interval: 0, width: labelRoom(rows) - 14, overflow: 'truncate' }, splitLine: { show: true, lineStyle: { color: 'var(--line)' } } },
    ],
    series: [
      whiskerSeries('', 'var(--line)', columns.flatMap((_, j) => [0, 0.5, 1].map(share => ({ from: [round(j * pitch + 5 + share * 100), -0.5] as const, to: [round(j * pitch + 5 + share * 100), rows.length - 0.5] as const }))), { z: 0, lineStyle: { color: 'var(--line)', width: 1, opacity: 1 } }),
      ...kinds.flatMap((kind, k) => {
        const own = dots.filter(dot => dot.kind === k)
        const bar = { name: kind.name, silent: true, tooltip: { show: false }, z: 2 }
        return [
          ...[false, true].map(isHollow => ({
            type: 'scatter',
            name: kind.name,
            symbol: kind.symbol,
            symbolSize: plot.hasBars ? 4.5 : 6.5,
            z: 5,
            itemStyle: isHollow ? { color: 'var(--surface)', borderColor: kind.colour, borderWidth: 1.75 } : { color: kind.colour, borderColor: 'var(--surface)', borderWidth: 0.75 },
            data: own.filter(dot => (dot.isHollow ?? false) === isHollow).map(({ row, column, mark, tip, link }) =>
              ({ value: [place(column, mark.mean), lineOf(row, k)], tip, ...(link === undefined ? {} : { link }) })),
          })).filter(({ data }, i) => i === 0 || data.length > 0),
          ...(plot.hasBars
            ? [{ ...whiskerSeries(kind.name, kind.colour, own.map(({ row, column, mark }) => ({ from: [place(column, 0), lineOf(row, k)] as const, to: [place(column, mark.mean), lineOf(row, k)] as const }))), ...bar, lineStyle: { color: kind.colour, width: 8, opacity: 0.35, cap: 'butt' } }]
            : []),
          whiskerSeries(kind.name, plot.hasBars ? 'var(--text)' : kind.colour, own.flatMap(({ row, column, mark: { low, high } }) =>
            low === undefined || high === undefined ? [] : [{ from: [place(column, low), lineOf(row, k)], to: [place(column, high), lineOf(row, k)] }])),
        ]
      }),
      ...(texts.length === 0 ? [] : [{
        type: 'scatter',
        name: '',
        symbolSize: 2,
        z: 6,
        itemStyle: { color: 'var(--surface)' },
        label: { show: true, formatter: '{b}', position: 'right', distance: 0, fontSize: 10, color: 'var(--text-3)' },
        data: texts.map(({ row, column, text, tip }) => ({ name: text, value: [column * pitch + 110, row], tip })),
      }]),
    ],
  }
}
