// Mean loss per optimisation step, one line a run, with the middle half of the records as a band.
import { quantile } from '../statistics/bootstrap.ts'
import { defineFigure, labelsOf, legendOf, withLabels } from './figure.ts'
import type { FigureRun } from './figure.ts'

interface Curve { readonly mean: number[], readonly low: number[], readonly high: number[] }

export const learningCurve = defineFigure({
  id: 'learning-curve',
  label: 'Loss per step',
  summary: 'How fast the edits take: mean loss before every step.',
  needsLosses: true,
  draw: (all) => {
    const runs = withLabels(all)
    const shown = runs.filter(run => run.losses?.some(losses => losses.length > 0))
    const hidden = runs.filter(run => !shown.includes(run))
    return {
      id: 'learning-curve',
      label: 'Loss per step',
      option: optionOf(shown),
      notes: [
        ...(runs.length === 0 ? ['No run is chosen.'] : []),
        ...labelsOf(shown).map((name, i) => `${name}: n = ${shown[i]!.losses!.length}.`),
        ...(shown.length > 0 ? ['The band holds the middle half of the records. An edit that stopped early keeps its last loss.'] : []),
        ...(hidden.length > 0 ? [`Left out, because no step was recorded: ${labelsOf(hidden).join(', ')}.`] : []),
      ],
    }
  },
})

function optionOf(runs: readonly FigureRun[]): Record<string, unknown> {
  const names = labelsOf(runs)
  const { legend, top } = legendOf(names)
  return {
    grid: { left: 56, right: 16, top, bottom: 44 },
    legend,
    tooltip: { trigger: 'axis' },
    xAxis: { type: 'value', name: 'step', nameLocation: 'middle', nameGap: 26, min: 1, minInterval: 1, splitLine: { show: false } },
    yAxis: { type: 'value', name: 'loss (nats)', min: 0 },
    series: runs.flatMap((run, i) => {
      const curve = curveOf(run.losses ?? [])
      const points = (values: readonly number[]): number[][] => values.map((value, step) => [step + 1, Number(value.toFixed(6))])
      // The band is two stacked lines: an invisible lower edge, and the height above it filled. Series of one name share colour and
      // legend entry.
      const edge = { type: 'line', name: names[i], stack: `band ${i}`, stackStrategy: 'all', symbol: 'none', silent: true, tooltip: { show: false }, lineStyle: { opacity: 0 } }
      return [
        { type: 'line', name: names[i], symbol: 'none', lineStyle: { width: 2 }, z: 3, data: points(curve.mean) },
        { ...edge, data: points(curve.low) },
        { ...edge, areaStyle: { opacity: 0.14 }, data: points(curve.high.map((high, k) => high - curve.low[k]!)) },
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
