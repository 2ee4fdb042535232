// The indexed records of one dataset, or of several one after the other, as one long table of rows.
import type { DatasetId } from '../../preload/contract/identifiers.ts'
import type { FacetColumn, RecordIndex, SortText } from './record-index.ts'

export interface TablePart {
  readonly dataset: DatasetId
  readonly index: RecordIndex
  /** Row of its first record. */
  readonly base: number
}

export interface RecordTable {
  readonly count: number
  readonly parts: readonly TablePart[]
  readonly columns: readonly FacetColumn[]
  readonly place: (row: number) => { readonly part: TablePart, readonly line: number }
  readonly rowOf: (dataset: DatasetId, record: string) => number | undefined
  readonly texts: (name: SortText) => readonly string[]
  /** What rows are sorted by, as far as worked out: column → one number a row. */
  readonly keys: Map<string, Float64Array>
  /** Orders that were worked out: column and direction → rows. */
  readonly orders: Map<string, Uint32Array>
}

/** Columns of several indexes as one; values are told apart by their text. */
function joined(columns: readonly FacetColumn[]): FacetColumn {
  const [first] = columns
  if (!first)
    throw new Error('internal: no columns to join.')
  const values: string[] = []
  const numbers = new Map<string, number>()
  const starts = new Uint32Array(columns.reduce((sum, column) => sum + column.starts.length - 1, 1))
  const entries = new Uint32Array(columns.reduce((sum, column) => sum + column.entries.length, 0))
  let [row, entry] = [0, 0]
  for (const column of columns) {
    const renumbered = column.values.map((value) => {
      const number = numbers.get(value) ?? values.push(value) - 1
      numbers.set(value, number)
      return number
    })
    const base = entry
    for (let i = 0; i < column.entries.length; i++)
      entries[entry++] = renumbered[column.entries[i]!]!
    for (let i = 1; i < column.starts.length; i++)
      starts[++row] = base + column.starts[i]!
  }
  return { id: first.id, label: first.label, most: first.most, values, starts, entries }
}

export function createRecordTable(datasets: readonly { readonly dataset: DatasetId, readonly index: RecordIndex }[]): RecordTable {
  let count = 0
  const parts = datasets.map(({ dataset, index }): TablePart => {
    const part = { dataset, index, base: count }
    count += index.count()
    return part
  })
  const [only] = parts
  return {
    count,
    parts,
    columns: (only?.index.columns ?? []).map((_, f) => joined(parts.map(({ index }) => index.columns[f]!))),
    place(row) {
      const part = parts.findLast(({ base }) => base <= row)
      if (!part)
        throw new Error(`internal: row ${row} of ${count} is in no dataset.`)
      return { part, line: row - part.base }
    },
    rowOf(dataset, record) {
      const part = parts.find(known => known.dataset === dataset)
      const line = part?.index.lineOf(record)
      return part && line !== undefined ? part.base + line : undefined
    },
    texts: name => parts.length === 1 ? only!.index.sortTexts[name] : parts.flatMap(({ index }) => index.sortTexts[name]),
    keys: new Map(),
    orders: new Map(),
  }
}
