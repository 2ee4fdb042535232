// A table is a function from compared runs to rows; files are written from the rows by write-*.ts.
import type { Table } from '../../preload/contract/tables.ts'
import type { ReportInput, ReportNeed, ReportRun } from '../query/report-run.ts'

export type TableRun = ReportRun

export interface TableDefinition {
  readonly id: string
  readonly label: string
  readonly summary: string
  /** What it looks at beside means; `records`: scores record by record. */
  readonly needs: readonly ReportNeed[]
  /** Says something only where slices were chosen: a report without slices leaves it out. */
  readonly isOfSlices?: boolean
  /** Shows only what the edits themselves did: no audit of their probes changes it. */
  readonly isOfEdits?: boolean
  /** Rows in, rows out: no files, no clock. Throws a sentence for a variant that no metric has. */
  readonly build: (input: ReportInput) => Table
}

export function defineTable(table: TableDefinition): TableDefinition {
  return table
}
