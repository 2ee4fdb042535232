// Scatters of records on logarithmic axes: together in one drawing, or in small ones of equal axes; points or their density.
import type { Figure } from '../../preload/contract/figures.ts'
import { legendRoom } from './frame.ts'
import { powerLabel, powerText } from './log-bins.ts'
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

type Place = Readonly<Record<'left' | 'right' | 'top' | 'bottom', number | string>> & { readonly outerBoundsMode: 'none' }

/** The option, the points of rows that are drawn as density, and the height that it wants. */
export function scatterPanels(plot: ScatterPlot): { readonly option: Record<string, unknown>, readonly points: NonNullable<Figure['points']>, readonly height: number } {
  const panels: Panel[] = plot.isApart ? plot.rows.map(row => ({ title: row.row.name, rows: [row] })) : [{ title: undefined, rows: plot.rows }]
  const columns = plot.isApart ? Math.min(panels.length, panels.length <= 3 ? panels.length : panels.length === 4 ? 2 : panels.length <= 9 ? 3 : panels.length <= 16 ? 4 : 5) : 1
  const lines = Math.ceil(panels.length / columns)
  const room = legendRoom(plot.isApart || plot.rows.some(({ isDense }) => isDense) ? [] : plot.rows.map(({ row }) => row.name), { marks: 'points' })
  const hasDensity = plot.rows.some(({ isDense }) => isDense)
  const places = plot.isApart ? panels.map((_, i) => placeAt(i, columns, lines, hasDensity ? 54 : 30)) : [{ left: 62, right: room.right, top: Math.max(room.top, 30), bottom: 50, outerBoundsMode: 'none' }]
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
      ? { title: panels.map(({ title }, i) => ({ text: title, left: places[i]!.left, top: `${Number((percentOf(places[i]!.top) - 18 / heightOf(columns, lines) * 100).toFixed(2))}%`, padding: 0, textStyle: { fontSize: 12, fontWeight: 600, width: 900 / columns - 24, overflow: 'truncate' } })) }
      : {}),
    xAxis: [
      ...panels.map((_, i) => axisOf(plot.x, i, isOuter[i]!.bottom ? { name: plot.isApart && i % columns !== Math.floor((Math.min(columns, panels.length) - 1) / 2) ? '' : plot.xName, nameGap: 28, isSmall: plot.isApart } : { quiet: true, isSmall: plot.isApart })),
      ...panels.flatMap((_, i) => dense[i] ? [hiddenAxis(plot.bins.x, i)] : []),
    ],
    yAxis: [
      ...panels.map((_, i) => axisOf(plot.y, i, isOuter[i]!.left ? { name: plot.isApart && Math.floor(i / columns) !== Math.floor((lines - 1) / 2) ? '' : plot.yName, nameGap: 38, isSmall: plot.isApart } : { quiet: true, isSmall: plot.isApart })),
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
    height: plot.isApart ? heightOf(columns, lines) : 440,
  }
}

const heightOf = (columns: number, lines: number): number => lines * (lines === 1 ? 320 : columns <= 2 ? 290 : 230) + 40

const percentOf = (value: number | string): number => Number.parseFloat(String(value))

/** Small drawings in columns and lines; labels stand at the outer ones only. */
function placeAt(i: number, columns: number, lines: number, head: number): Place {
  const share = (pixels: number): number => pixels / heightOf(columns, lines) * 100
  const [left, right, top, bottom] = [8.5, 1.5, share(head), share(50)]
  const gap = { x: 2, y: share(26) }
  const [width, height] = [(100 - left - right) / columns, (100 - top - bottom + gap.y) / lines]
  const [column, line] = [i % columns, Math.floor(i / columns)]
  const percent = (value: number): string => `${Number(value.toFixed(2))}%`
  return {
    left: percent(left + column * width),
    right: percent(100 - left - (column + 1) * width + gap.x),
    top: percent(top + line * height),
    bottom: percent(100 - top - (line + 1) * height + gap.y),
    outerBoundsMode: 'none',
  }
}

interface AxisNote { readonly name?: string, readonly nameGap?: number, readonly quiet?: boolean, readonly isSmall: boolean }

function axisOf({ min, max, hasStrip }: LogScale, gridIndex: number, { name, nameGap, quiet = false, isSmall }: AxisNote): Record<string, unknown> {
  return {
    type: 'value',
    gridIndex,
    min,
    max,
    interval: isSmall && max - min > 5 ? 2 : 1,
    // The strip of zeros has no number at its outer end.
    axisLabel: { show: !quiet, showMinLabel: !hasStrip, ...powerLabel },
    axisLine: { onZero: false },
    splitLine: { show: true, lineStyle: { color: 'var(--line)', opacity: 0.7 } },
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
          // Many points are one path each series: quicker, and a smaller file.
          large: points.length > 2000,
          largeThreshold: 2000,
          symbol: plot.isApart ? 'circle' : row.look.symbol,
          symbolSize: plot.isApart ? 5 : 7,
          scale: 'log10',
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
  const label = (text: string, position: string, rotate = 0): object => ({ show: true, formatter: text, position, rotate })
  return {
    silent: true,
    itemStyle: { color: 'var(--surface-2)', opacity: 0.9 },
    label: { color: 'var(--text-3)', fontSize: 10, distance: 3 },
    data: [
      ...(x.hasStrip ? [[{ xAxis: x.min, label: label(`≤ ${powerText(x.floor)}`, 'insideTop') }, { xAxis: x.floor }]] : []),
      ...(y.hasStrip ? [[{ yAxis: y.min, label: label(`≤ ${powerText(y.floor)}`, 'insideRight') }, { yAxis: y.floor }]] : []),
    ],
  }
}
