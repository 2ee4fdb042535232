// The share metrics of several rows as a radar: a shape to recognise a run by. It shows no intervals, and says so.
import { chooseMetrics } from './choose-metrics.ts'
import { defineFigure } from './figure.ts'
import { legendRoom } from './frame.ts'
import { createLinks } from './links.ts'
import { rowsOf } from './rows.ts'
import { axisValue, countNotes, leftOut, markText, reportedNotes } from './words.ts'

export const radar = defineFigure({
  id: 'radar',
  label: 'Radar',
  summary: 'The share metrics of a run as a shape. Shows no intervals: look at the bars for those.',
  needs: [],
  draw(input) {
    const rows = rowsOf(input)
    const { chosen, notes } = chooseMetrics(rows, input.variant)
    const shares = chosen.filter(({ variant }) => variant.unit === 'share')
    const has = (row: typeof rows[number], { metric, variant }: typeof shares[number]): boolean => row.markOf(metric.id, variant.id) !== undefined
    // Axes that most rows have, then rows that have them all: a missing value has no place on a radar.
    const axes = shares.filter(one => rows.filter(row => has(row, one)).length * 2 > rows.length)
    const shown = axes.length < 3 ? [] : rows.filter(row => axes.every(one => has(row, one)))
    const links = createLinks(input)
    const { legend, right, top } = legendRoom(shown.map(({ name }) => name))
    return {
      option: {
        legend,
        tooltip: { trigger: 'item' },
        ...(shown.length === 0
          ? { series: [] }
          : {
              radar: {
                indicator: axes.map(({ metric }) => ({ name: metric.label, min: 0, max: 100 })),
                center: [right > 40 ? '42%' : '50%', '55%'],
                radius: top > 90 ? '54%' : '64%',
                axisName: { color: 'var(--text-2)' },
                splitNumber: 4,
                splitArea: { show: false },
                splitLine: { lineStyle: { color: 'var(--line)' } },
                axisLine: { lineStyle: { color: 'var(--line)' } },
              },
              series: shown.map(row => ({
                type: 'radar',
                id: row.key,
                name: row.name,
                symbol: row.look.symbol,
                symbolSize: 7,
                itemStyle: { color: row.look.colour },
                lineStyle: { width: 2, color: row.look.colour, type: row.run ? row.look.dash : 'dotted' },
                areaStyle: { opacity: shown.length > 3 ? 0 : 0.06, color: row.look.colour },
                data: [{
                  name: row.name,
                  value: axes.map(({ metric, variant }) => axisValue(row.markOf(metric.id, variant.id)!.mean, 'share')),
                  tip: `${row.name}: ${axes.map(({ metric, variant }) => `${metric.label} ${markText({ mean: row.markOf(metric.id, variant.id)!.mean }, 'share')}`).join(', ')}`,
                  ...(row.run ? { link: links.to(row.run) } : {}),
                }],
              })),
            }),
      },
      notes: [
        ...(shown.length > 0 ? ['From 0 % in the middle to 100 %. A radar shows no intervals, and areas depend on the order of the axes: compare runs in the bars.'] : []),
        ...(shown.length > 8 ? [`${shown.length} shapes are hard to tell apart: choose fewer rows.`] : []),
        ...notes,
        ...(rows.length > 0 && axes.length < 3 ? [`The reading '${input.variant}' is a share in ${axes.length} metrics; a radar needs three.`] : []),
        ...leftOut('fewer than half of the rows have them', shares.filter(one => !axes.includes(one)).map(({ metric }) => metric.label)),
        ...(axes.length < 3 ? [] : leftOut('they lack one of the metrics', rows.filter(row => !shown.includes(row)).map(({ name }) => name))),
        ...reportedNotes(shown),
        ...countNotes(shown, row => axes.map(({ metric, variant }) => ({ label: metric.label, n: row.markOf(metric.id, variant.id)?.n }))).map(note => note.replace('; intervals are 95 % bootstrap intervals over records', '')).filter(note => !note.startsWith('Intervals')),
      ],
      links: links.all,
      height: shown.length > 8 ? Math.max(420, shown.length * 17 + 60) : 400,
    }
  },
})
