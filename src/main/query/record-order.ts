// What records can be sorted by, and their order: numbers as numbers, texts as they are searched, ties in file order, no value last.
import type { RecordColumn } from '../../preload/contract/datasets.ts'
import { yieldToEvents } from '../base/async.ts'
import { metrics } from '../metrics/index.ts'
import type { SortText } from './record-index.ts'
import type { RecordTable } from './record-table.ts'
import type { RunScores } from './run-scores.ts'
import { fold } from './text.ts'

interface SortColumn extends RecordColumn {
  /** One number a row; NaN = no value. Smaller comes first. */
  readonly keys: (table: RecordTable) => Float64Array
}

/** The place of every text among the different folded ones; empty texts have no value. */
export function textKeys(texts: readonly string[]): Float64Array {
  const folded = new Map<string, number>()
  const numbers = new Map<string, number>()
  const keys = new Float64Array(texts.length)
  texts.forEach((text, row) => {
    let number = numbers.get(text)
    if (number === undefined) {
      const key = fold(text)
      number = folded.get(key) ?? folded.size
      folded.set(key, number)
      numbers.set(text, number)
    }
    keys[row] = number
  })
  const names = [...folded.keys()]
  const places = new Float64Array(names.length)
  names.sort().forEach((name, place) => {
    places[folded.get(name)!] = name === '' ? NaN : place
  })
  return keys.map(number => places[number]!)
}

const byText = (id: SortText, label: string): SortColumn => ({ id, label, kind: 'text', keys: table => textKeys(table.texts(id)) })

const columns: readonly SortColumn[] = [
  { id: 'position', label: 'Position in the file', kind: 'number', keys: table => Float64Array.from({ length: table.count }, (_, row) => row) },
  byText('record', 'Record'),
  byText('prompt', 'Prompt'),
  byText('target', 'Target answer'),
  byText('stated', 'Stated answer'),
  {
    id: 'task',
    label: 'Task',
    kind: 'text',
    keys(table) {
      const column = table.columns.find(({ id }) => id === 'task')!
      return textKeys(Array.from({ length: table.count }, (_, row) => column.values[column.entries[column.starts[row]!]!]!))
    },
  },
  { id: 'promptLength', label: 'Length of the prompt', kind: 'number', keys: table => Float64Array.from(table.texts('prompt'), prompt => prompt.length) },
  { id: 'problems', label: 'Number of problems', kind: 'number', keys: table => Float64Array.from(table.parts.flatMap(({ index }) => index.problems)) },
]

/** "Reliability: Exact match" */
function scoreLabel(metric: string, variant: string): string {
  const known = metrics.has(metric) ? metrics.get(metric) : undefined
  return `${known?.label ?? metric}: ${known?.variants.find(({ id }) => id === variant)?.label ?? variant}`
}

/** `scores`: metric and variant of every score of a chosen run. */
export function recordColumns(scores: readonly { readonly metric: string, readonly variant: string }[] = []): RecordColumn[] {
  return [
    ...columns.map(({ id, label, kind }) => ({ id, label, kind })),
    ...scores.map(({ metric, variant }) => ({ id: `${metric}/${variant}`, label: scoreLabel(metric, variant), kind: 'score' as const })),
  ]
}

/** Rows in this order. Orders are kept with the table, those of a run's scores with the run. Throws a sentence for an unknown column. */
export function rowOrder(table: RecordTable, run: RunScores | undefined, { by, descending }: { readonly by: string, readonly descending: boolean }): Uint32Array {
  const name = `${by} ${descending ? 'down' : 'up'}`
  const score = run?.columns.find(({ metric, variant }) => `${metric}/${variant}` === by)
  const orders = score ? run!.orders : table.orders
  const known = orders.get(name)
  if (known)
    return known
  const column = columns.find(({ id }) => id === by)
  if (!column && !score) {
    const hint = run === undefined && by.includes('/') ? ' Scores are columns once a run is chosen.' : ''
    throw new Error(`Records cannot be sorted by '${by}'. Known: ${recordColumns(run?.columns).map(({ id }) => id).join(', ')}.${hint}`)
  }
  const order = orderOf(score ? score.keys() : keysOf(table, column!), descending)
  orders.set(name, order)
  return order
}

function keysOf(table: RecordTable, column: SortColumn): Float64Array {
  const keys = table.keys.get(column.id) ?? column.keys(table)
  table.keys.set(column.id, keys)
  return keys
}

/** Works out ahead, column by column, what a first sort by a text would otherwise wait for; between columns everything else gets its turn. */
export async function prepareOrders(table: RecordTable): Promise<void> {
  for (const column of columns) {
    if (column.kind === 'text') {
      await yieldToEvents()
      keysOf(table, column)
    }
  }
}

/** Rows by their keys, ties by row, NaN last in both directions. */
export function orderOf(keys: Float64Array, descending: boolean): Uint32Array {
  const order = Uint32Array.from({ length: keys.length }, (_, row) => row)
  const signed = descending ? keys.map(key => -key) : keys
  // NaN after everything, without asking twice in the comparison.
  const ranked = signed.map(key => Number.isNaN(key) ? Infinity : key)
  return order.sort((a, b) => {
    const [x, y] = [ranked[a]!, ranked[b]!]
    return x < y ? -1 : x > y ? 1 : a - b
  })
}
