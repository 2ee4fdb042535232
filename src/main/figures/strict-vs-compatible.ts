// Do the readings agree? Strict and EasyEdit-compatible scores and free decoding of the same answers, side by side, with the share of records
// on which strict and EasyEdit give the same number.
import { metrics } from '../metrics/index.ts'
import type { Metric } from '../metrics/metric.ts'
import type { ReportRun } from '../query/report-run.ts'
import { allMetrics } from './choose-metrics.ts'
import { dotColumnsHeight, dotColumnsOption, inPercent, shareColumn } from './dot-columns.ts'
import type { Dot, DotColumns, DotText } from './dot-columns.ts'
import { defineFigure, metricOf } from './figure.ts'
import { createLinks } from './links.ts'
import type { Links } from './links.ts'
import { differenceText, pairedColumns } from './paired.ts'
import { rowsOf } from './rows.ts'
import type { FigureRow } from './rows.ts'
import { countNotes, leftOut, markText, valueText } from './words.ts'

const readings = [
  { id: 'strict', name: 'Strict (teacher forcing)', symbol: 'circle', colour: 'var(--series-1)' },
  { id: 'easyedit', name: 'EasyEdit-compatible', symbol: 'diamond', colour: 'var(--series-2)' },
  { id: 'free', name: 'Free decoding', symbol: 'triangle', colour: 'var(--series-3)' },
] as const

export const strictVsCompatible = defineFigure({
  id: 'strict-vs-compatible',
  label: 'Strict against compatible readings',
  summary: 'The same answers read strictly, as EasyEdit reads them, and decoded freely; the small number is the share of records on which strict and EasyEdit agree.',
  needs: ['records'],
  ...allMetrics,
  draw(input) {
    const all = rowsOf(input)
    const measured = all.flatMap(row => row.run && readings.filter(({ id }) => metrics.all.some(metric => row.markOf(metric.id, id))).length > 1 ? [{ row, run: row.run }] : [])
    const only = metricOf(input, { id: 'strict-vs-compatible', ...allMetrics })
    const shown = metrics.all.filter(metric => (only === 'all-metrics' || metric.id === only) && measured.some(({ row }) => readings.some(({ id }) => row.markOf(metric.id, id))))
    const links = createLinks(input)
    const cells = measured.flatMap(({ row, run }, place) => shown.map((metric, column) => cellOf(row, run, metric, { row: place, column }, links)))
    const plot: DotColumns = {
      rows: measured.map(({ row }) => row.name),
      columns: shown.map(({ label }) => shareColumn(label)),
      kinds: readings,
      dots: cells.flatMap(({ dots }) => dots),
      texts: cells.flatMap(({ text }) => text ? [text] : []),
    }
    return {
      option: dotColumnsOption(plot),
      notes: [
        ...(cells.length > 0 ? [inPercent] : []),
        ...(cells.some(({ text }) => text) ? ['Small numbers: share of records (%) on which the strict and the EasyEdit reading give the same score. What a mark says when it is pointed at has the difference with its interval.'] : []),
        ...leftOut('only one reading of them is known', all.filter(row => !measured.some(one => one.row === row)).map(({ name }) => name)),
        ...countNotes(measured.map(({ row }) => row), row => shown.map(({ id, label }) => ({ label, n: row.markOf(id, 'strict')?.n }))),
      ],
      links: links.all,
      height: dotColumnsHeight(plot),
    }
  },
})

function cellOf({ name }: FigureRow, run: ReportRun, metric: Metric, at: { readonly row: number, readonly column: number }, links: Links): { readonly dots: readonly Dot[], readonly text?: DotText } {
  const columns = run.records?.scores[metric.id]
  const strict = columns?.['strict']
  const against = (id: string): string => {
    const paired = id === 'strict' ? undefined : pairedColumns(strict, columns?.[id], run.run.plan.seed)
    return paired ? `; the same as strict on ${valueText(paired.equal, 'share')} of ${paired.difference.n} records, strict minus this ${differenceText(paired.difference, 'share')}` : ''
  }
  const dots = readings.flatMap(({ id, name: reading }, kind): Dot[] => {
    const mark = run.metrics[metric.id]?.[id]
    return mark ? [{ ...at, kind, mark, tip: `${metric.label}, ${name}, ${reading.toLowerCase()}: ${markText(mark, 'share')}${against(id)}`, link: links.to(run, { metric: metric.id, variant: id }) }] : []
  })
  const agreement = pairedColumns(strict, columns?.['easyedit'], run.run.plan.seed)
  return {
    dots,
    ...(agreement ? { text: { ...at, text: String(Math.round(agreement.equal * 100)), tip: `${metric.label}, ${name}: strict and EasyEdit give the same score on ${valueText(agreement.equal, 'share')} of ${agreement.difference.n} records` } } : {}),
  }
}
