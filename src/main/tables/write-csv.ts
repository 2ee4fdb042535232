// A table as CSV (RFC 4180): numbers in full precision, with their interval and n in columns of their own.
import type { Table } from '../../preload/contract/tables.ts'

/** Quotes only where a comma, quote or line break asks for it. */
function field(value: string | number): string {
  const text = String(value)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** One line a row. A column with numbers becomes four: id, id_low, id_high, id_n; a missing value is empty. */
export function writeCsv(table: Table): string {
  const isNumeric = (id: string): boolean => table.rows.some(row => row.cells[id]?.mean !== undefined)
  const columns = table.columns.map(({ id }) => ({ id, isNumeric: isNumeric(id) }))
  const header = columns.flatMap(({ id, isNumeric }) => isNumeric ? [id, `${id}_low`, `${id}_high`, `${id}_n`] : [id])
  const lines = table.rows.map(({ cells }) => columns.flatMap(({ id, isNumeric }) => {
    const cell = cells[id]
    return isNumeric ? [cell?.mean ?? '', cell?.low ?? '', cell?.high ?? '', cell?.n ?? ''] : [cell?.text ?? '']
  }))
  return [header, ...lines].map(line => `${line.map(field).join(',')}\r\n`).join('')
}
