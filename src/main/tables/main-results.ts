// Everything at a glance: one row a run, one column a metric, with 95 % intervals and n.
import { groupBy } from '../base/group-by.ts'
import { metrics } from '../metrics/index.ts'
import type { Metric } from '../metrics/metric.ts'
import type { ReportInput } from '../query/report-run.ts'
import { columnsOf, groupOf, scoredRuns } from './columns.ts'
import type { Column } from './columns.ts'
import { plainColumns } from './plain-columns.ts'
import { runTable } from './run-table.ts'
import { defineTable } from './table.ts'
import type { TableRun } from './table.ts'

export const mainResults = defineTable({
  id: 'main-results',
  label: 'Main results',
  summary: 'Every metric of the chosen runs: mean, 95 % interval and n.',
  needs: [],
  build: (input) => {
    const columns = columnsOf(input.variant)
    const shown = columns.filter(({ metric }) => isMeasured(input, metric))
    const { dataset, model, method, module, records } = plainColumns
    return runTable(input, {
      id: 'main-results',
      title: 'Main results',
      subject: 'Means over records of every metric that was measured',
      before: [dataset, model, method, { ...module, id: 'scope', label: 'Scope' }, { ...records, label: 'Records' }],
      metrics: shown.map(({ metric, variant }) => ({ metric, variant, id: metric.id, label: metric.symbol, group: groupOf(variant) })),
      notes: rows => notesOf(rows, columns, shown, input),
    })
  },
})

function isMeasured({ runs, reported, variant }: ReportInput, metric: Metric): boolean {
  const rows = scoredRuns(runs)
  return rows.length + reported.length === 0 || rows.some(row => row.metrics[metric.id]?.[variant]) || reported.some(row => row.metrics[metric.id] !== undefined)
}

/** More rows than these are counted instead of named. */
const mostNamed = 2

function notesOf(rows: readonly TableRun[], columns: readonly Column[], shown: readonly Column[], { variant, counted }: ReportInput): string[] {
  const nOf = (row: TableRun, { id }: Metric): number => row.metrics[id]?.[variant]?.n ?? 0
  const thatCounts = counted ? ' that counts' : ''
  const notes: string[] = []
  const without = metrics.all.filter(metric => !columns.some(column => column.metric === metric))
  if (without.length > 0)
    notes.push(`${labels(without)} ${without.length === 1 ? 'has' : 'have'} no reading '${variant}' and ${without.length === 1 ? 'is' : 'are'} left out.`)
  const unmeasured = columns.filter(column => !shown.includes(column)).map(column => column.metric)
  if (unmeasured.length > 0)
    notes.push(`${labels(unmeasured)}: ${counted ? 'no probe of it counts in any of the runs, or none measured it' : 'none of the runs measured it'}, so there is no column.`)
  for (const row of rows.filter(({ slice }) => !slice))
    notes.push(...stateNotes(row))
  for (const { metric } of shown) {
    // What many rows say alike is said once.
    for (const [over, alike] of groupBy(rows.filter(row => nOf(row, metric) < row.recordCount), row => `${nOf(row, metric)} of ${row.recordCount} records`)) {
      const whose = alike.length > mostNamed
        ? [`${alike.length} ${alike.some(({ slice }) => slice) ? 'rows' : 'runs'}`]
        : alike.map(({ run, slice }) => `run '${run.name}'${slice ? ` in '${slice.name}'` : ''}`)
      notes.push(...whose.map(who => `${metric.label} of ${who} is over ${over}; the others have no such probe${thatCounts}.`))
    }
  }
  return notes
}

/** What is not in a run's means. */
export function stateNotes({ run }: TableRun): string[] {
  return [
    ...(run.status === 'finished' ? [] : [`Run '${run.name}' is ${run.status}: ${run.doneCount} of ${run.recordCount} records are in its means.`]),
    ...(run.failedCount === 0 ? [] : [`${run.failedCount} of ${run.doneCount} records of run '${run.name}' failed and are not in its means.`]),
  ]
}

const labels = (all: readonly Metric[]): string => all.map(metric => metric.label).join(', ')
