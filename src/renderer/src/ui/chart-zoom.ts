// A part of a scatter seen closer: other ends of the axes, and points in the place of density.
import type { ECharts } from 'echarts/core'
import { seriesOf } from './chart-marks.ts'
import type { Drawable } from './chart-marks.ts'
import type { GridFrame, Points } from './chart-points.ts'

export interface Ends { readonly x: readonly [number, number], readonly y: readonly [number, number] }

const listOf = (axis: unknown): readonly Record<string, unknown>[] => (Array.isArray(axis) ? axis : [axis]) as readonly Record<string, unknown>[]

/** The fixed ends of a grid's axes; undefined where the chart chooses them. */
export function axisEnds({ option }: Pick<Drawable, 'option'>, grid: number): Ends | undefined {
  const [x, y] = [listOf(option['xAxis'])[grid], listOf(option['yAxis'])[grid]]
  const numbers = [x?.['min'], x?.['max'], y?.['min'], y?.['max']]
  return numbers.every(value => typeof value === 'number') ? { x: [numbers[0]!, numbers[1]!], y: [numbers[2]!, numbers[3]!] } : undefined
}

/** Axes are straight lines in pixels: two corners tell them. undefined: an axis without fixed ends, which has nothing to enclose. */
export function frameOf(chart: ECharts, figure: Drawable, grid: number, zoom: Ends | undefined): GridFrame | undefined {
  const ends = zoom ?? axisEnds(figure, grid)
  if (!ends)
    return undefined
  const [left, bottom] = chart.convertToPixel({ xAxisIndex: grid, yAxisIndex: grid }, [ends.x[0], ends.y[0]]) as [number, number]
  const [right, top] = chart.convertToPixel({ xAxisIndex: grid, yAxisIndex: grid }, [ends.x[1], ends.y[1]]) as [number, number]
  const fx = (right - left) / (ends.x[1] - ends.x[0])
  const fy = (top - bottom) / (ends.y[1] - ends.y[0])
  return { left, right, top, bottom, x: [left - fx * ends.x[0], fx], y: [bottom - fy * ends.y[0], fy] }
}

/** Points drawn in place of one density map at most. */
const mostPoints = 20_000

/** What `setOption` is given, on top of the figure: the ends of all its axes, density maps empty, their points inside these ends drawn. */
export function zoomedOption(figure: Drawable, points: Points, { x, y }: Ends, colour: string): Record<string, unknown> {
  const axes = (name: 'xAxis' | 'yAxis', [min, max]: readonly [number, number]): object[] =>
    listOf(figure.option[name]).map(axis => axis['type'] === 'category' ? {} : { min, max, interval: paceOf(max - min), axisLabel: { showMinLabel: false, showMaxLabel: false } })
  return {
    xAxis: axes('xAxis', x),
    yAxis: axes('yAxis', y),
    visualMap: listOf(figure.option['visualMap']).filter(Boolean).map(() => ({ show: false })),
    series: [
      ...seriesOf(figure).map(series => series.id?.endsWith('#bins') ? { id: series.id, data: [] } : {}),
      ...points.groups.flatMap((group, g) => group.isHidden
        ? [{ type: 'scatter', id: `${group.series}#points`, name: group.name, xAxisIndex: group.grid, yAxisIndex: group.grid, silent: true, symbolSize: 4, large: true, largeThreshold: 2000, itemStyle: { color: colour, opacity: 0.7 }, data: inside(points, g, x, y) }]
        : []),
    ],
  }
}

/** A step of ticks that gives about four. */
function paceOf(range: number): number {
  const least = range / 5
  const size = 10 ** Math.floor(Math.log10(least))
  return [1, 2, 2.5, 5, 10].map(step => step * size).find(step => step >= least) ?? range
}

function inside(points: Points, group: number, x: readonly [number, number], y: readonly [number, number]): number[][] {
  const found: number[][] = []
  for (let i = 0; i < points.count && found.length < mostPoints; i++) {
    const [px, py] = [points.x[i]!, points.y[i]!]
    if (points.group[i] === group && px >= x[0] && px <= x[1] && py >= y[0] && py <= y[1])
      found.push([px, py])
  }
  return found
}
