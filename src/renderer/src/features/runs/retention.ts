// What a stream of edits keeps: the score of every edit at every time, and the means that fall when it forgets.
import type { MetricInfo } from '@contract/methods.ts'
import type { RetentionCell } from '@contract/runs.ts'

export interface Matrix {
  /** Numbers of edits made so far, ascending. */
  readonly times: readonly number[]
  /** Edits in the order of the stream, with their records. */
  readonly edits: readonly { readonly edit: number, readonly record: string }[]
  /** [index of time, index of edit, value] */
  readonly cells: readonly (readonly [number, number, number])[]
  /** Over all edits so far, and over those that came with the time itself. */
  readonly means: readonly { readonly time: number, readonly all: number, readonly n: number, readonly newest: number | undefined }[]
  /** How many times there are; more than are drawn where drawing all would freeze the page. */
  readonly timeCount: number
}

/** Columns that are drawn at most: a pixel or two each. */
const mostTimes = 300

/** The matrix of one metric's variant; cells that lack it are left out. */
export function matrixOf(all: readonly RetentionCell[], metric: string, variant: string, most = mostTimes): Matrix {
  const values = all.flatMap(({ time, edit, record, scores }) => {
    const value = scores[metric]?.[variant]
    return value === undefined ? [] : [{ time, edit, record, value }]
  })
  const allTimes = [...new Set(values.map(({ time }) => time))].sort((a, b) => a - b)
  const times = thinned(allTimes, most)
  const timeIndex = new Map(times.map((time, i) => [time, i]))
  const records = new Map(values.map(({ edit, record }) => [edit, record]))
  const edits = [...records].sort(([a], [b]) => a - b).map(([edit, record]) => ({ edit, record }))
  const editIndex = new Map(edits.map(({ edit }, i) => [edit, i]))
  const cells = values.flatMap(({ time, edit, value }): (readonly [number, number, number])[] => {
    const column = timeIndex.get(time)
    return column === undefined ? [] : [[column, editIndex.get(edit) ?? 0, Number(value.toFixed(4))]]
  })
  const byTime = new Map<number, { edit: number, value: number }[]>()
  for (const { time, edit, value } of values) {
    const scored = byTime.get(time) ?? []
    scored.push({ edit, value })
    byTime.set(time, scored)
  }
  const means = times.map((time) => {
    const scored = byTime.get(time) ?? []
    const before = allTimes[allTimes.indexOf(time) - 1] ?? 0
    return { time, all: mean(scored.map(({ value }) => value)) ?? 0, n: scored.length, newest: mean(scored.filter(({ edit }) => edit >= before).map(({ value }) => value)) }
  })
  return { times, edits, cells, means, timeCount: allTimes.length }
}

/** Every so-many-th and the last. */
function thinned(times: readonly number[], most: number): number[] {
  const pace = Math.ceil(times.length / most)
  return times.filter((_, i) => (times.length - 1 - i) % pace === 0)
}

function mean(values: readonly number[]): number | undefined {
  return values.length > 0 ? values.reduce((sum, value) => sum + value, 0) / values.length : undefined
}

export type Reading = MetricInfo['variants'][number]

/** The metrics that any cell has, with their primary reading. */
export function measuredMetrics(cells: readonly RetentionCell[], infos: readonly MetricInfo[]): { readonly info: MetricInfo, readonly reading: Reading }[] {
  const found = new Set(cells.flatMap(({ scores }) => Object.keys(scores)))
  return infos.flatMap((info) => {
    const reading = info.variants[0]
    return reading && found.has(info.id) ? [{ info, reading }] : []
  })
}

const scale = ['var(--scale-1)', 'var(--scale-2)', 'var(--scale-3)', 'var(--scale-4)', 'var(--scale-5)']

/** Edits down, time to the right; light is good, dark is forgotten (or leaked, where less is better). */
export function heatOption({ times, edits, cells }: Matrix, { higherIsBetter, unit }: Reading, label: string): Record<string, unknown> {
  const top = unit === 'nats' ? Math.max(0.001, ...cells.slice(0, 20_000).map(([, , value]) => value)) : 1
  return {
    grid: { left: 64, right: 84, top: 12, bottom: 44 },
    tooltip: {},
    xAxis: { type: 'category', name: 'edits made', nameLocation: 'middle', nameGap: 28, data: times.map(String), splitLine: { show: false } },
    yAxis: { type: 'category', name: 'edit', nameLocation: 'middle', nameGap: 46, inverse: true, data: edits.map(({ edit }) => String(edit + 1)) },
    visualMap: { min: 0, max: top, calculable: false, orient: 'vertical', right: 8, top: 'middle', itemWidth: 14, itemHeight: Math.min(120, 36 + edits.length * 6), textStyle: { color: 'var(--text-2)' }, precision: unit === 'nats' ? 3 : 2, text: higherIsBetter ? ['1', '0'] : [String(Number(top.toPrecision(2))), '0'], inRange: { color: higherIsBetter ? scale : [...scale].reverse() } },
    series: [{ type: 'heatmap', name: label, data: cells, progressive: 2_000, ...(edits.length <= 60 && times.length <= 60 ? { itemStyle: { borderColor: 'var(--surface)', borderWidth: 1 } } : {}), emphasis: { itemStyle: { borderColor: 'var(--text)', borderWidth: 1 } } }],
  }
}

/** The mean over all edits so far and over the newest ones, against time. */
export function forgettingOption({ means }: Matrix, { unit }: Reading, label: string): Record<string, unknown> {
  const line = (name: string, of: (mean: Matrix['means'][number]) => number | undefined, style: Record<string, unknown>): Record<string, unknown> =>
    ({ type: 'line', name, symbol: 'circle', symbolSize: 5, showSymbol: means.length <= 40, lineStyle: style, data: means.flatMap(one => of(one) === undefined ? [] : [[one.time, Number(of(one)?.toFixed(4))]]) })
  return {
    grid: { left: 64, right: 84, top: 36, bottom: 44 },
    legend: { top: 4, left: 64 },
    tooltip: { trigger: 'axis' },
    xAxis: { type: 'value', name: 'edits made', nameLocation: 'middle', nameGap: 28, min: means[0]?.time ?? 0, max: means.at(-1)?.time ?? 1, minInterval: 1, splitLine: { show: false } },
    yAxis: { type: 'value', min: 0, ...(unit === 'nats' ? {} : { max: 1 }), name: label, nameLocation: 'middle', nameGap: 46 },
    series: [line('All edits so far', one => one.all, { width: 2.5 }), line('The newest', one => one.newest, { width: 1.25, type: 'dashed' })],
  }
}
