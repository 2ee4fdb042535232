// A table as LaTeX: booktabs rules, siunitx columns with the intervals in small print beside them, column groups over a \cmidrule.
import type { Table, TableCell } from '../../preload/contract/tables.ts'
import { provenanceMark } from '../workspace/provenance-text.ts'
import { kindOf, markedColumn, markOf, markSentence, numberOf, oneLine, sourcesOf } from './cell-text.ts'
import type { ColumnKind } from './cell-text.ts'
import { escapeLatex } from './escape-latex.ts'
import { reportedMark } from './reported/notes.ts'
import type { TableOrigin } from './write-table.ts'

interface Column {
  readonly id: string
  readonly label: string
  readonly group: string
  readonly kind: ColumnKind
  /** First column of the tabular, from 1; numbers with intervals take two. */
  readonly from: number
  readonly to: number
}

/** A whole `table` environment; needs booktabs and siunitx (2 or 3). */
export function writeLatex(table: Table, origin?: TableOrigin): string {
  const columns = columnsOf(table)
  const sources = sourcesOf(table)
  const marked = markedColumn(table)
  const line = (cells: readonly string[]): string => `    ${cells.join(' & ')} \\\\`.replace(/^ {4}(?=[[*])/, '    {}')
  const marks = markSentence(table)
  const below = [
    ...(marks === undefined ? [] : [marks]),
    ...[...sources].map(([source, letter]) => `\\textsuperscript{${letter}}~Reported elsewhere, not measured here: ${escapeLatex(source)}`),
    ...table.notes.filter(note => note.startsWith(reportedMark)),
  ].map(note => note.startsWith('\\') ? note : escapeLatex(note))
  const headings = groupLines(columns)
  return [
    ...commentsOf(table, origin),
    '\\begin{table}',
    '  \\centering',
    `  \\caption[${escapeLatex(table.title)}]{${escapeLatex(captionOf(table))}}`,
    `  \\label{tab:${table.id}}`,
    '  \\footnotesize',
    '  \\setlength{\\tabcolsep}{4pt}',
    `  \\begin{tabular}{${columns.map(column => specOf(table, column)).join('')}}`,
    '    \\toprule',
    ...(headings ? [line(headings.cells), `    ${headings.rules}`] : []),
    line(columns.map(headingOf)),
    '    \\midrule',
    ...table.rows.flatMap((row, i) => [...ruleBefore(table, i), line(columns.flatMap((column) => {
      const cell = row.cells[column.id] ?? { text: '–' }
      const letter = column.id === marked && row.reported !== undefined ? `\\textsuperscript{${sources.get(row.reported)}}` : ''
      return cellsOf(cell, column, letter)
    }))]),
    '    \\bottomrule',
    '  \\end{tabular}',
    ...(below.length > 0 ? ['', '  \\smallskip', ...below.map(note => `  \\parbox{\\linewidth}{\\scriptsize ${note}}`)] : []),
    '\\end{table}',
    '',
  ].join('\n')
}

const captionOf = ({ title, caption }: Table): string => oneLine(caption === undefined ? title : `${title}. ${caption}`)

function commentsOf(table: Table, origin: TableOrigin | undefined): string[] {
  return [
    ...(origin ? [`${provenanceMark} ${origin.provenance}`] : []),
    `${table.title}. Needs \\usepackage{booktabs} and \\usepackage{siunitx}.`,
    ...(origin ? [`Written by: ${origin.command}`, ...origin.definitions] : []),
    ...table.notes,
    ...(table.comparability?.mismatches.map(({ sentence }) => sentence) ?? []),
  ].map(comment => `% ${oneLine(comment)}`)
}

function columnsOf(table: Table): Column[] {
  let next = 1
  return table.columns.map(({ id, label, group = '' }) => {
    const kind = kindOf(table, id)
    const from = next
    next += kind === 'interval' ? 2 : 1
    return { id, label, group, kind, from, to: next - 1 }
  })
}

/** `table-format` with as many digits as the column's widest number; the interval follows closely, small. */
function specOf(table: Table, { id, kind }: Column): string {
  if (kind === 'text')
    return 'l'
  const values = table.rows.flatMap(({ cells }) => cells[id] ? numberOf(cells[id])?.value ?? [] : [])
  const digits = (pattern: RegExp): number => values.reduce((most, value) => Math.max(most, pattern.exec(value)?.[1]?.length ?? 0), 0)
  const sign = values.some(value => /^[-+]/.test(value)) ? '-' : ''
  const number = `S[table-format=${sign}${digits(/^[-+]?(\d+)/)}.${digits(/\.(\d+)$/)},detect-weight=true,mode=text]`
  return kind === 'interval' ? `${number}@{\\;}>{\\tiny}l` : number
}

function headingOf({ label, kind }: Column): string {
  const text = escapeLatex(label)
  return kind === 'text' ? text : kind === 'number' ? `{${text}}` : `\\multicolumn{2}{c}{${text}}`
}

/** A line of group headings, with rules below them; undefined where no column is in a group. */
function groupLines(columns: readonly Column[]): { readonly cells: string[], readonly rules: string } | undefined {
  const spans: { label: string, from: number, to: number }[] = []
  for (const { group, from, to } of columns) {
    const last = spans.at(-1)
    if (last?.label === group)
      last.to = to
    else
      spans.push({ label: group, from, to })
  }
  const grouped = spans.filter(({ label }) => label !== '')
  if (grouped.length === 0)
    return undefined
  return {
    cells: spans.flatMap(({ label, from, to }) => label === '' ? [to > from ? `\\multicolumn{${to - from + 1}}{c}{}` : ''] : [`\\multicolumn{${to - from + 1}}{c}{${escapeLatex(label)}}`]),
    rules: grouped.map(({ from, to }) => `\\cmidrule(lr){${from}-${to}}`).join(' '),
  }
}

/** What stands apart: reported rows below a rule, another group of the first column or another slice after a gap. */
function ruleBefore({ columns, rows }: Table, i: number): string[] {
  const [before, row] = [rows[i - 1], rows[i]]
  if (!before || !row)
    return []
  if ((before.reported === undefined) !== (row.reported === undefined))
    return ['    \\midrule']
  const texts = rows.map(({ cells }) => cells[columns[0]?.id ?? '']?.text)
  const isGroup = texts.some((text, k) => k > 0 && text === texts[k - 1])
  return (isGroup && texts[i] !== texts[i - 1]) || before.slice !== row.slice ? ['    \\addlinespace'] : []
}

const markCommands = { '': '', '†': '{\\scriptsize\\textsuperscript{\\dag}}\\,', '‡': '{\\scriptsize\\textsuperscript{\\ddag}}\\,', '§': '{\\scriptsize\\textsuperscript{\\S}}\\,' } as const

/** One or two fields: siunitx sets the number, braces keep it off everything else. */
function cellsOf(cell: TableCell, { kind }: Column, letter: string): string[] {
  const mark = markCommands[markOf(cell)]
  if (kind === 'text')
    return [`${cell.best ? `\\textbf{${escapeLatex(oneLine(cell.text))}}` : escapeLatex(oneLine(cell.text))}${mark}${letter}`]
  const found = numberOf(cell)
  const number = found ? `${cell.best ? '\\bfseries ' : ''}${found.value}` : `{${escapeLatex(oneLine(cell.text))}}`
  return kind === 'interval' ? [number, `${mark}${found?.interval === undefined ? '' : escapeLatex(found.interval.replace(/[-−](?=\d)/g, '−'))}`] : [number]
}
