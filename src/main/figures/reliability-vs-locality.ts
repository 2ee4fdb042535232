// What an edit costs: reliability over locality, a point a row with its interval both ways. The upper right corner is free.
//
// The Pareto front is drawn lightly: rows that no other row beats in both. Ties belong to it.
import { metrics } from '../metrics/index.ts'
import { chooseMetrics } from './choose-metrics.ts'
import { defineFigure, metricOf } from './figure.ts'
import { legendRoom } from './frame.ts'
import { createLinks } from './links.ts'
import type { Links } from './links.ts'
import { pointStyleOf, rowsOf } from './rows.ts'
import type { FigureRow, Mark } from './rows.ts'
import { whiskerSeries } from './whiskers.ts'
import { axisValue, countNotes, leastPercent, leftOut, markText, reportedNotes } from './words.ts'

const localities = ['text-locality', 'image-locality']
const own = { id: 'reliability-vs-locality', metrics: ['both-localities', ...localities], labels: { 'both-localities': 'Both localities' } }

interface Panel { readonly id: string, readonly label: string, readonly points: readonly Point[] }
interface Point { readonly row: FigureRow, readonly x: Mark, readonly y: Mark }

export const reliabilityVsLocality = defineFigure({
  ...own,
  label: 'Reliability over locality',
  summary: 'How much of everything else each run kept for its success; the front of the best is drawn lightly.',
  needs: [],
  draw(input) {
    const rows = rowsOf(input)
    const { variant } = input
    const { chosen } = chooseMetrics(rows, variant)
    const metric = metricOf(input, own)
    const hasReliability = chosen.some(({ metric }) => metric.id === 'reliability')
    const panels = localities.filter(id => metric === 'both-localities' || metric === id).map((id): Panel => ({
      id,
      label: metrics.get(id).label,
      points: hasReliability
        ? rows.flatMap((row) => {
            const [x, y] = [row.markOf(id, variant), row.markOf('reliability', variant)]
            return x && y ? [{ row, x, y }] : []
          })
        : [],
    }))
    const shown = panels.filter(({ points }) => points.length > 0)
    const drawn = new Set(shown.flatMap(({ points }) => points.map(({ row }) => row)))
    const links = createLinks(input)
    return {
      option: optionOf(shown, rows.filter(row => drawn.has(row)), links),
      notes: [
        ...(shown.length > 0 ? ['Dashed: the rows that no other row beats in both. Axes begin below the lowest row, not at 0.'] : []),
        ...leftOut(`reliability and a locality have no reading '${variant}' in them`, rows.filter(row => !drawn.has(row)).map(({ name }) => name)),
        ...reportedNotes(rows.filter(row => drawn.has(row))),
        ...countNotes(rows.filter(row => drawn.has(row)), row => ['reliability', ...shown.map(({ id }) => id)].map(id => ({ label: metrics.get(id).label, n: row.markOf(id, variant)?.n }))),
      ],
      links: links.all,
      height: drawn.size > 8 ? (shown.length > 1 ? 620 : Math.max(400, drawn.size * 17 + 60)) : 360,
    }
  },
})

/** Rows that no other beats in one and equals in the other, from left to right. */
export function frontOf(points: readonly { readonly x: Pick<Mark, 'mean'>, readonly y: Pick<Mark, 'mean'> }[]): [number, number][] {
  const beaten = (one: typeof points[number]): boolean => points.some(other =>
    other.x.mean >= one.x.mean && other.y.mean >= one.y.mean && (other.x.mean > one.x.mean || other.y.mean > one.y.mean))
  return points.filter(point => !beaten(point)).map(({ x, y }): [number, number] => [x.mean, y.mean]).sort((a, b) => a[0] - b[0] || b[1] - a[1])
}

function optionOf(panels: readonly Panel[], rows: readonly FigureRow[], links: Links): Record<string, unknown> {
  const { legend, top, right, media } = legendRoom(rows.map(({ name }) => name), { head: 14, marks: 'points' })
  const isPair = panels.length > 1
  // Side by side; where the legend takes the right, one above the other.
  const isStacked = isPair && right > 40
  const placeOf = (i: number): object => {
    if (isStacked)
      return { left: 68, right: right + 8, ...(i === 0 ? { top, bottom: '56%' } : { top: '52%', bottom: 48 }) }
    return { top, bottom: 48, left: isPair && i === 1 ? '57%' : 68, right: isPair && i === 0 ? '52.5%' : right + 8 }
  }
  const axis = { type: 'value', max: 100, axisLabel: { formatter: '{value} %', hideOverlap: true } }
  const least = leastPercent(panels.flatMap(({ points }) => points.map(({ y }) => y)))
  return {
    grid: panels.map((_, i) => ({ ...placeOf(i), outerBoundsMode: 'none' })),
    legend,
    media: media(panels.length),
    tooltip: { trigger: 'item' },
    xAxis: panels.map(({ label, points }, i) => ({ ...axis, min: leastPercent(points.map(({ x }) => x)), gridIndex: i, name: label, nameLocation: 'middle', nameGap: 28 })),
    yAxis: panels.map((_, i) => ({ ...axis, min: least, gridIndex: i, ...(i === 0 || isStacked ? { name: 'Reliability', nameLocation: 'middle', nameGap: 44 } : {}) })),
    series: panels.flatMap(({ id, points }, i) => {
      const at = { xAxisIndex: i, yAxisIndex: i }
      const front = frontOf(points).map(([x, y]) => [axisValue(x, 'share'), axisValue(y, 'share')])
      return [
        ...points.map(({ row, x, y }) => ({
          ...at,
          type: 'scatter',
          name: row.name,
          symbol: row.look.symbol,
          symbolSize: 12,
          z: 5,
          itemStyle: pointStyleOf(row),
          data: [{
            value: [axisValue(x.mean, 'share'), axisValue(y.mean, 'share')],
            tip: `${row.name}: reliability ${markText(y, 'share')}; ${metrics.get(id).label.toLowerCase()} ${markText(x, 'share')}`,
            ...(row.run ? { link: links.to(row.run) } : {}),
          }],
        })),
        ...points.map(({ row, x, y }) => whiskerSeries(row.name, row.look.colour, crossOf(x, y), { ...at, lineStyle: { color: row.look.colour, width: 1.25, opacity: 0.8 } })),
        { ...at, type: 'line', name: 'Front', silent: true, symbol: 'none', step: 'end', z: 1, tooltip: { show: false }, lineStyle: { color: 'var(--text-3)', width: 1, type: [4, 4], opacity: 0.7 }, data: front },
      ]
    }),
  }
}

function crossOf(x: Mark, y: Mark): { from: [number, number], to: [number, number] }[] {
  const [cx, cy] = [axisValue(x.mean, 'share'), axisValue(y.mean, 'share')]
  return [
    ...(x.low === undefined || x.high === undefined ? [] : [{ from: [axisValue(x.low, 'share'), cy] as [number, number], to: [axisValue(x.high, 'share'), cy] as [number, number] }]),
    ...(y.low === undefined || y.high === undefined ? [] : [{ from: [cx, axisValue(y.low, 'share')] as [number, number], to: [cx, axisValue(y.high, 'share')] as [number, number] }]),
  ]
}
