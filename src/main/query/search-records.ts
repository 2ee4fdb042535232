// Which rows of a record table match, and how many records each value of a facet would leave.
import type { FacetCount, FacetFilter } from '../../preload/contract/datasets.ts'
import type { FacetColumn } from './record-index.ts'
import type { RecordTable } from './record-table.ts'
import { searchWords } from './text.ts'

export interface RowFilter {
  readonly search: string
  readonly facets: FacetFilter
  /** 1 for every row that may be found; left out: any. */
  readonly among?: Uint8Array
}

export interface Found {
  /** Per row: 0 if it matches, else a bit for every filter that it does not pass. */
  readonly misses: Uint32Array
  readonly total: number
}

const textBit = 1 << 31
const amongBit = 1 << 30

/** Bit f of a row is set when it does not pass the filter of facet f. */
function markMisses({ values, starts, entries }: FacetColumn, chosen: readonly string[], bit: number, misses: Uint32Array): void {
  const wanted = new Uint8Array(values.length)
  const names = new Set(chosen)
  values.forEach((value, number) => {
    if (names.has(value))
      wanted[number] = 1
  })
  for (let row = 0; row < misses.length; row++) {
    let passes = 0
    for (let i = starts[row]!, end = starts[row + 1]!; i < end; i++)
      passes |= wanted[entries[i]!]!
    if (passes === 0)
      misses[row]! |= bit
  }
}

function markText(table: RecordTable, search: string, misses: Uint32Array): void {
  for (const word of searchWords(search)) {
    const holds = new Uint8Array(table.count)
    for (const { index, base } of table.parts) {
      index.text.find(word, (line) => {
        holds[base + line] = 1
      })
    }
    for (let row = 0; row < holds.length; row++) {
      if (holds[row] === 0)
        misses[row]! |= textBit
    }
  }
}

/** `columns` are the facets that may be filtered by, at most 30. Throws a sentence for another one. */
export function findRows(table: RecordTable, columns: readonly FacetColumn[], { search, facets, among }: RowFilter): Found {
  for (const facet of Object.keys(facets)) {
    if (!columns.some(({ id }) => id === facet))
      throw new Error(`Unknown facet '${facet}'. Known: ${columns.map(({ id }) => id).join(', ')}.`)
  }
  const misses = new Uint32Array(table.count)
  markText(table, search, misses)
  columns.forEach((column, f) => {
    const chosen = facets[column.id] ?? []
    if (chosen.length > 0)
      markMisses(column, chosen, 1 << f, misses)
  })
  if (among) {
    for (let row = 0; row < misses.length; row++) {
      if (among[row] === 0)
        misses[row]! |= amongBit
    }
  }
  let total = 0
  for (let row = 0; row < misses.length; row++)
    total += misses[row] === 0 ? 1 : 0
  return { misses, total }
}

/** Counts of the values among records that only this facet's own filter may exclude. */
function countValues({ values, starts, entries }: FacetColumn, bit: number, misses: Uint32Array): Uint32Array {
  const counts = new Uint32Array(values.length)
  for (let row = 0; row < misses.length; row++) {
    if ((misses[row]! & ~bit) !== 0)
      continue
    for (let i = starts[row]!, end = starts[row + 1]!; i < end; i++)
      counts[entries[i]!]!++
  }
  return counts
}

/** The most frequent values, equally frequent ones by the alphabet; looks at every value once, however many there are. */
function mostFrequent(values: readonly string[], counts: Uint32Array, most: number): number[] {
  const top: number[] = []
  const isBefore = (a: number, b: number): boolean => counts[a]! > counts[b]! || (counts[a] === counts[b] && values[a]! < values[b]!)
  for (let number = 0; number < values.length; number++) {
    if (counts[number] === 0 || (top.length === most && !isBefore(number, top[most - 1]!)))
      continue
    let at = top.length < most ? top.length : most - 1
    while (at > 0 && isBefore(number, top[at - 1]!)) {
      top[at] = top[at - 1]!
      at--
    }
    top[at] = number
  }
  return top
}

/** How many records each value would leave under all other filters. What is the same in every record cannot be filtered by and is left out. */
export function countFacets(columns: readonly FacetColumn[], filter: FacetFilter, misses: Uint32Array): FacetCount[] {
  return columns.flatMap((column, f) => {
    const chosen = filter[column.id] ?? []
    if (column.values.length <= 1 && chosen.length === 0)
      return []
    const counts = countValues(column, 1 << f, misses)
    const shown = mostFrequent(column.values, counts, column.most).map(number => ({ value: column.values[number]!, count: counts[number]! }))
    // A chosen value stays visible, so that it can be unchosen, even when nothing is left of it.
    const visible = new Set(shown.map(({ value }) => value))
    const missing = chosen.filter(value => !visible.has(value)).map(value => ({ value, count: counts[column.values.indexOf(value)] ?? 0 }))
    return [{ facet: column.id, label: column.label, values: [...shown, ...missing] }]
  })
}
