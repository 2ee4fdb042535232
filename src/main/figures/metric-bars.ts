// Bars per metric, one a row, with 95 % intervals.
//
// ECharts draws error bars with a `custom` series, which needs a function; an option must be JSON. So every bar gets a slot of a
// hidden category axis, and one boxplot series whose boxes have no height lies over them: its whiskers are the intervals. A second
// category axis with one entry a metric carries the labels; each metric owns the same number of slots, so the two line up.
import type { Chosen } from './choose-metrics.ts'
import { allMetrics, chooseMetrics } from './choose-metrics.ts'
import { dotColumnsHeight, dotColumnsOption, inPercent, openColumn, shareColumn } from './dot-columns.ts'
import type { DotColumns } from './dot-columns.ts'
import { defineFigure, metricOf } from './figure.ts'
import { legendRoom } from './frame.ts'
import { createLinks } from './links.ts'
import type { Links } from './links.ts'
import { areaStyleOf, rowsOf } from './rows.ts'
import type { FigureRow } from './rows.ts'
import { axisValue, countNotes, markText, reportedNotes } from './words.ts'

/** ECharts' sign for "no value". */
const nothing = '-'

/** Bars that stand beside each other; more rows lie, a column a metric. */
const mostBeside = 8

export const metricBars = defineFigure({
  id: 'metric-bars',
  label: 'Metrics by run',
  summary: 'Mean of every metric with its 95 % interval, one bar a run.',
  needs: [],
  ...allMetrics,
  draw(input) {
    const rows = rowsOf(input)
    const { chosen, notes } = chooseMetrics(rows, input.variant, metricOf(input, { id: 'metric-bars', ...allMetrics }))
    const links = createLinks(input)
    const isLong = rows.length > mostBeside
    const plot = isLong ? columnsOf(rows, chosen, links) : undefined
    return {
      option: plot ? dotColumnsOption(plot) : optionOf(rows, chosen, links),
      notes: [...(plot && chosen.some(({ variant }) => variant.unit === 'share') ? [inPercent] : []), ...notes, ...reportedNotes(rows), ...countNotes(rows, row => chosen.map(({ metric, variant }) => ({ label: metric.label, n: row.markOf(metric.id, variant.id)?.n })))],
      links: links.all,
      height: plot ? dotColumnsHeight(plot) : 340,
    }
  },
})

const linkOf = (row: FigureRow, { metric, variant }: Chosen, links: Links): { link?: number } =>
  row.run ? { link: links.to(row.run, { metric: metric.id, variant: variant.id }) } : {}

function columnsOf(rows: readonly FigureRow[], chosen: readonly Chosen[], links: Links): DotColumns {
  return {
    rows: rows.map(({ name }) => name),
    columns: chosen.map(({ metric, variant }) => variant.unit === 'share'
      ? shareColumn(metric.label)
      : openColumn(metric.label, Math.max(0, ...rows.map(row => row.markOf(metric.id, variant.id)?.high ?? 0)))),
    kinds: [{ name: 'Mean', symbol: 'circle', colour: 'var(--series-1)' }],
    hasBars: true,
    dots: chosen.flatMap((one, column) => rows.flatMap((row, place) => {
      const mark = row.markOf(one.metric.id, one.variant.id)
      return mark ? [{ row: place, column, kind: 0, mark, tip: `${one.metric.label}, ${row.name}: ${markText(mark, one.variant.unit)}`, isHollow: !row.run, ...linkOf(row, one, links) }] : []
    })),
  }
}

function optionOf(rows: readonly FigureRow[], chosen: readonly Chosen[], links: Links): Record<string, unknown> {
  const names = rows.map(({ name }) => name)
  const { legend, top, right, media } = legendRoom(names, { marks: 'boxes' })
  const isShare = chosen.every(one => one.variant.unit === 'share')
  // One empty slot at either side of a metric keeps the groups apart.
  const slots = chosen.flatMap(({ metric, variant }) => [undefined, ...rows.map(row => ({ metric, variant, row, mark: row.markOf(metric.id, variant.id) })), undefined])
  return {
    grid: { left: 56, right, top, bottom: 36 },
    legend,
    media: media(),
    tooltip: { trigger: 'item' },
    xAxis: [
      { type: 'category', data: slots.map((slot, i) => slot ? `${slot.metric.label}, ${slot.row.name}` : ` ${i}`), axisLabel: { show: false }, axisTick: { show: false }, splitLine: { show: false } },
      { type: 'category', data: chosen.map(({ metric }) => metric.label), position: 'bottom', axisTick: { show: false }, axisLine: { show: false }, axisLabel: { interval: 0, hideOverlap: false } },
    ],
    yAxis: {
      type: 'value',
      min: 0,
      ...(isShare ? { max: 100, axisLabel: { formatter: '{value} %' } } : { name: 'nats' }),
    },
    series: [
      ...rows.map(row => ({
        type: 'bar',
        id: row.key,
        name: row.name,
        // All series share the slot; only one of them has a value in it.
        barGap: '-100%',
        barCategoryGap: '14%',
        itemStyle: areaStyleOf(row),
        data: slots.map((slot) => {
          if (slot?.row !== row || !slot.mark)
            return nothing
          const { metric, variant, mark } = slot
          return {
            value: axisValue(mark.mean, variant.unit),
            tip: `${metric.label}, ${row.name}: ${markText(mark, variant.unit)}`,
            ...linkOf(row, slot, links),
          }
        }),
      })),
      {
        type: 'boxplot',
        name: '95 % interval',
        silent: true,
        tooltip: { show: false },
        z: 4,
        boxWidth: [3, 12],
        itemStyle: { color: 'var(--text)', borderColor: 'var(--text)', borderWidth: 1.25 },
        data: slots.map((slot) => {
          const { mean, low, high } = slot?.mark ?? {}
          return slot && mean !== undefined && low !== undefined && high !== undefined ? [low, mean, mean, mean, high].map(value => axisValue(value, slot.variant.unit)) : nothing
        }),
      },
    ],
  }
}
