// The paper's comparison: rows method × module, the five scores, portability, and what an edit costs.
import type { TableCell } from '../../preload/contract/tables.ts'
import { columnsOf, datasetLabel, groupOf, intervalNote, methodLabel, metricCell, scoredRuns } from './columns.ts'
import type { Column } from './columns.ts'
import { defineTable } from './table.ts'
import type { TableRun } from './table.ts'

/** The order of the paper's Table 2, with M-Gen. and portability beside them; other metrics have tables of their own. */
const paperMetrics = ['reliability', 'text-generality', 'image-generality', 'text-locality', 'image-locality', 'portability']

export const paper = defineTable({
  id: 'paper',
  label: 'Methods × modules',
  summary: 'The paper\'s comparison: every method on the text module, the vision module and both, with seconds per edit.',
  needs: [],
  build({ runs, variant }) {
    const known = columnsOf(variant)
    const columns = paperMetrics.flatMap(id => known.filter(({ metric }) => metric.id === id))
    const rows = scoredRuns(runs)
    return {
      id: 'paper',
      title: 'Methods × modules',
      columns: [
        { id: 'dataset', label: 'Dataset' },
        { id: 'method', label: 'Method' },
        { id: 'module', label: 'Module' },
        ...columns.map(({ metric, variant }) => ({ id: metric.id, label: metric.symbol, group: groupOf(variant) })),
        { id: 'seconds', label: 's/edit' },
        { id: 'records', label: 'n' },
      ],
      rows: rows.map(row => ({ id: row.key, cells: cellsOf(row, columns) })),
      notes: notesOf(rows),
    }
  },
})

function cellsOf(row: TableRun, columns: readonly Column[]): Record<string, TableCell> {
  const { run, metrics, secondsPerEdit } = row
  const numbers = Object.fromEntries(columns.map(column => [column.metric.id, metricCell(run, metrics, column)]))
  return {
    dataset: { text: datasetLabel(row) },
    method: { text: methodLabel(run.plan.method.id), run: run.id },
    module: { text: run.plan.scope },
    ...numbers,
    seconds: { text: secondsPerEdit ? secondsPerEdit.mean.toPrecision(2) : '–' },
    records: { text: String(row.recordCount), run: run.id },
  }
}

function notesOf(rows: readonly TableRun[]): string[] {
  if (rows.length === 0)
    return ['No run is chosen. Start one, or choose a finished one.']
  return [
    intervalNote,
    'Seconds per edit are of the edit alone, without asking the probes; compare them within one machine only.',
    ...rows.flatMap(({ run }) => [
      ...(run.status === 'finished' ? [] : [`Run '${run.name}' is ${run.status}: ${run.doneCount} of ${run.recordCount} records are in its means.`]),
      ...(run.failedCount === 0 ? [] : [`${run.failedCount} of ${run.doneCount} records of run '${run.name}' failed and are not in its means.`]),
    ]),
  ]
}
