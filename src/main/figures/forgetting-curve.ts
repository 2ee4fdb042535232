// How edits fade: mean score of an edit by how many edits were made since, one line a sequential run, with 95 % intervals over edits.
import { defineFigure, metricOf } from './figure.ts'
import { legendRoom } from './frame.ts'
import { createLinks } from './links.ts'
import { byAge, keptOf, readingOf } from './retention.ts'
import type { AgeBin } from './retention.ts'
import { rowsOf } from './rows.ts'
import { axisValue, leftOut, markText } from './words.ts'

const own = { id: 'forgetting-curve', metrics: ['reliability', 'text-generality', 'image-generality', 'text-locality', 'image-locality', 'portability'] }

export const forgettingCurve = defineFigure({
  ...own,
  label: 'Forgetting curve',
  summary: 'Sequential runs: mean score of an edit by the number of edits made since.',
  needs: ['retention'],
  draw(input) {
    const rows = rowsOf(input)
    const metric = metricOf(input, own)
    const { label, variant, notes } = readingOf(metric, input.variant)
    const { unit } = variant
    const curves = rows.flatMap((row) => {
      const bins = byAge(keptOf(row, metric, variant.id), { seed: row.run?.run.plan.seed ?? 0, unit })
      return row.run && bins.length > 0 ? [{ row, run: row.run, bins }] : []
    })
    const links = createLinks(input)
    const { legend, top, right, media } = legendRoom(curves.map(({ row }) => row.name))
    const middle = ({ from, to }: AgeBin): number => (from + to) / 2
    return {
      option: {
        grid: { left: 60, right, top, bottom: 46 },
        legend,
        media: media(),
        tooltip: { trigger: 'item' },
        xAxis: { type: 'value', name: 'edits made since', nameLocation: 'middle', nameGap: 28, min: 0, minInterval: 1, splitLine: { show: false } },
        yAxis: { type: 'value', min: 0, nameLocation: 'middle', nameGap: 46, name: label, ...(unit === 'share' ? { max: 100, axisLabel: { formatter: '{value} %' } } : {}) },
        series: curves.flatMap(({ row: { key, name, look }, run, bins }) => {
          const edge = { type: 'line', name, stack: `band ${key}`, stackStrategy: 'all', symbol: 'none', silent: true, tooltip: { show: false }, lineStyle: { opacity: 0 }, itemStyle: { color: look.colour } }
          return [
            {
              type: 'line',
              id: key,
              name,
              symbol: look.symbol,
              symbolSize: 7,
              z: 3,
              itemStyle: { color: look.colour },
              lineStyle: { width: 2, type: look.dash, color: look.colour },
              data: bins.map(bin => ({
                value: [middle(bin), axisValue(bin.estimate.mean, unit)],
                tip: `${name}, ${bin.from === bin.to ? `${bin.from}` : `${bin.from} to ${bin.to}`} edits later: ${markText(bin.estimate, unit).replace('n =', 'edits =')}`,
                link: links.to(run, { records: [...bin.records] }),
              })),
            },
            { ...edge, data: bins.map(bin => [middle(bin), axisValue(bin.estimate.low, unit)]) },
            { ...edge, areaStyle: { opacity: 0.14, color: look.colour }, data: bins.map(bin => [middle(bin), Number((axisValue(bin.estimate.high, unit) - axisValue(bin.estimate.low, unit)).toFixed(4))]) },
          ]
        }),
      },
      notes: [
        ...(curves.length > 0 ? [`${label}, ${variant.label.toLowerCase()}. Bands: 95 % bootstrap intervals over edits. Edits by age, youngest / oldest: ${curves.map(({ row, bins }) => `${row.name} ${bins[0]!.estimate.n} / ${bins.at(-1)!.estimate.n}`).join('; ')}.`] : []),
        ...curves.flatMap(({ row, bins }) => bins.some(({ from, to }) => to > from) ? [`${row.name}: ${bins[0]!.to - bins[0]!.from + 1} ages stand in one point; an edit counts once in it, with its mean.`] : []),
        ...notes,
        ...leftOut('no edit of them was scored again after later ones', rows.filter(row => !curves.some(one => one.row === row)).map(({ name }) => name)),
      ],
      links: links.all,
      height: curves.length > 8 ? Math.max(360, curves.length * 17 + 60) : 340,
    }
  },
})
