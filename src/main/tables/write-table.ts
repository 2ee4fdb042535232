// A table in one of the three formats people paste from.
import type { Table, TableFormat } from '../../preload/contract/tables.ts'
import { writeCsv } from './write-csv.ts'
import { writeLatex } from './write-latex.ts'
import { writeMarkdown } from './write-markdown.ts'

/** What a file says about where it comes from, in comments. */
export interface TableOrigin {
  /** From `provenanceText`: one line. */
  readonly provenance: string
  readonly command: string
  /** What the numbers are, one sentence a metric. */
  readonly definitions: readonly string[]
}

const writers: Readonly<Record<TableFormat, { readonly extension: string, readonly write: (table: Table, origin?: TableOrigin) => string }>> = {
  csv: { extension: 'csv', write: writeCsv },
  latex: { extension: 'tex', write: writeLatex },
  markdown: { extension: 'md', write: writeMarkdown },
}

/** The file's extension and its text. The same table and origin give the same text. */
export function writeTable(table: Table, format: TableFormat, origin?: TableOrigin): { readonly extension: string, readonly text: string } {
  const { extension, write } = writers[format]
  return { extension, text: write(table, origin) }
}
