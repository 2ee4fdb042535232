// A table in one of the three formats people paste from.
import type { Table, TableFormat } from '../../preload/contract/tables.ts'
import { writeCsv } from './write-csv.ts'
import { writeLatex } from './write-latex.ts'
import { writeMarkdown } from './write-markdown.ts'

const writers: Readonly<Record<TableFormat, { readonly extension: string, readonly write: (table: Table) => string }>> = {
  csv: { extension: 'csv', write: writeCsv },
  latex: { extension: 'tex', write: writeLatex },
  markdown: { extension: 'md', write: writeMarkdown },
}

/** The file's extension and its text. */
export function writeTable(table: Table, format: TableFormat): { readonly extension: string, readonly text: string } {
  const { extension, write } = writers[format]
  return { extension, text: write(table) }
}
