// A table as LaTeX with booktabs rules; column groups become headings over a \cmidrule, notes comments below.
import type { Table } from '../../preload/contract/tables.ts'

const special: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
  '–': '--',
  '‖': '$\\Vert$',
  '→': '$\\rightarrow$',
}

/** Text that prints as itself. */
export function escapeLatex(text: string): string {
  return text.replace(/[\\~^–‖→#$%&_{}]/g, character => special[character] ?? `\\${character}`)
}

interface Span { readonly label: string, readonly from: number, readonly to: number }

/** Neighbouring columns of one group, 1-based. */
function spansOf(table: Table): Span[] {
  const spans: Span[] = []
  table.columns.forEach(({ group = '' }, i) => {
    const last = spans.at(-1)
    if (last?.label === group)
      spans[spans.length - 1] = { ...last, to: i + 1 }
    else
      spans.push({ label: group, from: i + 1, to: i + 1 })
  })
  return spans
}

/** A whole `table` environment; needs \usepackage{booktabs}. */
export function writeLatex(table: Table): string {
  const isNumeric = (id: string): boolean => table.rows.some(row => row.cells[id]?.mean !== undefined)
  const spans = spansOf(table)
  const line = (cells: readonly string[]): string => `  ${cells.join(' & ')} \\\\`
  const grouped = spans.filter(({ label }) => label !== '')
  return [
    `% ${table.title}. Needs \\usepackage{booktabs}.`,
    '\\begin{table}',
    '  \\centering',
    `  \\caption{${escapeLatex(table.title)}}`,
    `  \\label{tab:${table.id}}`,
    `  \\begin{tabular}{${table.columns.map(({ id }) => isNumeric(id) ? 'r' : 'l').join('')}}`,
    '  \\toprule',
    ...(grouped.length === 0
      ? []
      : [
          line(spans.map(({ label, from, to }) => label === '' && from === to ? '' : `\\multicolumn{${to - from + 1}}{c}{${escapeLatex(label)}}`)),
          `  ${grouped.map(({ from, to }) => `\\cmidrule(lr){${from}-${to}}`).join(' ')}`,
        ]),
    line(table.columns.map(({ label }) => escapeLatex(label))),
    '  \\midrule',
    ...table.rows.map(({ cells }) => line(table.columns.map(({ id }) => escapeLatex(cells[id]?.text ?? '–')))),
    '  \\bottomrule',
    '  \\end{tabular}',
    '\\end{table}',
    ...table.notes.map(note => `% ${note.replaceAll(/\s+/g, ' ')}`),
    '',
  ].join('\n')
}
