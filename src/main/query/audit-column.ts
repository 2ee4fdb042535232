// What an audit says of records, as a facet: asked of whoever keeps the audits, and only when somebody filters by it or counts.
import type { DatasetId } from '../../preload/contract/identifiers.ts'
import { createFacetColumn } from './record-index.ts'
import type { FacetColumn } from './record-index.ts'
import type { RecordTable } from './record-table.ts'

export interface RecordStates {
  /** Changes with everything that is decided. */
  readonly version: string
  /** What holds for the record's probes, each once. */
  readonly of: (record: string) => readonly string[]
}

/** Undefined: nobody decided anything about this dataset. */
export type StatesOf = (dataset: DatasetId) => Promise<RecordStates | undefined>

const nobody: RecordStates = { version: '', of: () => ['undecided'] }

export type AuditColumn = (table: RecordTable, isFiltered: boolean) => Promise<FacetColumn | undefined>

/** `isFiltered`: there is a column even if there is nothing to tell apart, so that a filter that is set still holds. */
export function createAuditColumns(statesOf: StatesOf): AuditColumn {
  const known = new WeakMap<RecordTable, { readonly version: string, readonly column: FacetColumn }>()
  return async (table, isFiltered) => {
    const states = await Promise.all(table.parts.map(({ dataset }) => statesOf(dataset)))
    if (!isFiltered && states.every(one => one === undefined))
      return undefined
    const version = states.map(one => one?.version ?? '').join('\n')
    const before = known.get(table)
    if (before?.version === version)
      return before.column
    const { column, add } = createFacetColumn({ id: 'audit', label: 'Audit', most: 8 })
    table.parts.forEach(({ index }, i) => {
      const { of } = states[i] ?? nobody
      for (const record of index.sortTexts.record)
        add(of(record))
    })
    known.set(table, { version, column })
    return column
  }
}
