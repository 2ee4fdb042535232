// What quality costs: seconds per edit (logarithmic) against a metric or the mean of the five, with intervals both ways.
import type { ReportInput } from '../query/report-run.ts'
import { metrics } from '../metrics/index.ts'
import { estimate } from '../statistics/bootstrap.ts'
import { defineFigure, metricOf } from './figure.ts'
import { legendRoom } from './frame.ts'
import { createLinks } from './links.ts'
import { readingOf } from './retention.ts'
import { pointStyleOf, rowsOf } from './rows.ts'
import type { FigureRow, Mark } from './rows.ts'
import { whiskerSeries } from './whiskers.ts'
import { axisValue, eachText, leastPercent, leftOut, markText } from './words.ts'

/** The paper's metrics and image generality. */
export const five = ['reliability', 'text-generality', 'image-generality', 'text-locality', 'image-locality'] as const
const own = { id: 'cost-vs-quality', metrics: ['mean-of-five', ...five, 'portability'], labels: { 'mean-of-five': 'Mean of the five scores' } }

interface Point { readonly row: FigureRow, readonly x: Mark, readonly y: Mark }

export const costVsQuality = defineFigure({
  ...own,
  label: 'Cost against quality',
  summary: 'Seconds per edit, logarithmic, against the mean of the five scores or one of them.',
  needs: ['records'],
  draw(input) {
    const rows = rowsOf(input)
    const metric = metricOf(input, own)
    const reading = metric === 'mean-of-five' ? undefined : readingOf(metric, input.variant)
    const label = reading?.label ?? own.labels['mean-of-five']
    const unit = reading?.variant.unit ?? 'share'
    const points = rows.flatMap((row): Point[] => {
      const y = reading ? row.markOf(metric, reading.variant.id) : meanOfFive(row, input.variant)
      const x = row.run?.secondsPerEdit
      return x && y && x.mean > 0 ? [{ row, x, y }] : []
    })
    return {
      ...plotOf(points, label, unit, input, reading ? { metric, variant: reading.variant.id } : {}),
      notes: [
        ...(reading || points.length === 0 ? [] : [`Mean of ${five.map(id => metrics.get(id).label.toLowerCase()).join(', ')}, record by record, over the records that have all five.`]),
        ...(points.length > 0 ? [`Records: ${eachText(points.map(({ row, y }) => ({ name: row.name, text: `n = ${y.n}` })))}. Intervals are 95 % bootstrap intervals over records. Seconds are of the edit alone, on the machine of the run. The vertical axis begins below the lowest row.`] : []),
        ...(reading?.notes ?? []),
        ...devices(points),
        ...leftOut('their seconds per edit or this score are not known', rows.filter(row => !points.some(point => point.row === row)).map(({ name }) => name)),
      ],
    }
  },
})

/** Records that have all five readings, each with its mean of them. A reading in nats has no mean with shares: undefined. */
export function meanOfFive({ run }: FigureRow, variant: string): Mark | undefined {
  const columns = five.map(id => metrics.get(id).variants.some(one => one.id === variant && one.unit === 'share') ? run?.records?.scores[id]?.[variant] : undefined)
  const [first] = columns
  if (!run || !first || columns.some(column => !column))
    return undefined
  const means = first.flatMap((_, i) => {
    const values = columns.map(column => column![i] ?? null)
    return values.includes(null) ? [] : [values.reduce<number>((sum, value) => sum + value!, 0) / values.length]
  })
  return estimate(means, { seed: run.run.plan.seed, unit: 'share' })
}

/** Seconds of different machines are not comparable. */
function devices(points: readonly Point[]): string[] {
  const found = new Set(points.map(({ row }) => row.run?.run.provider?.device).filter(device => device !== undefined))
  return found.size > 1 ? [`The runs were made on different devices, so their seconds do not compare: ${[...found].join('; ')}.`] : []
}

/** 1, 2 or 5 times powers of ten, from the last below all values to the first above; two decades and more: powers of ten only. */
export function stepsAround(values: readonly number[]): number[] {
  if (values.length === 0)
    return [0.1, 1, 10]
  const [low, high] = [Math.min(...values), Math.max(...values)]
  const first = Math.floor(Math.log10(low))
  const all = Array.from({ length: Math.ceil(Math.log10(high)) - first + 2 }, (_, i) => [1, 2, 5].map(step => Number((step * 10 ** (first + i)).toPrecision(1)))).flat()
  const inside = all.filter((step, i) => (all[i + 1] ?? Infinity) > low && (all[i - 1] ?? 0) < high)
  return inside.length <= 8 ? inside : inside.filter((step, i) => i === 0 || i === inside.length - 1 || Number.isInteger(Math.log10(step)))
}

function plotOf(points: readonly Point[], label: string, unit: 'share' | 'nats', input: ReportInput, of: { readonly metric?: string, readonly variant?: string }): { readonly option: Record<string, unknown>, readonly links: ReturnType<typeof createLinks>['all'], readonly height: number } {
  const links = createLinks(input)
  const { legend, top, right, media } = legendRoom(points.map(({ row }) => row.name), { marks: 'points' })
  const seconds = (value: number): number => Number(value.toPrecision(4))
  const ends = points.flatMap(({ x }) => [x.low ?? x.mean, x.high ?? x.mean]).filter(value => value > 0)
  const ticks = stepsAround(ends)
  const least = unit === 'share' ? leastPercent(points.map(({ y }) => y)) : 0
  return {
    option: {
      grid: { left: 60, right: right + 8, top, bottom: 48 },
      legend,
      media: media(),
      tooltip: { trigger: 'item' },
      xAxis: { type: 'log', name: 'seconds per edit', nameLocation: 'middle', nameGap: 28, min: ticks[0], max: ticks.at(-1), axisLabel: { customValues: ticks, hideOverlap: true }, axisTick: { customValues: ticks }, splitLine: { show: false } },
      yAxis: { type: 'value', min: least, name: label, nameLocation: 'middle', nameGap: 46, ...(unit === 'share' ? { max: 100, axisLabel: { formatter: '{value} %' } } : {}) },
      series: points.flatMap(({ row, x, y }) => [
        {
          type: 'scatter',
          id: row.key,
          name: row.name,
          symbol: row.look.symbol,
          symbolSize: 12,
          z: 5,
          itemStyle: pointStyleOf(row),
          data: [{
            value: [seconds(x.mean), axisValue(y.mean, unit)],
            tip: `${row.name}: ${seconds(x.mean)} s per edit [${seconds(x.low ?? x.mean)}, ${seconds(x.high ?? x.mean)}]; ${label} ${markText(y, unit)}`,
            ...(row.run ? { link: links.to(row.run, of) } : {}),
          }],
        },
        whiskerSeries(row.name, row.look.colour, [
          ...(x.low === undefined || x.high === undefined || x.low <= 0 ? [] : [{ from: [seconds(x.low), axisValue(y.mean, unit)] as const, to: [seconds(x.high), axisValue(y.mean, unit)] as const }]),
          ...(y.low === undefined || y.high === undefined ? [] : [{ from: [seconds(x.mean), axisValue(y.low, unit)] as const, to: [seconds(x.mean), axisValue(y.high, unit)] as const }]),
        ], { lineStyle: { color: row.look.colour, width: 1.25, opacity: 0.8 } }),
      ]),
    },
    links: links.all,
    height: points.length > 8 ? Math.max(380, points.length * 17 + 60) : 360,
  }
}
