// A table is a function from finished runs to rows; files are written from the rows by write-*.ts.
import type { Estimate, Run, RunMetrics, Scores } from '../../preload/contract/runs.ts'
import type { Table } from '../../preload/contract/tables.ts'

/** A run with its numbers, and the names people know its model and dataset by (their ids, where left out). */
export interface TableRun {
  readonly run: Run
  readonly metrics: RunMetrics
  readonly modelName?: string
  readonly datasetName?: string
  /** Of the edits alone, where it was measured. */
  readonly secondsPerEdit?: Estimate
  /** Scores record by record, only for tables that need them. */
  readonly results?: readonly { readonly record: string, readonly scores: Scores, readonly steps?: number }[]
}

export interface TableDefinition {
  readonly id: string
  readonly label: string
  readonly summary: string
  /** Compares records, so it is handed `results`. */
  readonly needsResults?: boolean
  /** Rows in, rows out: no files, no clock. Throws a sentence for a variant that no metric has. */
  readonly build: (runs: readonly TableRun[], variant: string) => Table
}

export function defineTable(table: TableDefinition): TableDefinition {
  return table
}
