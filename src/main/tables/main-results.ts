// Everything at a glance: one row a run, one column a metric, with 95 % intervals and n.
import type { TableCell } from '../../preload/contract/tables.ts'
import { metrics } from '../metrics/index.ts'
import type { Metric } from '../metrics/metric.ts'
import { columnsOf, datasetLabel, groupOf, intervalNote, methodLabel, metricCell, scoredRuns } from './columns.ts'
import type { Column } from './columns.ts'
import { defineTable } from './table.ts'
import type { TableRun } from './table.ts'

export const mainResults = defineTable({
  id: 'main-results',
  label: 'Main results',
  summary: 'Every metric of the chosen runs: mean, 95 % interval and n.',
  needs: [],
  build: ({ runs, variant }) => {
    const columns = columnsOf(variant)
    const rows = scoredRuns(runs)
    const shown = columns.filter(({ metric }) => rows.length === 0 || rows.some(row => row.metrics[metric.id]?.[variant]))
    return {
      id: 'main-results',
      title: 'Main results',
      columns: [
        { id: 'dataset', label: 'Dataset' },
        { id: 'model', label: 'Model' },
        { id: 'method', label: 'Method' },
        { id: 'scope', label: 'Scope' },
        { id: 'records', label: 'Records' },
        ...shown.map(({ metric, variant }) => ({ id: metric.id, label: metric.symbol, group: groupOf(variant) })),
      ],
      rows: rows.map(row => ({ id: row.key, cells: cellsOf(row, shown) })),
      notes: notesOf(rows, columns, shown, variant),
    }
  },
})

function cellsOf(row: TableRun, columns: readonly Column[]): Record<string, TableCell> {
  const { run, metrics, modelName } = row
  const cells: Record<string, TableCell> = {
    dataset: { text: datasetLabel(row) },
    model: { text: modelName ?? run.plan.model },
    method: { text: methodLabel(run.plan.method.id), run: run.id },
    scope: { text: run.plan.scope },
    records: { text: String(row.recordCount), run: run.id },
  }
  for (const column of columns)
    cells[column.metric.id] = metricCell(run, metrics, column)
  return cells
}

function notesOf(rows: readonly TableRun[], columns: readonly Column[], shown: readonly Column[], variant: string): string[] {
  if (rows.length === 0)
    return ['No run is chosen. Start one, or choose a finished one.']
  const notes = [intervalNote]
  const without = metrics.all.filter(metric => !columns.some(column => column.metric === metric))
  if (without.length > 0)
    notes.push(`${labels(without)} ${without.length === 1 ? 'has' : 'have'} no reading '${variant}' and ${without.length === 1 ? 'is' : 'are'} left out.`)
  const unmeasured = columns.filter(column => !shown.includes(column)).map(column => column.metric)
  if (unmeasured.length > 0)
    notes.push(`${labels(unmeasured)}: none of the runs measured it, so there is no column.`)
  for (const { run, metrics, recordCount } of rows) {
    if (run.status !== 'finished')
      notes.push(`Run '${run.name}' is ${run.status}: ${run.doneCount} of ${run.recordCount} records are in its means.`)
    if (run.failedCount > 0)
      notes.push(`${run.failedCount} of ${run.doneCount} records of run '${run.name}' failed and are not in its means.`)
    const scored = recordCount
    for (const { metric } of shown) {
      const n = metrics[metric.id]?.[variant]?.n ?? 0
      if (n < scored)
        notes.push(`${metric.label} of run '${run.name}' is over ${n} of ${scored} records; the others have no such probe.`)
    }
  }
  return notes
}

const labels = (all: readonly Metric[]): string => all.map(metric => metric.label).join(', ')
