// What tables with a row a run share: names in front, one cell a metric with interval, difference and mark of the best, the reported rows below.
import type { Reported } from '../../preload/contract/reported.ts'
import type { Table, TableCell } from '../../preload/contract/tables.ts'
import { dataOf } from '../query/report-run.ts'
import type { ReportInput } from '../query/report-run.ts'
import { captionOf } from './caption.ts'
import { metricCell, scoredRuns, textOfMean } from './columns.ts'
import type { Column } from './columns.ts'
import { deltasOf } from './deltas.ts'
import type { Deltas } from './deltas.ts'
import type { TableRun } from './table.ts'

/** A column that names or counts. */
export interface PlainColumn {
  readonly id: string
  readonly label: string
  readonly cell: (row: TableRun) => TableCell
  /** What a reported row says there; left out: a dash. */
  readonly reported?: (row: Reported) => string
}

export interface MetricColumn extends Column { readonly id: string, readonly label: string, readonly group?: string }

export interface RunTable {
  readonly id: string
  readonly title: string
  /** First words of the caption, without a full stop. */
  readonly subject: string
  readonly before: readonly PlainColumn[]
  readonly metrics: readonly MetricColumn[]
  readonly after?: readonly PlainColumn[]
  /** What was left out, and why. */
  readonly notes: (rows: readonly TableRun[]) => readonly string[]
}

export const noRun = 'No run is chosen. Start one, or choose a finished one.'

const sliceColumn: PlainColumn = { id: 'slice', label: 'Slice', cell: ({ slice }) => ({ text: slice?.name ?? 'all records', ...(slice ? { slice: slice.id } : {}) }), reported: () => 'as reported' }

/** Rows that stand against each other: the same model on the same records of the same data. */
export const groupKey = (row: TableRun): string => `${dataOf(row.run)}\n${row.run.plan.model}\n${row.slice?.id ?? ''}`

/** The rows that lead a column, all of them where several share the first place; none where nothing is beaten. */
export function bestRows(rows: readonly TableRun[], { metric, variant }: Column): ReadonlySet<TableRun> {
  const best = new Set<TableRun>()
  for (const key of new Set(rows.map(groupKey))) {
    const means = rows.filter(row => groupKey(row) === key).flatMap(row => row.metrics[metric.id]?.[variant.id] ? [{ row, mean: row.metrics[metric.id]![variant.id]!.mean }] : [])
    const lead = variant.higherIsBetter ? Math.max(...means.map(({ mean }) => mean)) : Math.min(...means.map(({ mean }) => mean))
    const leading = means.filter(({ mean }) => Math.abs(mean - lead) < 1e-12)
    if (leading.length < means.length)
      leading.forEach(({ row }) => best.add(row))
  }
  return best
}

/** Metric cell with its slice, its difference to the baseline and whether it leads. */
export function comparedCell(row: TableRun, column: Column, deltas: Deltas, best: ReadonlySet<TableRun>): TableCell {
  const delta = deltas.of(row, column)
  return {
    ...metricCell(row.run, row.metrics, column),
    ...(row.slice ? { slice: row.slice.id } : {}),
    ...(delta ? { delta } : {}),
    ...(best.has(row) ? { best: true } : {}),
  }
}

export function runTable(input: ReportInput, { id, title, subject, before, metrics, after = [], notes }: RunTable): Table {
  const rows = scoredRuns(input.runs)
  const deltas = deltasOf(input, rows, metrics)
  const best = new Map(metrics.map(column => [column, bestRows(rows, column)]))
  const plain = [...before, ...(rows.some(({ slice }) => slice) ? [sliceColumn] : [])]
  const cellsOf = (row: TableRun): Record<string, TableCell> => Object.fromEntries([
    ...plain.map(column => [column.id, column.cell(row)]),
    ...metrics.map(column => [column.id, comparedCell(row, column, deltas, best.get(column)!)]),
    ...after.map(column => [column.id, column.cell(row)]),
  ])
  return {
    id,
    title,
    columns: [...plain, ...metrics, ...after].map(column => ({ id: column.id, label: column.label, ...('group' in column && column.group !== undefined ? { group: column.group } : {}) })),
    rows: [
      ...rows.map(row => ({ id: row.key, cells: cellsOf(row), run: row.run.id, ...(row.slice ? { slice: row.slice.id } : {}), ...(row.run.id === input.baseline ? { isBaseline: true } : {}) })),
      ...input.reported.map(row => reportedRow(row, plain, metrics, after)),
    ],
    caption: captionOf(input, { subject, rows, columns: metrics, deltas, isBest: [...best.values()].some(set => set.size > 0) }),
    notes: rows.length === 0 ? [noRun] : [...notes(rows), ...deltaNotes(input, rows)],
  }
}

function reportedRow(row: Reported, before: readonly PlainColumn[], metrics: readonly MetricColumn[], after: readonly PlainColumn[]): Table['rows'][number] {
  const plainCell = ({ id, reported }: PlainColumn): [string, TableCell] => [id, { text: reported?.(row) ?? '–' }]
  return {
    id: `reported/${row.id}`,
    reported: row.source,
    cells: Object.fromEntries([
      ...before.map(plainCell),
      ...metrics.map(({ id, metric, variant }): [string, TableCell] => {
        const mean = row.metrics[metric.id]
        return [id, mean === undefined ? { text: '–' } : { text: textOfMean(mean, variant), mean }]
      }),
      ...after.map(plainCell),
    ]),
  }
}

/** Rows that a baseline was chosen for and that have nothing to stand against. */
function deltaNotes(input: ReportInput, rows: readonly TableRun[]): string[] {
  const base = input.runs.find(({ run }) => run.id === input.baseline)
  if (!base)
    return []
  const alone = [...new Set(rows.filter(row => dataOf(row.run) !== dataOf(base.run)).map(({ datasetName, run }) => datasetName ?? run.plan.dataset))]
  return alone.length > 0 ? [`The baseline '${base.run.name}' was not run on the same records as the rows of ${alone.join(', ')}, so they have no differences.`] : []
}
