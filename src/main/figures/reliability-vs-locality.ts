// What an edit costs: reliability over locality, two points a run (circle: pictures, triangle: text). The upper right corner is free.
import { chooseMetrics } from './choose-metrics.ts'
import { defineFigure, labelsOf, legendOf, withLabels } from './figure.ts'
import type { FigureRun } from './figure.ts'

const localities = [
  { id: 'image-locality', symbol: 'circle', label: 'Circles: image locality' },
  { id: 'text-locality', symbol: 'triangle', label: 'triangles: text locality' },
] as const

export const reliabilityVsLocality = defineFigure({
  id: 'reliability-vs-locality',
  label: 'Reliability over locality',
  summary: 'How much of everything else each run kept for its success.',
  needsLosses: false,
  draw: (all, variant) => {
    const runs = withLabels(all)
    const { chosen } = chooseMetrics(runs, variant)
    const fits = chosen.some(({ metric }) => metric.id === 'reliability')
    const shown = fits ? runs.filter(run => localities.some(({ id }) => pointOf(run, id, variant))) : []
    const hidden = runs.filter(run => !shown.includes(run))
    return {
      id: 'reliability-vs-locality',
      label: 'Reliability over locality',
      option: optionOf(shown, variant),
      notes: [
        ...(runs.length === 0 ? ['No run is chosen.'] : []),
        ...(shown.length > 0 ? [`${localities.map(({ label }) => label).join(', ')}.`] : []),
        ...(hidden.length > 0 ? [`Left out, because reliability and a locality have no reading '${variant}' in them: ${labelsOf(hidden).join(', ')}.`] : []),
      ],
    }
  },
})

/** [locality, reliability] in percent. */
function pointOf({ metrics }: FigureRun, locality: string, variant: string): [number, number] | undefined {
  const x = metrics[locality]?.[variant]
  const y = metrics.reliability?.[variant]
  return x && y && [percent(x.mean), percent(y.mean)]
}

const percent = (share: number): number => Number((share * 100).toFixed(4))

function optionOf(runs: readonly FigureRun[], variant: string): Record<string, unknown> {
  const names = labelsOf(runs)
  const { legend, top } = legendOf(names)
  const axis = { type: 'value', min: 0, max: 100, axisLabel: { formatter: '{value} %' } }
  return {
    grid: { left: 60, right: 24, top, bottom: 48 },
    legend,
    tooltip: { trigger: 'item' },
    xAxis: { ...axis, name: 'locality', nameLocation: 'middle', nameGap: 28 },
    yAxis: { ...axis, name: 'reliability' },
    // Series of one name share colour and legend entry.
    series: runs.flatMap((run, i) => localities.flatMap(({ id, symbol }) => {
      const point = pointOf(run, id, variant)
      return point ? [{ type: 'scatter', name: names[i], symbol, symbolSize: 14, itemStyle: { opacity: 0.85 }, data: [point] }] : []
    })),
  }
}
