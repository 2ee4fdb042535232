// Vision against text: each method's two rows, and their difference on the records that both runs have.
import type { Table, TableCell } from '../../preload/contract/tables.ts'
import { estimate } from '../statistics/bootstrap.ts'
import { columnsOf, datasetLabel, groupOf, intervalNote, methodLabel, metricCell, scoredRuns } from './columns.ts'
import type { Column } from './columns.ts'
import { defineTable } from './table.ts'
import type { TableRun } from './table.ts'

export const modules = defineTable({
  id: 'modules',
  label: 'Vision against text',
  summary: 'Every method on the text module and on the vision module, and the difference with its 95 % interval over the records both have.',
  needs: ['records'],
  build({ runs, variant }) {
    const columns = columnsOf(variant)
    const scored = scoredRuns(runs)
    const pairs = pairsOf(scored)
    return {
      id: 'modules',
      title: 'Vision against text',
      columns: [
        { id: 'dataset', label: 'Dataset' },
        { id: 'method', label: 'Method' },
        { id: 'module', label: 'Module' },
        ...columns.map(({ metric, variant }) => ({ id: metric.id, label: metric.symbol, group: groupOf(variant) })),
        { id: 'records', label: 'n' },
      ],
      rows: pairs.flatMap(pair => rowsOf(pair, columns)),
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

/** Rows of the records that both runs have: [text, vision]. */
function commonRecords({ text, vision }: Pair): (readonly [number, number])[] {
  const ofText = new Map((text.records?.records ?? []).map((record, row) => [record, row]))
  return (vision.records?.records ?? []).flatMap((record, row) => ofText.has(record) ? [[ofText.get(record)!, row] as const] : [])
}

function rowsOf(pair: Pair, columns: readonly Column[]): Table['rows'] {
  const row = (run: TableRun, module: string, cells: Record<string, TableCell>, n: number): Table['rows'][number] => ({
    id: module === 'difference' ? `${pair.text.key} ${pair.vision.key}` : run.key,
    cells: { dataset: { text: datasetLabel(run) }, method: { text: methodLabel(run.run.plan.method.id) }, module: { text: module }, ...cells, records: { text: String(n) } },
  })
  const own = (run: TableRun, module: string) =>
    row(run, module, Object.fromEntries(columns.map(column => [column.metric.id, metricCell(run.run, run.metrics, column)])), run.recordCount)
  const differences = Object.fromEntries(columns.map((column): [string, TableCell] => [column.metric.id, differenceCell(pair, column)]))
  return [own(pair.text, 'text'), own(pair.vision, 'vision'), row(pair.vision, 'difference', differences, commonRecords(pair).length)]
}

/** vision − text, paired by record: "+12.3 [8.1, 16.4]" in percentage points, or nats. A percentile bootstrap over the records' differences. */
function differenceCell(pair: Pair, { metric, variant }: Column): TableCell {
  const [ofText, ofVision] = [pair.text, pair.vision].map(run => run.records?.scores[metric.id]?.[variant.id] ?? [])
  const differences = commonRecords(pair).flatMap(([i, k]) => {
    const [a, b] = [ofText![i] ?? null, ofVision![k] ?? null]
    return a === null || b === null ? [] : [b - a]
  })
  const found = estimate(differences, { unit: 'nats' })
  if (!found)
    return { text: '–' }
  const show = (value: number): string => {
    const text = variant.unit === 'share' ? (value * 100).toFixed(1) : value.toFixed(3)
    return value > 0 ? `+${text}` : text
  }
  return { text: `${show(found.mean)} [${show(found.low)}, ${show(found.high)}]` }
}

function notesOf(runs: readonly TableRun[], pairs: readonly Pair[]): string[] {
  if (pairs.length === 0)
    return ['No method has a run on the text module and one on the vision module, same dataset and settings, among the chosen runs. Choose both.']
  const paired = new Set(pairs.flatMap(({ text, vision }) => [text, vision]))
  const left = runs.filter(run => run.run.plan.scope !== 'both' && !paired.has(run))
  return [
    intervalNote,
    'Differences are vision − text in percentage points (nats for logarithms), paired by record; where every record has the same difference the interval is one point.',
    ...(left.length === 0 ? [] : [`Without a partner, or replaced by a newer run of the same settings: ${left.map(({ run }) => `'${run.name}'`).join(', ')}.`]),
  ]
}
