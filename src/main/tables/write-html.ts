// A table as HTML for the report: headings that screen readers can follow, intervals small beside their number, notes below.
import type { Table, TableCell } from '../../preload/contract/tables.ts'
import { kindOf, markedColumn, markOf, markSentence, numberOf, oneLine, sourcesOf } from './cell-text.ts'

export const escapeHtml = (text: string): string => text.replace(/[<>&"']/g, character => `&#${character.charCodeAt(0)};`)

/** `<div>` with the table and its notes. `id` is unique on the page. */
export function writeHtml(table: Table, id: string): string {
  const sources = sourcesOf(table)
  const marked = markedColumn(table)
  const kinds = new Map(table.columns.map(column => [column.id, kindOf(table, column.id)]))
  const isNumber = (column: string): boolean => kinds.get(column) !== 'text'
  const marks = markSentence(table)
  const rowOf = (row: Table['rows'][number]): string => {
    const cells = table.columns.map((column, i) => {
      const cell = row.cells[column.id] ?? { text: '–' }
      const letter = column.id === marked && row.reported !== undefined ? `<sup>${sources.get(row.reported)}</sup>` : ''
      const base = column.id === marked && row.isBaseline ? ' <small>(baseline)</small>' : ''
      const tag = i === 0 ? 'th scope="row"' : 'td'
      return `<${tag}${isNumber(column.id) ? ' class="number"' : ''}>${isNumber(column.id) ? numberHtml(cell) : escapeHtml(cell.text)}${letter}${base}</${i === 0 ? 'th' : 'td'}>`
    })
    return `<tr${row.reported === undefined ? '' : ' class="reported"'}>${cells.join('')}</tr>`
  }
  const notes = [
    ...(marks === undefined ? [] : [escapeHtml(`Second line of a cell: run minus baseline. ${marks}`)]),
    ...[...sources].map(([source, letter]) => `<sup>${letter}</sup> Reported elsewhere, not measured here: ${escapeHtml(source)}`),
    ...table.notes.map(escapeHtml),
  ]
  return [
    `<div class="scroll" role="region" aria-labelledby="${id}-caption" tabindex="0">`,
    '<table>',
    `<caption id="${id}-caption">${escapeHtml(oneLine(table.caption ?? table.title))}</caption>`,
    `<thead>${groupRow(table)}<tr>${table.columns.map(({ id, label }) => `<th scope="col"${isNumber(id) ? ' class="number"' : ''}>${escapeHtml(label)}</th>`).join('')}</tr></thead>`,
    `<tbody>${table.rows.map(rowOf).join('\n')}</tbody>`,
    '</table>',
    '</div>',
    ...(notes.length > 0 ? [`<ul class="notes">${notes.map(note => `<li>${note}</li>`).join('')}</ul>`] : []),
  ].join('\n')
}

/** Neighbouring columns of one group under one heading. */
function groupRow({ columns }: Table): string {
  if (!columns.some(({ group }) => group))
    return ''
  const spans: { label: string, count: number }[] = []
  for (const { group = '' } of columns) {
    const last = spans.at(-1)
    if (last?.label === group)
      last.count++
    else
      spans.push({ label: group, count: 1 })
  }
  return `<tr>${spans.map(({ label, count }) => label === '' ? `<td colspan="${count}"></td>` : `<th scope="colgroup" colspan="${count}">${escapeHtml(label)}</th>`).join('')}</tr>`
}

function numberHtml(cell: TableCell): string {
  const found = numberOf(cell)
  if (!found)
    return escapeHtml(cell.text)
  const value = found.value.replace('-', '−')
  const delta = cell.delta ? `<br><small>${deltaText(cell, found.value)}${markOf(cell)}</small>` : ''
  return `${cell.best ? `<strong>${value}</strong>` : value}${found.interval === undefined ? '' : ` <small>${escapeHtml(found.interval)}</small>`}${delta}`
}

/** In the unit in which the cell is shown. */
function deltaText({ delta, mean }: TableCell, shown: string): string {
  if (!delta)
    return ''
  const isPercent = mean !== undefined && Math.abs(Number(shown) - mean * 100) < Math.abs(Number(shown) - mean)
  const value = isPercent ? (delta.mean * 100).toFixed(1) : delta.mean.toFixed(3)
  return value.startsWith('-') ? `−${value.slice(1)}` : `+${value}`
}
