// Vision against text: each method's two rows, and their difference on the records that both runs have.
import type { Table, TableCell } from '../../preload/contract/tables.ts'
import type { ReportInput } from '../query/report-run.ts'
import { captionOf } from './caption.ts'
import { columnsOf, datasetLabel, groupOf, methodOf, metricCell, scoredRuns, textOfMean } from './columns.ts'
import type { Column } from './columns.ts'
import { correct, differencesOf } from './deltas.ts'
import type { Deltas } from './deltas.ts'
import { defineTable } from './table.ts'
import type { TableRun } from './table.ts'

export const modules = defineTable({
  id: 'modules',
  label: 'Vision against text',
  summary: 'Every method on the text module and on the vision module, and the difference with its 95 % interval over the records both have.',
  needs: ['records'],
  build(input) {
    const columns = columnsOf(input.variant)
    const scored = scoredRuns(input.runs)
    const pairs = pairsOf(scored)
    const deltas = correct(pairs.flatMap(({ text, vision }) => differencesOf(vision, text, columns)))
    const hasSlices = scored.some(({ slice }) => slice)
    return {
      id: 'modules',
      title: 'Vision against text',
      columns: [
        { id: 'dataset', label: 'Dataset' },
        { id: 'method', label: 'Method' },
        { id: 'module', label: 'Module' },
        ...(hasSlices ? [{ id: 'slice', label: 'Slice' }] : []),
        ...columns.map(({ metric, variant }) => ({ id: metric.id, label: metric.symbol, group: groupOf(variant) })),
        { id: 'records', label: 'n' },
      ],
      rows: pairs.flatMap(pair => rowsOf(pair, columns, deltas, hasSlices)),
      caption: captionFor(input, pairs, columns, deltas),
      notes: notesOf(scored, pairs),
    }
  },
})

interface Pair { readonly text: TableRun, readonly vision: TableRun }

/** Newest text and newest vision run of every dataset × model × method × settings. */
function pairsOf(runs: readonly TableRun[]): Pair[] {
  const groups = new Map<string, { text?: TableRun, vision?: TableRun }>()
  for (const run of runs) {
    const { dataset, model, method, scope, protocol } = run.run.plan
    const key = JSON.stringify([dataset, model, method, protocol, run.slice?.id])
    const group = groups.get(key) ?? {}
    groups.set(key, group)
    if (scope !== 'both')
      group[scope] = run
  }
  return [...groups.values()].flatMap(({ text, vision }) => text && vision ? [{ text, vision }] : [])
}

function rowsOf(pair: Pair, columns: readonly Column[], deltas: Deltas, hasSlices: boolean): Table['rows'] {
  const row = (run: TableRun, module: string, cells: Record<string, TableCell>, n: number): Table['rows'][number] => ({
    id: module === 'difference' ? `${pair.text.key} ${pair.vision.key}` : run.key,
    ...(module === 'difference' ? {} : { run: run.run.id }),
    ...(run.slice ? { slice: run.slice.id } : {}),
    cells: {
      dataset: { text: datasetLabel(run) },
      method: { text: methodOf(run.run) },
      module: { text: module },
      ...(hasSlices ? { slice: { text: run.slice?.name ?? 'all records' } } : {}),
      ...cells,
      records: { text: String(n) },
    },
  })
  const own = (run: TableRun, module: string): Table['rows'][number] =>
    row(run, module, Object.fromEntries(columns.map(column => [column.metric.id, { ...metricCell(run.run, run.metrics, column), ...(run.slice ? { slice: run.slice.id } : {}) }])), run.recordCount)
  const differences = Object.fromEntries(columns.map((column): [string, TableCell] => [column.metric.id, differenceCell(pair, column, deltas)]))
  const ofText = new Set(pair.text.records?.records)
  return [own(pair.text, 'text'), own(pair.vision, 'vision'), row(pair.vision, 'difference', differences, pair.vision.records?.records.filter(record => ofText.has(record)).length ?? 0)]
}

/** vision − text, paired by record: "+12.3 [8.1, 16.4]" in percentage points, or nats. */
function differenceCell({ vision }: Pair, column: Column, deltas: Deltas): TableCell {
  const delta = deltas.of(vision, column)
  if (!delta)
    return { text: '–' }
  const show = (value: number): string => `${value > 0 ? '+' : ''}${textOfMean(value, column.variant)}`
  return { text: `${show(delta.mean)} [${show(delta.low)}, ${show(delta.high)}]`, delta }
}

function captionFor(input: ReportInput, pairs: readonly Pair[], columns: readonly Column[], deltas: Deltas): string {
  const { baseline: _, ...rest } = input
  const rows = pairs.flatMap(({ text, vision }) => [text, vision])
  const subject = `Every method on the text module and on the vision module, and vision − text in percentage points (nats for logarithms), paired by record; p corrected after Holm over ${deltas.tests} tests`
  return captionOf({ ...rest, reported: [] }, { subject, rows, columns, deltas, isBest: false })
}

function notesOf(runs: readonly TableRun[], pairs: readonly Pair[]): string[] {
  if (pairs.length === 0)
    return ['No method has a run on the text module and one on the vision module, same dataset and settings, among the chosen runs. Choose both.']
  const paired = new Set(pairs.flatMap(({ text, vision }) => [text, vision]))
  const left = runs.filter(run => run.run.plan.scope !== 'both' && !paired.has(run))
  return [
    ...(left.length === 0 ? [] : [`Without a partner, or replaced by a newer run of the same settings: ${left.map(({ run }) => `'${run.name}'`).join(', ')}.`]),
  ]
}
