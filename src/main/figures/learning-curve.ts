// Mean loss per optimisation step, one line a row, with the middle half of the records as a band.
import { quantile } from '../statistics/bootstrap.ts'
import { defineFigure } from './figure.ts'
import { legendRoom } from './frame.ts'
import { createLinks } from './links.ts'
import type { Links } from './links.ts'
import { rowsOf } from './rows.ts'
import type { FigureRow } from './rows.ts'
import { eachText, leftOut } from './words.ts'

interface Curve { readonly mean: number[], readonly low: number[], readonly high: number[] }

/** Bands of more rows would cover each other. */
const hasBands = (rows: readonly FigureRow[]): boolean => rows.length <= 6

const lossesOf = ({ run }: FigureRow): readonly (readonly number[])[] => run?.losses?.filter(list => list.length > 0) ?? []

export const learningCurve = defineFigure({
  id: 'learning-curve',
  label: 'Loss per step of an edit',
  summary: 'How fast the edits take: mean loss before every step.',
  needs: ['losses'],
  isOfEdits: true,
  draw(input) {
    const rows = rowsOf(input)
    const shown = rows.filter(row => lossesOf(row).length > 0)
    const links = createLinks(input)
    return {
      option: optionOf(shown, links),
      notes: [
        ...(shown.length > 0 ? [`Records: ${eachText(shown.map(row => ({ name: row.name, text: `n = ${lossesOf(row).length}` })))}.`, `${hasBands(shown) ? 'The band holds the middle half of the records. ' : ''}An edit that stopped early keeps its last loss.`] : []),
        ...leftOut('no step was recorded', rows.filter(row => !shown.includes(row)).map(({ name }) => name)),
      ],
      links: links.all,
      height: shown.length > 8 ? Math.max(360, shown.length * 17 + 60) : 340,
    }
  },
})

function optionOf(rows: readonly FigureRow[], links: Links): Record<string, unknown> {
  const { legend, top, right, media } = legendRoom(rows.map(({ name }) => name))
  return {
    grid: { left: 60, right, top, bottom: 44 },
    legend,
    media: media(),
    tooltip: { trigger: 'axis' },
    xAxis: { type: 'value', name: 'step', nameLocation: 'middle', nameGap: 26, min: 1, minInterval: 1, splitLine: { show: false } },
    yAxis: { type: 'value', name: 'loss (nats)', nameLocation: 'middle', nameGap: 42, min: 0 },
    series: rows.flatMap((row) => {
      const { name, look } = row
      const curve = curveOf(lossesOf(row))
      const points = (values: readonly number[]): number[][] => values.map((value, step) => [step + 1, Number(value.toFixed(6))])
      // The band is two stacked lines: an invisible lower edge, and the height above it filled. Series of one name share a legend entry.
      const edge = { type: 'line', name, stack: `band ${row.key}`, stackStrategy: 'all', symbol: 'none', silent: true, tooltip: { show: false }, lineStyle: { opacity: 0 }, itemStyle: { color: look.colour } }
      return [
        {
          type: 'line',
          id: row.key,
          name,
          ...(row.run ? { link: links.to(row.run) } : {}),
          tip: `${name}: mean loss ${curve.mean[0]!.toPrecision(3)} before the first step, ${curve.mean.at(-1)!.toPrecision(3)} before step ${curve.mean.length}, n = ${lossesOf(row).length}`,
          symbol: look.symbol,
          symbolSize: 7,
          showSymbol: curve.mean.length <= 12,
          itemStyle: { color: look.colour },
          lineStyle: { width: 2, type: look.dash, color: look.colour },
          z: 3,
          data: points(curve.mean),
        },
        ...(hasBands(rows) ? [{ ...edge, data: points(curve.low) }, { ...edge, areaStyle: { opacity: 0.14, color: look.colour }, data: points(curve.high.map((high, k) => high - curve.low[k]!)) }] : []),
      ]
    }),
  }
}

/** Mean and quartiles over records at each step; shorter lists keep their last value. */
export function curveOf(losses: readonly (readonly number[])[]): Curve {
  const lists = losses.filter(list => list.length > 0)
  const length = lists.reduce((longest, list) => Math.max(longest, list.length), 0)
  const curve: Curve = { mean: [], low: [], high: [] }
  for (let step = 0; step < length; step++) {
    const values = Float64Array.from(lists, list => list[Math.min(step, list.length - 1)]!).sort()
    curve.mean.push(values.reduce((sum, value) => sum + value, 0) / values.length)
    curve.low.push(quantile(values, 0.25))
    curve.high.push(quantile(values, 0.75))
  }
  return curve
}
