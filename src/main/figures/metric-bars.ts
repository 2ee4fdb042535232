// Bars per metric, one a run, with 95 % intervals.
//
// ECharts draws error bars with a `custom` series, which needs a function; an option must be JSON. So every bar gets a slot of a
// hidden category axis, and one boxplot series whose boxes have no height lies over them: its whiskers are the intervals. A second
// category axis with one entry a metric carries the labels; each metric owns the same number of slots, so the two line up.
import type { Chosen } from './choose-metrics.ts'
import { chooseMetrics } from './choose-metrics.ts'
import { defineFigure, labelsOf, legendOf } from './figure.ts'
import type { FigureRun } from './figure.ts'

/** ECharts' sign for "no value". */
const nothing = '-'
const whiskerColour = '#6b7280'

export const metricBars = defineFigure({
  id: 'metric-bars',
  label: 'Metrics by run',
  summary: 'Mean of every metric with its 95 % interval, one bar a run.',
  needsLosses: false,
  draw: (runs, variant) => {
    const { chosen, notes } = chooseMetrics(runs, variant)
    return { id: 'metric-bars', label: 'Metrics by run', option: optionOf(runs, chosen, variant), notes: [...(runs.length === 0 ? ['No run is chosen.'] : []), ...notes, ...countNotes(runs, chosen, variant)] }
  },
})

function optionOf(runs: readonly FigureRun[], chosen: readonly Chosen[], variant: string): Record<string, unknown> {
  const names = labelsOf(runs)
  const { legend, top } = legendOf(names)
  const isShare = chosen.every(one => one.variant.unit === 'share')
  const scale = isShare ? 100 : 1
  // One empty slot at either side of a metric keeps the groups apart.
  const slots = chosen.flatMap(({ metric }) => [undefined, ...runs.map((run, index) => ({ metric, run, index })), undefined])
  const estimates = slots.map(slot => slot && slot.run.metrics[slot.metric.id]?.[variant])
  const round = (value: number): number => Number((value * scale).toFixed(4))
  return {
    grid: { left: 56, right: 16, top, bottom: 36 },
    legend,
    tooltip: { trigger: 'item' },
    xAxis: [
      { type: 'category', data: slots.map((slot, i) => slot ? `${slot.metric.label}, ${names[slot.index]}` : ` ${i}`), axisLabel: { show: false }, axisTick: { show: false }, splitLine: { show: false } },
      { type: 'category', data: chosen.map(({ metric }) => metric.label), position: 'bottom', axisTick: { show: false }, axisLine: { show: false }, axisLabel: { interval: 0 } },
    ],
    yAxis: {
      type: 'value',
      min: 0,
      ...(isShare ? { max: 100, axisLabel: { formatter: '{value} %' } } : { name: 'nats' }),
    },
    series: [
      ...names.map((name, index) => ({
        type: 'bar',
        name,
        // All series share the slot; only one of them has a value in it.
        barGap: '-100%',
        barCategoryGap: '14%',
        // The interval shows through in light and dark themes.
        itemStyle: { opacity: 0.75 },
        data: slots.map((slot, i) => slot?.index === index && estimates[i] ? round(estimates[i].mean) : nothing),
      })),
      {
        type: 'boxplot',
        name: '95 % interval',
        silent: true,
        tooltip: { show: false },
        z: 4,
        boxWidth: [4, 14],
        itemStyle: { color: whiskerColour, borderColor: whiskerColour, borderWidth: 1.5 },
        data: estimates.map((estimate) => {
          if (!estimate)
            return nothing
          const { low, mean, high } = estimate
          return [low, mean, mean, mean, high].map(round)
        }),
      },
    ],
  }
}

/** A mean states its n. */
function countNotes(runs: readonly FigureRun[], chosen: readonly Chosen[], variant: string): string[] {
  return labelsOf(runs).map((name, i) => {
    const counts = chosen.map(({ metric }) => runs[i]!.metrics[metric.id]?.[variant]?.n ?? 0)
    const all = new Set(counts)
    return all.size === 1
      ? `${name}: n = ${counts[0]}.`
      : `${name}: ${chosen.map(({ metric }, k) => `${metric.label} n = ${counts[k]}`).join(', ')}.`
  })
}
