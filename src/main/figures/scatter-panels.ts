// Scatters of records on logarithmic axes: together in one drawing, or in small ones of equal axes; points or their density.
import type { Figure } from '../../preload/contract/figures.ts'
import { legendRoom } from './frame.ts'
import type { LogScale } from './log-bins.ts'
import { pointStyleOf } from './rows.ts'
import type { FigureRow } from './rows.ts'

/** x, y, place of the record, bin */
export type Point = readonly [number, number, number, number]

export interface PointRow { readonly row: FigureRow, readonly isDense: boolean, readonly points: readonly Point[] }

export interface ScatterPlot {
  readonly rows: readonly PointRow[]
  readonly x: LogScale
  readonly y: LogScale
  /** Columns and rows of a density map; bin = column + columns × row. */
  readonly bins: { readonly x: number, readonly y: number }
  readonly isApart: boolean
  readonly xName: string
  readonly yName: string
}

interface Panel { readonly title: string | undefined, readonly rows: readonly PointRow[] }

type Place = Readonly<Record<'left' | 'right' | 'top' | 'bottom', number | string>>

/** The option, the points of rows that are drawn as density, and the height that it wants. */
export function scatterPanels(plot: ScatterPlot): { readonly option: Record<string, unknown>, readonly points: NonNullable<Figure['points']>, readonly height: number } {
  const panels: Panel[] = plot.isApart ? plot.rows.map(row => ({ title: row.row.name, rows: [row] })) : [{ title: undefined, rows: plot.rows }]
  const columns = plot.isApart ? Math.min(panels.length, panels.length <= 4 ? 2 : panels.length <= 9 ? 3 : panels.length <= 16 ? 4 : 5) : 1
  const lines = Math.ceil(panels.length / columns)
  const room = legendRoom(plot.isApart ? [] : plot.rows.map(({ row }) => row.name))
  const places = plot.isApart ? panels.map((_, i) => placeAt(i, columns, lines)) : [{ left: 76, right: room.right, top: room.top, bottom: 52 }]
  const isOuter = panels.map((_, i) => ({ left: i % columns === 0, bottom: i + columns >= panels.length }))
  const dense = panels.map(({ rows }) => rows.some(({ isDense }) => isDense))
  const densePlace = (i: number): number => panels.length + dense.slice(0, i).filter(Boolean).length
  const most = Math.max(2, ...plot.rows.filter(({ isDense }) => isDense).flatMap(({ points }) => [...countsOf(points).values()]))
  const option = {
    grid: places,
    legend: room.legend,
    media: room.media(),
    tooltip: { trigger: 'item' },
    ...(plot.isApart
      ? { title: panels.map(({ title }, i) => ({ text: title, left: places[i]!.left, top: `${percentOf(places[i]!.top) - 22 / lines / 2.6}%`, padding: 0, textStyle: { fontSize: 12, fontWeight: 600, width: 210, overflow: 'truncate' } })) }
      : {}),
    xAxis: [
      ...panels.map((_, i) => axisOf(plot.x, i, isOuter[i]!.bottom ? { name: plot.xName, nameGap: 28 } : { quiet: true })),
      ...panels.flatMap((_, i) => dense[i] ? [hiddenAxis(plot.bins.x, i)] : []),
    ],
    yAxis: [
      ...panels.map((_, i) => axisOf(plot.y, i, isOuter[i]!.left ? { name: plot.yName, nameGap: 54 } : { quiet: true })),
      ...panels.flatMap((_, i) => dense[i] ? [hiddenAxis(plot.bins.y, i)] : []),
    ],
    ...(dense.some(Boolean)
      ? { visualMap: { show: true, type: 'continuous', seriesIndex: seriesOfBins(panels), dimension: 4, min: 0, max: Number(Math.log10(most).toFixed(3)), calculable: false, orient: 'horizontal', right: 8, top: 0, itemWidth: 10, itemHeight: 90, text: [`${most} records`, '1'], textStyle: { color: 'var(--text-2)' }, inRange: { color: ['var(--density-1)', 'var(--density-2)', 'var(--density-3)'] } } }
      : {}),
    series: panels.flatMap(({ rows }, i) => rows.flatMap((row, k) => seriesOf(row, plot, i, k === 0, densePlace(i)))),
  }
  return {
    option,
    points: panels.flatMap(({ rows }, grid) => rows.filter(({ isDense }) => isDense).map(({ row, points }) => ({ series: row.key, grid, data: points.flat() }))),
    height: plot.isApart ? lines * (columns <= 2 ? 300 : 230) + 40 : 440,
  }
}

