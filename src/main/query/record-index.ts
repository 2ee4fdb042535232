// An index of one dataset in memory: folded texts for the search, small numbers for the facets, texts to sort by. Records stay on disk.
import type { EditRecord } from '../../preload/contract/records.ts'
import { facets } from './facets.ts'
import type { RecordFacts } from './facets.ts'
import { createSearchText } from './search-text.ts'
import type { SearchText } from './search-text.ts'

/** The values that records have of one facet. */
export interface FacetColumn {
  readonly id: string
  readonly label: string
  /** Values shown at most. */
  readonly most: number
  /** Each value once; a record names them by number. */
  readonly values: readonly string[]
  /** Value numbers of record r: entries[starts[r] … starts[r + 1]). */
  readonly starts: ArrayLike<number>
  readonly entries: ArrayLike<number>
}

/** Texts that records are sorted by. */
export const sortTexts = {
  record: (record: EditRecord) => record.id,
  prompt: (record: EditRecord) => record.edit.prompt,
  target: (record: EditRecord) => record.edit.expected,
  stated: (record: EditRecord) => record.stated,
} as const
export type SortText = keyof typeof sortTexts

export interface RecordIndex {
  /** Records are added in the order of their lines. */
  readonly add: (facts: RecordFacts) => void
  readonly count: () => number
  /** In the order of the registry. */
  readonly columns: readonly FacetColumn[]
  readonly text: SearchText
  readonly sortTexts: Readonly<Record<SortText, readonly string[]>>
  /** Odd problems of every record. */
  readonly problems: readonly number[]
  readonly lineOf: (id: string) => number | undefined
}

/** A column that can be added to. `add` gives a record its values. */
export function createFacetColumn({ id, label, most }: Pick<FacetColumn, 'id' | 'label' | 'most'>): { readonly column: FacetColumn, readonly add: (values: readonly string[]) => void } {
  const column = { id, label, most, values: [] as string[], starts: [0], entries: [] as number[] }
  const numbers = new Map<string, number>()
  return {
    column,
    add(values) {
      for (const value of values) {
        let number = numbers.get(value)
        if (number === undefined) {
          number = column.values.length
          numbers.set(value, number)
          column.values.push(value)
        }
        column.entries.push(number)
      }
      column.starts.push(column.entries.length)
    },
  }
}

export function createRecordIndex(): RecordIndex {
  const columns = facets.all.map(facet => ({ facet, ...createFacetColumn(facet) }))
  const texts: Record<SortText, string[]> = { record: [], prompt: [], target: [], stated: [] }
  const names = Object.keys(texts) as SortText[]
  const problems: number[] = []
  const text = createSearchText()
  /** Made when somebody asks for a record by its id. */
  let lines: Map<string, number> | undefined
  return {
    columns: columns.map(({ column }) => column),
    text,
    sortTexts: texts,
    problems,
    count: () => problems.length,
    add(facts) {
      lines = undefined
      text.add(facts.record)
      problems.push(facts.problems.length)
      for (const name of names)
        texts[name].push(sortTexts[name](facts.record))
      for (const { facet, add } of columns)
        add(facet.values(facts))
    },
    lineOf(id) {
      lines ??= new Map(texts.record.map((record, line) => [record, line]))
      return lines.get(id)
    },
  }
}
