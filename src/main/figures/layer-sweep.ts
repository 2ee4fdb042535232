// Which layer should be edited? The scores of runs that differ only in the layer that they edit, a line a metric, with 95 % intervals.
import type { ReportRun } from '../query/report-run.ts'
import { layerOf } from '../methods/chosen-layer.ts'
import { chooseMetrics } from './choose-metrics.ts'
import type { Chosen } from './choose-metrics.ts'
import { five } from './cost-vs-quality.ts'
import { defineFigure } from './figure.ts'
import { legendRoom } from './frame.ts'
import { createLinks } from './links.ts'
import type { Links } from './links.ts'
import { lookOf } from './palette.ts'
import { labelsOf, rowsOf } from './rows.ts'
import { whiskerSeries } from './whiskers.ts'
import { axisValue, countNotes, leftOut, markText } from './words.ts'

export interface Sweep { readonly name: string, readonly runs: readonly { readonly layer: number, readonly run: ReportRun }[] }

export const layerSweep = defineFigure({
  id: 'layer-sweep',
  label: 'Layer sweep',
  summary: 'Runs that differ only in the layer they edit: the five scores by layer.',
  needs: [],
  draw(input) {
    const rows = rowsOf(input)
    const { sweeps, alone } = sweepsOf(input.runs)
    const { chosen, notes } = chooseMetrics(rows.filter(({ run }) => run && sweeps.some(({ runs }) => runs.some(one => one.run === run))), input.variant)
    const shown = chosen.filter(({ metric }) => five.some(id => id === metric.id))
    const links = createLinks(input)
    return {
      option: optionOf(sweeps, shown, links),
      notes: [
        ...(input.runs.length > 0 && sweeps.length === 0 ? ['No two of the runs differ in the edited layer alone. Start a sweep in the Lab (Where does it live?), or with: mmedit runs sweep.'] : []),
        ...(sweeps.length > 0 ? notes : []),
        ...leftOut('they belong to no sweep', [...alone.map(run => rows.find(({ key }) => key === run.key)!.name), ...rows.filter(({ run }) => !run).map(({ name }) => name)]),
        ...countNotes(rows.filter(({ run }) => run && !alone.includes(run)), row => shown.map(({ metric, variant }) => ({ label: metric.label, n: row.markOf(metric.id, variant.id)?.n }))),
      ],
      links: links.all,
      height: sweeps.length > 2 ? Math.ceil(sweeps.length / 2) * 280 + 40 : 380,
    }
  },
})

/** Runs that are equal but for the layer; a later run of the same layer takes the place of the earlier one. */
export function sweepsOf(runs: readonly ReportRun[]): { readonly sweeps: readonly Sweep[], readonly alone: readonly ReportRun[] } {
  const groups = new Map<string, Map<number, ReportRun>>()
  for (const row of runs) {
    const layer = layerOf(row.run.plan)
    if (layer === undefined || row.run.plan.kind === 'train')
      continue
    const { name: _, method, ...plan } = row.run.plan
    const { onlyLayer: __, ...config } = method.config
    const key = JSON.stringify([plan, method.id, config, row.slice?.id])
    groups.set(key, (groups.get(key) ?? new Map<number, ReportRun>()).set(layer, row))
  }
  const found = [...groups.values()].filter(group => group.size > 1).map(group => [...group].map(([layer, run]) => ({ layer, run })).sort((a, b) => a.layer - b.layer))
  const names = labelsOf(found.map((group): ReportRun => {
    const { label: _, run, ...rest } = group[0]!.run
    const { name: __, ...plan } = run.plan
    const { onlyLayer: ___, ...config } = plan.method.config
    return { ...rest, run: { ...run, plan: { ...plan, method: { ...plan.method, config } } } }
  }))
  const used = new Set(found.flatMap(group => group.map(({ run }) => run)))
  return { sweeps: found.map((group, i) => ({ name: names[i]!, runs: group })), alone: runs.filter(run => !used.has(run)) }
}

