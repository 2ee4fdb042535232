// A table as GitHub-flavoured Markdown, notes below.
import type { Table } from '../../preload/contract/tables.ts'

const escape = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('|', '\\|').replaceAll(/\s+/g, ' ')

/** Cells as people read them; numbers are aligned right. */
export function writeMarkdown(table: Table): string {
  const isNumeric = (id: string): boolean => table.rows.some(row => row.cells[id]?.mean !== undefined)
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  const groups = new Set(table.columns.flatMap(({ group }) => group ?? []))
  return [
    line(table.columns.map(({ label }) => escape(label))),
    line(table.columns.map(({ id }) => isNumeric(id) ? '---:' : '---')),
    ...table.rows.map(({ cells }) => line(table.columns.map(({ id }) => escape(cells[id]?.text ?? '–')))),
    '',
    ...[...groups].map(group => `* ${escape(group)}: ${table.columns.filter(column => column.group === group).map(({ label }) => escape(label)).join(', ')}`),
    ...table.notes.map(note => `* ${escape(note)}`),
    '',
  ].join('\n')
}
