// A layer sweep as it comes in, and its five scores as strips of lines over the layers.
import type { LabSweepEvent } from '@contract/lab.ts'
import type { MetricInfo } from '@contract/methods.ts'
import type { Setting } from '../lane.ts'
import type { Phase } from './trace.ts'

export type SweptLayer = Extract<LabSweepEvent, { kind: 'layer' }>

export interface Sweep {
  readonly setting: Setting
  readonly phase: Phase
  readonly part?: string
  readonly layers: readonly number[]
  readonly done: readonly SweptLayer[]
  readonly refused: readonly { readonly layer: number, readonly reason: string }[]
  readonly elapsedMs?: number
  readonly error?: string
}

export const emptySweep = (setting: Setting): Sweep => ({ setting, phase: 'opening', layers: [], done: [], refused: [] })

export function foldSweep(sweep: Sweep, event: LabSweepEvent): Sweep {
  switch (event.kind) {
    case 'begun': return { ...sweep, phase: 'running', part: event.part, layers: event.layers }
    case 'layer': return { ...sweep, done: [...sweep.done, event] }
    case 'refused': return { ...sweep, refused: [...sweep.refused, event] }
    case 'done': return { ...sweep, phase: 'done', elapsedMs: event.elapsedMs }
  }
}

const scores = ['reliability', 'text-generality', 'image-generality', 'text-locality', 'image-locality']

/** The paper's five, in its order, as far as they are known. */
export const fiveScores = (metrics: readonly MetricInfo[]): MetricInfo[] => scores.flatMap(id => metrics.find(metric => metric.id === id) ?? [])

/** The strict reading of a layer's score. */
export const scoreOf = ({ scores: all }: SweptLayer, metric: string): number | undefined => all[metric]?.['strict']

/** One strip a score, from 0 to 100 %, so that equal scores do not cover each other; the chosen layers stand as lines through all. */
export function sweepOption({ layers, done }: Sweep, metrics: readonly MetricInfo[], chosen: readonly number[]): Record<string, unknown> {
  const five = fiveScores(metrics)
  const [top, bottom] = [2, 14]
  const height = (100 - top - bottom) / Math.max(1, five.length)
  const at = (i: number) => ({ gridIndex: i })
  const marks = layers.flatMap((layer, i) => chosen.includes(layer) ? [{ xAxis: i }] : [])
  return {
    axisPointer: { link: [{ xAxisIndex: 'all' }] },
    tooltip: { trigger: 'axis' },
    grid: five.map((_, i) => ({ left: 64, right: 16, top: `${top + i * height + 2}%`, height: `${height - 5}%` })),
    xAxis: five.map((_, i) => ({ ...at(i), type: 'category', data: layers.map(String), boundaryGap: true, axisTick: { show: false }, axisLabel: { show: i === five.length - 1 }, ...(i === five.length - 1 ? { name: 'layer', nameLocation: 'middle', nameGap: 24 } : {}) })),
    yAxis: five.map((metric, i) => ({ ...at(i), type: 'value', min: 0, max: 100, interval: 100, axisLabel: { show: false }, splitLine: { show: true }, name: metric.symbol, nameLocation: 'middle', nameGap: 10, nameRotate: 0, nameTextStyle: { align: 'right', fontWeight: 600 } })),
    series: five.map((metric, i) => ({
      type: 'line',
      name: metric.symbol,
      xAxisIndex: i,
      yAxisIndex: i,
      symbol: 'circle',
      symbolSize: 8,
      itemStyle: { color: `var(--series-${i + 1})` },
      lineStyle: { width: 2, color: `var(--series-${i + 1})` },
      ...(marks.length > 0 ? { markLine: { silent: true, symbol: 'none', label: { show: false }, lineStyle: { color: 'var(--text-3)', type: 'dashed', width: 1 }, data: marks } } : {}),
      data: layers.map((layer, place) => {
        const found = done.find(one => one.layer === layer)
        const value = found && scoreOf(found, metric.id)
        return [place, value === undefined ? null : Number((value * 100).toFixed(1))]
      }),
    })),
  }
}