function optionOf(sweeps: readonly Sweep[], chosen: readonly Chosen[], links: Links): Record<string, unknown> {
  const { legend, top, media } = legendRoom(chosen.map(({ metric }) => metric.label), { head: 24 })
  const unit = chosen[0]?.variant.unit ?? 'share'
  const columns = Math.min(2, Math.max(1, sweeps.length))
  const lines = Math.max(1, Math.ceil(sweeps.length / columns))
  const place = (i: number): Record<string, unknown> => {
    const line = Math.floor(i / columns)
    return {
      left: columns === 1 || i % columns === 0 ? 60 : '54%',
      right: columns === 1 || i % columns === 1 ? 16 : '52%',
      // The legend's pixels belong to the first line only; further ones share the height.
      ...(lines === 1 ? { top, bottom: 46 } : { top: `${10 + line * 88 / lines}%`, bottom: `${100 - 10 - (line + 1) * 88 / lines + 34 / lines / 2.6}%` }),
    }
  }
  return {
    grid: sweeps.map((_, i) => ({ ...place(i), outerBoundsMode: 'none' })),
    legend,
    media: lines === 1 ? media(sweeps.length) : [],
    tooltip: { trigger: 'item' },
    ...(sweeps.length > 1 && lines === 1 ? { title: sweeps.map(({ name }, i) => ({ text: name, left: place(i)['left'], top: top - 20, padding: 0, textStyle: { fontSize: 12, fontWeight: 600 } })), media: [] } : {}),
    ...(lines > 1 ? { title: sweeps.map(({ name }, i) => ({ text: name, left: place(i)['left'], top: `${10 + Math.floor(i / columns) * 88 / lines - 14 / lines / 2.2}%`, padding: 0, textStyle: { fontSize: 12, fontWeight: 600 } })) } : {}),
    xAxis: sweeps.map(({ runs }, i) => ({ type: 'value', gridIndex: i, name: 'layer', nameLocation: 'middle', nameGap: 26, min: runs[0]!.layer - 0.5, max: runs.at(-1)!.layer + 0.5, axisLine: { onZero: false }, axisLabel: { customValues: runs.map(({ layer }) => layer), hideOverlap: true }, axisTick: { customValues: runs.map(({ layer }) => layer) }, splitLine: { show: false } })),
    yAxis: sweeps.map((_, i) => ({ type: 'value', gridIndex: i, min: 0, ...(unit === 'share' ? { max: 100, axisLabel: { formatter: '{value} %' } } : { name: 'nats' }) })),
    series: sweeps.flatMap((sweep, i) => chosen.flatMap(({ metric, variant }, k) => {
      const look = lookOf(k)
      const at = { xAxisIndex: i, yAxisIndex: i }
      // Intervals of one layer stand beside each other.
      const x = (layer: number): number => Number((layer + (k - (chosen.length - 1) / 2) * 0.06).toFixed(3))
      const measured = sweep.runs.flatMap(({ layer, run }) => {
        const mark = run.metrics[metric.id]?.[variant.id]
        return mark ? [{ layer, run, mark }] : []
      })
      return [
        {
          ...at,
          type: 'line',
          name: metric.label,
          symbol: look.symbol,
          symbolSize: 8,
          z: 4,
          itemStyle: { color: look.colour },
          lineStyle: { width: 1.75, type: look.dash, color: look.colour },
          data: measured.map(({ layer, run, mark }) => ({
            value: [x(layer), axisValue(mark.mean, variant.unit)],
            tip: `${sweep.name}, layer ${layer}: ${metric.label} ${markText(mark, variant.unit)}`,
            link: links.to(run, { metric: metric.id, variant: variant.id }),
          })),
        },
        whiskerSeries(metric.label, look.colour, measured.map(({ layer, mark }) => ({ from: [x(layer), axisValue(mark.low, variant.unit)], to: [x(layer), axisValue(mark.high, variant.unit)] })), { ...at, lineStyle: { color: look.colour, width: 1, opacity: 0.8 } }),
      ]
    })),
  }
}
