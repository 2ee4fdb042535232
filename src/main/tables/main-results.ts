// The paper's table: one row a run, one column a metric, with 95 % intervals and n.
import type { Estimate } from '../../preload/contract/runs.ts'
import type { TableCell } from '../../preload/contract/tables.ts'
import { methods } from '../methods/index.ts'
import { metrics } from '../metrics/index.ts'
import type { Metric, Variant } from '../metrics/metric.ts'
import { defineTable } from './table.ts'
import type { TableRun } from './table.ts'

interface Column { readonly metric: Metric, readonly variant: Variant }

const scopes = ['text', 'vision', 'both']
const methodLabel = (id: string): string => methods.has(id) ? methods.get(id).label : id

export const mainResults = defineTable({
  id: 'main-results',
  label: 'Main results',
  summary: 'Every metric of the chosen runs: mean, 95 % interval and n.',
  build: (runs, variant) => {
    const columns = columnsOf(variant)
    const rows = [...runs].sort(byStudy)
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
      rows: rows.map(row => ({ id: row.run.id, cells: cellsOf(row, shown) })),
      notes: notesOf(rows, columns, shown, variant),
    }
  },
})

/** The metrics that have this variant. */
function columnsOf(variant: string): Column[] {
  const columns = metrics.all.flatMap((metric) => {
    const found = metric.variants.find(({ id }) => id === variant)
    return found ? [{ metric, variant: found }] : []
  })
  if (columns.length === 0) {
    const known = [...new Set(metrics.all.flatMap(metric => metric.variants.map(({ id }) => id)))]
    throw new Error(`No metric has a reading '${variant}'. Known: ${known.join(', ')}.`)
  }
  return columns
}

/** What the numbers below the heading are, so that neighbours with one reading share a heading. */
const groupOf = ({ label, unit }: Variant): string => `${label} (${unit === 'share' ? '%' : 'nats'})`

/** Dataset, model, method in the registry's order, text before vision before both, older before newer. */
function byStudy(a: TableRun, b: TableRun): number {
  const order = methods.all.map(({ id }) => id)
  return a.run.plan.dataset.localeCompare(b.run.plan.dataset)
    || a.run.plan.model.localeCompare(b.run.plan.model)
    || order.indexOf(a.run.plan.method.id) - order.indexOf(b.run.plan.method.id)
    || scopes.indexOf(a.run.plan.scope) - scopes.indexOf(b.run.plan.scope)
    || a.run.createdAt.localeCompare(b.run.createdAt)
    || a.run.id.localeCompare(b.run.id)
}

function cellsOf({ run, metrics, modelName, datasetName }: TableRun, columns: readonly Column[]): Record<string, TableCell> {
  const cells: Record<string, TableCell> = {
    dataset: { text: datasetName ?? run.plan.dataset },
    model: { text: modelName ?? run.plan.model },
    method: { text: methodLabel(run.plan.method.id), run: run.id },
    scope: { text: run.plan.scope },
    records: { text: String(run.doneCount - run.failedCount), run: run.id },
  }
  for (const { metric, variant } of columns) {
    const estimate = metrics[metric.id]?.[variant.id]
    cells[metric.id] = estimate
      ? { text: textOf(estimate, variant), run: run.id, metric: metric.id, variant: variant.id, ...estimate }
      : { text: '–' }
  }
  return cells
}

/** 0.95 [0.9, 1] → "95.0 [90.0, 100.0]" for shares, "0.950 [0.900, 1.000]" for nats. */
export function textOf({ mean, low, high }: Estimate, { unit }: Pick<Variant, 'unit'>): string {
  const show = (value: number): string => unit === 'share' ? (value * 100).toFixed(1) : value.toFixed(3)
  return `${show(mean)} [${show(low)}, ${show(high)}]`
}

function notesOf(rows: readonly TableRun[], columns: readonly Column[], shown: readonly Column[], variant: string): string[] {
  if (rows.length === 0)
    return ['No run is chosen. Start one, or choose a finished one.']
  const notes = ['Brackets hold 95 % intervals over records: percentile bootstrap, and Wilson\'s interval where all records score 0 or all score 1.']
  const without = metrics.all.filter(metric => !columns.some(column => column.metric === metric))
  if (without.length > 0)
    notes.push(`${labels(without)} ${without.length === 1 ? 'has' : 'have'} no reading '${variant}' and ${without.length === 1 ? 'is' : 'are'} left out.`)
  const unmeasured = columns.filter(column => !shown.includes(column)).map(column => column.metric)
  if (unmeasured.length > 0)
    notes.push(`${labels(unmeasured)}: none of the runs measured it, so there is no column.`)
  for (const { run, metrics } of rows) {
    if (run.status !== 'finished')
      notes.push(`Run '${run.name}' is ${run.status}: ${run.doneCount} of ${run.recordCount} records are in its means.`)
    if (run.failedCount > 0)
      notes.push(`${run.failedCount} of ${run.doneCount} records of run '${run.name}' failed and are not in its means.`)
    const scored = run.doneCount - run.failedCount
    for (const { metric } of shown) {
      const n = metrics[metric.id]?.[variant]?.n ?? 0
      if (n < scored)
        notes.push(`${metric.label} of run '${run.name}' is over ${n} of ${scored} records; the others have no such probe.`)
    }
  }
  return notes
}

const labels = (all: readonly Metric[]): string => all.map(metric => metric.label).join(', ')
