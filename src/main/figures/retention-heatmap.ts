// What a stream of edits keeps: the score of edit i after t edits, one map a sequential run.
import type { Variant } from '../metrics/metric.ts'
import { defineFigure, metricOf } from './figure.ts'
import { keptOf, readingOf } from './retention.ts'
import type { Kept } from './retention.ts'
import { rowsOf } from './rows.ts'
import type { FigureRow } from './rows.ts'
import { leftOut } from './words.ts'

/** Columns of a map at most: more would be less than a pixel or two. */
const mostTimes = 200
const mostMaps = 12
const own = { id: 'retention-heatmap', metrics: ['reliability', 'text-generality', 'image-generality', 'text-locality', 'image-locality', 'portability'] }

interface RetentionMap { readonly row: FigureRow, readonly times: readonly number[], readonly edits: readonly number[], readonly cells: readonly Kept[], readonly allTimes: number }

export const retentionHeatmap = defineFigure({
  ...own,
  label: 'Retention map',
  summary: 'Sequential runs: the score of every edit after more and more edits on top of it.',
  needs: ['retention'],
  draw(input) {
    const rows = rowsOf(input)
    const reading = readingOf(metricOf(input, own), input.variant)
    const found = rows.map(row => mapOf(row, keptOf(row, metricOf(input, own), reading.variant.id))).filter(({ cells }) => cells.length > 0)
    const maps = found.slice(0, mostMaps)
    const records: string[] = []
    const numbers = new Map<string, number>()
    const numberOf = (record: string): number => {
      const number = numbers.get(record) ?? records.push(record) - 1
      numbers.set(record, number)
      return number
    }
    return {
      option: optionOf(maps, reading.variant, numberOf),
      notes: [
        ...(maps.length > 0 ? [`${reading.label}, ${reading.variant.label.toLowerCase()}. ${maps.map(({ row, edits, allTimes }) => `${row.name}: ${edits.length} edits scored at ${allTimes} times`).join('; ')}.`] : []),
        ...reading.notes,
        ...maps.filter(({ times, allTimes }) => times.length < allTimes).map(({ row, times, allTimes }) => `${row.name}: one in ${Math.ceil(allTimes / times.length)} of ${allTimes} times is drawn.`),
        ...leftOut('no edit of them was scored again after later ones', rows.filter(row => !found.some(one => one.row === row)).map(({ name }) => name)),
        ...leftOut(`${mostMaps} maps are drawn at most`, found.slice(mostMaps).map(({ row }) => row.name)),
      ],
      records,
      height: maps.length === 0 ? 200 : Math.ceil(maps.length / columnsOf(maps.length)) * 290 + 50,
    }
  },
})

function mapOf(row: FigureRow, kept: readonly Kept[]): RetentionMap {
  const all = [...new Set(kept.map(({ time }) => time))]
  const pace = Math.ceil(all.length / mostTimes)
  const times = all.filter((_, i) => (all.length - 1 - i) % pace === 0)
  const shown = new Set(times)
  return { row, times, edits: [...new Set(kept.map(({ edit }) => edit))].sort((a, b) => a - b), cells: kept.filter(({ time }) => shown.has(time)), allTimes: all.length }
}

const columnsOf = (count: number): number => count === 4 ? 2 : Math.min(3, count)
const scale = [1, 2, 3, 4, 5].map(i => `var(--scale-${i})`)

function optionOf(maps: readonly RetentionMap[], { unit, higherIsBetter }: Variant, numberOf: (record: string) => number): Record<string, unknown> {
  const columns = columnsOf(maps.length)
  const lines = Math.max(1, Math.ceil(maps.length / columns))
  const most = maps.flatMap(({ cells }) => cells).reduce((max, { value }) => Math.max(max, value), 0)
  const top = unit === 'share' ? 1 : Number(Math.max(most, 1e-6).toPrecision(2))
  const place = (i: number): { left: string, right: string, top: string, bottom: string } => {
    const [column, line] = [i % columns, Math.floor(i / columns)]
    const [width, height] = [86 / columns, 98 / lines]
    return { left: `${6.5 + column * width}%`, right: `${93.5 - (column + 1) * width + (columns > 1 ? 5 : 1)}%`, top: `${line * height + 24 / lines / 2.4}%`, bottom: `${100 - (line + 1) * height + 38 / lines / 2.4}%` }
  }
  const axis = { type: 'category', splitLine: { show: false }, axisTick: { show: false } }
  return {
    grid: maps.map((_, i) => ({ ...place(i), outerBoundsMode: 'none' })),
    tooltip: { trigger: 'item' },
    title: maps.map(({ row }, i) => ({ text: row.name, left: place(i).left, top: `${Math.floor(i / columns) * 98 / lines + 0.5}%`, padding: 0, textStyle: { fontSize: 12, fontWeight: 600, width: 320, overflow: 'truncate' } })),
    xAxis: maps.map(({ times }, i) => ({ ...axis, gridIndex: i, data: times.map(String), axisLabel: { hideOverlap: true }, name: i + columns >= maps.length ? 'edits made' : '', nameLocation: 'middle', nameGap: 26 })),
    yAxis: maps.map(({ edits }, i) => ({ ...axis, gridIndex: i, inverse: true, data: edits.map(edit => String(edit + 1)), axisLabel: { hideOverlap: true }, name: i % columns === 0 ? 'edit' : '', nameLocation: 'middle', nameGap: 40 })),
    ...(maps.length === 0
      ? {}
      : { visualMap: { type: 'continuous', min: 0, max: top, dimension: 2, calculable: false, orient: 'vertical', right: 4, top: 'middle', itemWidth: 12, itemHeight: 130, text: unit === 'share' ? ['100 %', '0 %'] : [`${top}`, '0'], textStyle: { color: 'var(--text-2)' }, inRange: { color: higherIsBetter ? scale : [...scale].reverse() } } }),
    series: maps.map(({ row, times, edits, cells }, i) => {
      const timeAt = new Map(times.map((time, at) => [time, at]))
      const editAt = new Map(edits.map((edit, at) => [edit, at]))
      return {
        type: 'heatmap',
        id: `${row.key}#cells`,
        name: row.name,
        xAxisIndex: i,
        yAxisIndex: i,
        // [time, edit, value, place of the record]
        isRecords: true,
        progressive: 0,
        ...(edits.length <= 40 && times.length <= 40 ? { itemStyle: { borderColor: 'var(--surface)', borderWidth: 1 } } : {}),
        emphasis: { itemStyle: { borderColor: 'var(--text)', borderWidth: 1 } },
        data: cells.map(({ time, edit, record, value }) => [timeAt.get(time), editAt.get(edit), Number(value.toFixed(4)), numberOf(record)]),
      }
    }),
  }
}