const percentOf = (value: number | string): number => Number.parseFloat(String(value))

/** Small drawings in columns and lines; labels stand at the outer ones only. */
function placeAt(i: number, columns: number, lines: number): Place {
  const [left, right, top, bottom] = [7.5, 1.5, 9 / Math.sqrt(lines) + 2, 14 / lines]
  const [width, height] = [(100 - left - right) / columns, (100 - top - bottom + 3) / lines]
  const [column, line] = [i % columns, Math.floor(i / columns)]
  const gap = { x: 2, y: 24 / lines / 2.2 }
  const percent = (value: number): string => `${Number(value.toFixed(2))}%`
  return {
    left: percent(left + column * width),
    right: percent(100 - left - (column + 1) * width + gap.x),
    top: percent(top + line * height),
    bottom: percent(100 - top - (line + 1) * height + gap.y),
  }
}

function axisOf({ min, max, hasStrip }: LogScale, gridIndex: number, { name, nameGap, quiet }: { readonly name?: string, readonly nameGap?: number, readonly quiet?: boolean }): Record<string, unknown> {
  return {
    type: 'log',
    gridIndex,
    min,
    max,
    // The strip of zeros has no number at its outer end.
    axisLabel: { show: !quiet, showMinLabel: !hasStrip, hideOverlap: true },
    splitLine: { show: true, lineStyle: { color: 'var(--line)', opacity: 0.7 } },
    minorTick: { show: false },
    ...(name === undefined ? {} : { name, nameLocation: 'middle', nameGap }),
  }
}

/** A heat map needs categories: one a bin, as long as the axis that is seen. */
const hiddenAxis = (count: number, gridIndex: number): Record<string, unknown> =>
  ({ type: 'category', gridIndex, show: false, data: Array.from({ length: count }, (_, i) => String(i)) })

/** Places of the density series among all: a dense row has its marks first and its density second. */
function seriesOfBins(panels: readonly Panel[]): number[] {
  const all = panels.flatMap(({ rows }) => rows.flatMap(({ isDense }, k) => [...(k === 0 ? ['strip'] : []), isDense ? 'bins' : 'points']))
  return all.flatMap((kind, i) => kind === 'bins' ? [i] : [])
}

function seriesOf({ row, isDense, points }: PointRow, plot: ScatterPlot, grid: number, isFirst: boolean, densePlace: number): Record<string, unknown>[] {
  const at = { xAxisIndex: grid, yAxisIndex: grid }
  return [
    ...(isFirst ? [{ ...at, type: 'line', name: '', id: `strip ${grid}`, silent: true, data: [], tooltip: { show: false }, markArea: stripsOf(plot) }] : []),
    isDense
      ? {
          type: 'heatmap',
          id: `${row.key}#bins`,
          name: row.name,
          xAxisIndex: densePlace,
          yAxisIndex: densePlace,
          progressive: 0,
          data: [...countsOf(points)].sort(([a], [b]) => a - b).map(([bin, count]) => [bin % plot.bins.x, Math.floor(bin / plot.bins.x), count, bin, Number(Math.log10(count).toFixed(3))]),
        }
      : {
          ...at,
          type: 'scatter',
          id: row.key,
          name: row.name,
          isRecords: true,
          symbol: row.look.symbol,
          symbolSize: 7,
          itemStyle: { ...pointStyleOf(row), borderWidth: 0.5, opacity: 0.75 },
          z: 3,
          data: points.map(([x, y, r]) => [x, y, r]),
        },
  ]
}

/** bin → records in it */
function countsOf(points: readonly Point[]): Map<number, number> {
  const counts = new Map<number, number>()
  for (const [, , , bin] of points)
    counts.set(bin, (counts.get(bin) ?? 0) + 1)
  return counts
}

/** The shaded strips of what counts as zero. */
function stripsOf({ x, y }: ScatterPlot): Record<string, unknown> {
  const label = (text: string, position: string, rotate = 0): object => ({ show: true, formatter: text, position, rotate, color: 'var(--text-3)', fontSize: 10, distance: 3 })
  return {
    silent: true,
    itemStyle: { color: 'var(--surface-2)', opacity: 0.9 },
    data: [
      ...(x.hasStrip ? [[{ xAxis: x.min, label: label(`≤ ${x.floor}`, 'insideTop') }, { xAxis: x.floor }]] : []),
      ...(y.hasStrip ? [[{ yAxis: y.min, label: label(`≤ ${y.floor}`, 'insideRight') }, { yAxis: y.floor }]] : []),
    ],
  }
}
