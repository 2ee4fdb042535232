// Where is a method weak? Slices beside each other: a row a run and metric, a column a slice, each cell with its own n.
import type { Table, TableCell } from '../../preload/contract/tables.ts'
import { captionOf } from './caption.ts'
import { columnsOf, datasetLabel, methodOf, scoredRuns } from './columns.ts'
import type { Column } from './columns.ts'
import { deltasOf } from './deltas.ts'
import { plainColumns } from './plain-columns.ts'
import { bestRows, comparedCell, noRun } from './run-table.ts'
import { defineTable } from './table.ts'
import type { TableRun } from './table.ts'

/** The column of all records; slice ids begin with a letter or digit. */
const whole = '*'
const placeOf = ({ slice }: TableRun): string => slice?.id ?? whole

export const bySlice = defineTable({
  id: 'by-slice',
  label: 'By slice',
  summary: 'Every metric of every run, slice beside slice: means with 95 % intervals and n.',
  isOfSlices: true,
  needs: [],
  build(input) {
    const known = columnsOf(input.variant)
    const rows = scoredRuns(input.runs)
    const metrics = known.filter(({ metric }) => rows.length === 0 || rows.some(row => row.metrics[metric.id]?.[input.variant]))
    const places = [...new Map(rows.map(row => [placeOf(row), row.slice?.name ?? 'All records']))]
    const deltas = deltasOf(input, rows, metrics)
    const best = new Map(metrics.map(column => [column, bestRows(rows, column)]))
    const runs = [...new Map(rows.map(row => [row.run.id, row])).values()]
    const cellOf = (row: TableRun | undefined, column: Column): TableCell => row ? comparedCell(row, column, deltas, best.get(column)!) : { text: '–' }
    return {
      id: 'by-slice',
      title: 'By slice',
      columns: [
        ...[plainColumns.dataset, plainColumns.method, plainColumns.module].map(({ id, label }) => ({ id, label })),
        { id: 'metric', label: 'Metric' },
        ...(places.length > 0 ? places : [[whole, 'All records'] as const]).map(([id, name]) => ({ id, label: nameOf(name, rows.filter(row => placeOf(row) === id)) })),
      ],
      rows: runs.flatMap(run => metrics.filter(({ metric }) => rows.some(row => row.run.id === run.run.id && row.metrics[metric.id]?.[input.variant])).map((column): Table['rows'][number] => ({
        id: `${run.run.id}/${column.metric.id}`,
        run: run.run.id,
        ...(run.run.id === input.baseline ? { isBaseline: true } : {}),
        cells: {
          dataset: plainColumns.dataset.cell(run),
          method: { text: methodOf(run.run), run: run.run.id },
          module: plainColumns.module.cell(run),
          metric: { text: column.metric.label },
          ...Object.fromEntries(places.map(([place]) => [place, cellOf(rows.find(row => row.run.id === run.run.id && placeOf(row) === place), column)])),
        },
      }))),
      caption: captionOf({ ...input, reported: [] }, { subject: 'Means over the records of each slice', rows, columns: metrics, deltas, isBest: [...best.values()].some(set => set.size > 0) }),
      notes: [
        ...(rows.length === 0 ? [noRun] : []),
        ...(rows.length > 0 && !rows.some(({ slice }) => slice) ? ['No slice is chosen. Choose some under Slices, or save one in Datasets.'] : []),
        ...new Set(rows.filter(({ recordCount, slice }) => slice && recordCount === 0).map(row => `Slice '${row.slice!.name}' holds none of the compared records of ${datasetLabel(row)}.`)),
        ...(input.reported.length > 0 ? ['Results reported elsewhere are left out: they do not say how they did on slices.'] : []),
      ],
    }
  },
})

/** The slice with its size, where all runs have the same. */
function nameOf(name: string, rows: readonly TableRun[]): string {
  const counts = new Set(rows.map(({ recordCount }) => recordCount))
  return counts.size === 1 ? `${name} (n = ${[...counts][0]})` : name
}
