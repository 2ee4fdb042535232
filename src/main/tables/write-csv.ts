// A table as CSV (RFC 4180) for programs: numbers in full precision, with interval, n and paired difference in columns of their own.
// Lines of comment in front begin with #: pandas reads them over with comment='#', DuckDB by itself.
import type { Table, TableCell } from '../../preload/contract/tables.ts'
import { provenanceMark } from '../workspace/provenance-text.ts'
import { oneLine } from './cell-text.ts'
import type { TableOrigin } from './write-table.ts'

/** A value of a CSV line. Quotes only where a comma, quote or line break asks for it, or where a line would begin as a comment. */
export function csvField(value: string | number): string {
  const text = String(value)
  return /[",\r\n]|^#/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

interface Part { readonly name: string, readonly of: (cell: TableCell | undefined) => string | number | undefined }

const estimateParts: readonly Part[] = [
  { name: '_low', of: cell => cell?.low },
  { name: '_high', of: cell => cell?.high },
  { name: '_n', of: cell => cell?.n },
]
const deltaParts: readonly Part[] = [
  { name: '_delta', of: cell => cell?.delta?.mean },
  { name: '_delta_low', of: cell => cell?.delta?.low },
  { name: '_delta_high', of: cell => cell?.delta?.high },
  { name: '_delta_n', of: cell => cell?.delta?.n },
  { name: '_test', of: cell => cell?.delta?.test },
  { name: '_p', of: cell => cell?.delta?.p },
  { name: '_p_holm', of: cell => cell?.delta?.adjusted },
  { name: '_detectable', of: cell => cell?.delta?.detectable },
]

/**
 * One line a row. A column with numbers becomes id, id_low, id_high, id_n, and with a baseline its difference, test and p beside them;
 * a missing value is empty. The last columns name the run, the slice and the source of what was reported elsewhere.
 */
export function writeCsv(table: Table, origin?: TableOrigin): string {
  const cellsOf = (id: string): TableCell[] => table.rows.flatMap(({ cells }) => cells[id] ?? [])
  const columns = table.columns.map(({ id }) => {
    const cells = cellsOf(id)
    const isNumeric = cells.some(({ mean }) => mean !== undefined)
    const first: Part = { name: '', of: cell => isNumeric ? cell?.mean : cell?.text }
    return { id, parts: [first, ...(isNumeric ? estimateParts : []), ...(cells.some(({ delta }) => delta) ? deltaParts : [])] }
  })
  const names = (['run', 'slice', 'reported'] as const).filter(name => !table.columns.some(({ id }) => id === name) && table.rows.some(row => row[name] !== undefined))
  const header = [...columns.flatMap(({ id, parts }) => parts.map(({ name }) => `${id}${name}`)), ...names]
  const lines = table.rows.map(row => [
    ...columns.flatMap(({ id, parts }) => parts.map(({ of }) => of(row.cells[id]) ?? '')),
    ...names.map(name => row[name] ?? ''),
  ])
  const comments = origin
    ? [
        `${provenanceMark} ${origin.provenance}`,
        `${table.title}. ${table.caption ?? ''}`,
        ...table.notes,
        ...(table.comparability?.mismatches.map(({ sentence }) => sentence) ?? []),
        'Shares are 0 to 1.',
        `Written by: ${origin.command}`,
      ]
    : []
  return [...comments.map(comment => `# ${oneLine(comment)}\r\n`), ...[header, ...lines].map(line => `${line.map(csvField).join(',')}\r\n`)].join('')
}
