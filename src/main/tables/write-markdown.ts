// A table as GitHub-flavoured Markdown: caption above, marks explained and notes below.
import type { Table, TableCell } from '../../preload/contract/tables.ts'
import { provenanceMark } from '../workspace/provenance-text.ts'
import { kindOf, markedColumn, markOf, markSentence, oneLine, sourcesOf } from './cell-text.ts'
import type { TableOrigin } from './write-table.ts'

/** Text that stands for itself in a cell or a paragraph. */
const escape = (text: string): string => oneLine(text).replace(/[\\|*_`<>[\]]/g, character => `\\${character}`)

const signed = (value: number, scale: number, digits: number): string => `${value < 0 ? '−' : '+'}${Math.abs(value * scale).toFixed(digits)}`

/** "+3.2†" in the cell's own unit: percent for what is shown in percent. */
function deltaOf(cell: TableCell): string {
  if (!cell.delta || cell.mean === undefined)
    return ''
  const shown = Number.parseFloat(cell.text)
  const isPercent = Math.abs(shown - cell.mean * 100) < 0.06 && cell.mean <= 1
  return ` (${isPercent ? signed(cell.delta.mean, 100, 1) : signed(cell.delta.mean, 1, 3)}${markOf(cell)})`
}

export function writeMarkdown(table: Table, origin?: TableOrigin): string {
  const sources = sourcesOf(table)
  const marked = markedColumn(table)
  const marks = markSentence(table)
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  const groups = new Set(table.columns.flatMap(({ group }) => group ?? []))
  const cellOf = (row: Table['rows'][number], id: string): string => {
    const cell = row.cells[id] ?? { text: '–' }
    const text = `${escape(cell.text)}${deltaOf(cell)}`
    const source = id === marked && row.reported !== undefined ? ` <sup>${sources.get(row.reported)}</sup>` : ''
    return `${cell.best ? `**${text}**` : text}${source}${id === marked && row.isBaseline ? ' (baseline)' : ''}`
  }
  const notes = [
    ...[...groups].map(group => `${escape(group)}: ${table.columns.filter(column => column.group === group).map(({ label }) => escape(label)).join(', ')}`),
    ...(marks === undefined ? [] : [escape(`In round brackets: run minus baseline. ${marks}`)]),
    ...[...sources].map(([source, letter]) => `<sup>${letter}</sup> Reported elsewhere, not measured here: ${escape(source)}`),
    ...(table.comparability?.mismatches.map(({ sentence }) => escape(sentence)) ?? []),
    ...table.notes.map(escape),
  ]
  return [
    ...(origin ? [`<!-- ${provenanceMark} ${origin.provenance} -->`, `<!-- ${oneLine(origin.command).replaceAll('-->', '-- >')} -->`, ''] : []),
    ...(table.caption === undefined ? [] : [`**${escape(table.title)}.** ${escape(table.caption)}`, '']),
    line(table.columns.map(({ label }) => escape(label))),
    line(table.columns.map(({ id }) => kindOf(table, id) === 'text' ? '---' : '---:')),
    ...table.rows.map(row => line(table.columns.map(({ id }) => cellOf(row, id)))),
    '',
    ...notes.map(note => `* ${note}`),
    '',
  ].join('\n')
}
