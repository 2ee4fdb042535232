// An index of one dataset in memory: folded texts for the search, small numbers for the facets. Records stay on disk.
import type { FacetCount, FacetFilter } from '../../preload/contract/datasets.ts'
import type { EditRecord } from '../../preload/contract/records.ts'
import { facets } from './facets.ts'
import type { Facet, RecordFacts } from './facets.ts'
import { fold, searchWords } from './text.ts'

interface FacetColumn {
  readonly facet: Facet
  readonly values: string[]
  readonly ids: Map<string, number>
  /** Value ids of record r: entries[starts[r] … starts[r + 1]). */
  readonly starts: number[]
  readonly entries: number[]
}

export interface RecordIndex {
  /** Records are added in the order of their lines. */
  readonly add: (facts: RecordFacts) => void
  readonly lineOf: (id: string) => number | undefined
  /** Lines that match, and how many records each facet value would leave under all other filters. */
  readonly search: (search: string, filter: FacetFilter) => { lines: number[], facets: FacetCount[] }
}

/** Everything a person may look for in a record. */
function textOf(record: EditRecord): string {
  const texts = new Set([record.edit.prompt, record.edit.expected, record.stated, record.id])
  for (const probes of Object.values(record.probes)) {
    for (const probe of probes) {
      texts.add(probe.prompt)
      texts.add(probe.expected)
    }
  }
  return fold([...texts].join(' \u0001 '))
}

function createColumn(facet: Facet): FacetColumn {
  return { facet, values: [], ids: new Map(), starts: [0], entries: [] }
}

function addTo(column: FacetColumn, values: readonly string[]): void {
  for (const value of values) {
    let id = column.ids.get(value)
    if (id === undefined) {
      id = column.values.length
      column.ids.set(value, id)
      column.values.push(value)
    }
    column.entries.push(id)
  }
  column.starts.push(column.entries.length)
}

/** Bit f of a record's byte is set when it does not pass the filter of facet f; the text search uses the last bit. */
function markMisses(column: FacetColumn, chosen: readonly string[], bit: number, misses: Uint32Array): void {
  const wanted = new Set(chosen.map(value => column.ids.get(value)))
  for (let line = 0; line < misses.length; line++) {
    let passes = false
    for (let i = column.starts[line]!; i < column.starts[line + 1]!; i++)
      passes ||= wanted.has(column.entries[i])
    if (!passes)
      misses[line]! |= bit
  }
}

/** Counts of the values among records that only this facet's own filter may exclude. */
function countValues(column: FacetColumn, bit: number, misses: Uint32Array, chosen: readonly string[]): FacetCount {
  const counts = new Float64Array(column.values.length)
  for (let line = 0; line < misses.length; line++) {
    if ((misses[line]! & ~bit) !== 0)
      continue
    for (let i = column.starts[line]!; i < column.starts[line + 1]!; i++)
      counts[column.entries[i]!]!++
  }
  const order = [...counts.keys()].filter(id => counts[id]! > 0).sort((a, b) => counts[b]! - counts[a]! || (column.values[a]! < column.values[b]! ? -1 : 1))
  const shown = order.slice(0, column.facet.most).map(id => ({ value: column.values[id]!, count: counts[id]! }))
  // A chosen value stays visible, so that it can be unchosen, even when nothing is left of it.
  const visible = new Set(shown.map(({ value }) => value))
  const missing = chosen.filter(value => !visible.has(value)).map(value => ({ value, count: counts[column.ids.get(value) ?? -1] ?? 0 }))
  return { facet: column.facet.id, label: column.facet.label, values: [...shown, ...missing] }
}

const textBit = 1 << 31

export function createRecordIndex(): RecordIndex {
  const texts: string[] = []
  const lines = new Map<string, number>()
  const columns = facets.all.map(createColumn)
  return {
    add(facts) {
      lines.set(facts.record.id, texts.length)
      texts.push(textOf(facts.record))
      for (const column of columns)
        addTo(column, column.facet.values(facts))
    },
    lineOf: id => lines.get(id),
    search(search, filter) {
      for (const facet of Object.keys(filter))
        facets.get(facet)
      const misses = new Uint32Array(texts.length)
      const words = searchWords(search)
      if (words.length > 0) {
        for (let line = 0; line < texts.length; line++) {
          if (!words.every(word => texts[line]!.includes(word)))
            misses[line]! |= textBit
        }
      }
      const chosen = columns.map(({ facet }) => filter[facet.id] ?? [])
      columns.forEach((column, f) => {
        if (chosen[f]!.length > 0)
          markMisses(column, chosen[f]!, 1 << f, misses)
      })
      const found: number[] = []
      for (let line = 0; line < misses.length; line++) {
        if (misses[line] === 0)
          found.push(line)
      }
      const counted = columns.map((column, f) => countValues(column, 1 << f, misses, chosen[f]!))
      // What is the same in every record cannot be filtered by.
      return { lines: found, facets: counted.filter((_, f) => columns[f]!.values.length > 1 || chosen[f]!.length > 0) }
    },
  }
}
