// What the writers of tables share: which columns hold numbers, how a cell falls into number and interval, which marks it carries.
import type { Table, TableCell } from '../../preload/contract/tables.ts'

const number = /^([-−+]?\d+(?:\.\d+)?)(?: (\[.*\]))?$/

/** "95.0 [90.0, 100.0]" → number and interval; undefined for words. */
export function numberOf({ text }: TableCell): { readonly value: string, readonly interval?: string } | undefined {
  const [, value, interval] = number.exec(text) ?? []
  return value === undefined ? undefined : { value: value.replace('−', '-'), ...(interval === undefined ? {} : { interval }) }
}

/** text: words; number: numbers alone; interval: numbers with brackets. A dash counts as either, and so does a word among numbers ("best"). */
export type ColumnKind = 'text' | 'number' | 'interval'

export function kindOf(table: Table, id: string): ColumnKind {
  const cells = table.rows.flatMap(({ cells }) => cells[id] ?? []).filter(({ text }) => text !== '–' && text !== '')
  const numbers = cells.flatMap(cell => numberOf(cell) ?? [])
  if (numbers.length === 0 || (numbers.length * 2 < cells.length && !cells.some(({ mean }) => mean !== undefined)))
    return 'text'
  return numbers.some(({ interval }) => interval !== undefined) ? 'interval' : 'number'
}

/** After Holm's correction: † below 0.05, ‡ below 0.01, § below 0.001. */
export function markOf({ delta }: TableCell): '' | '†' | '‡' | '§' {
  if (!delta || delta.adjusted >= 0.05)
    return ''
  return delta.adjusted < 0.001 ? '§' : delta.adjusted < 0.01 ? '‡' : '†'
}

const allMarks = [{ mark: '†', below: '0.05' }, { mark: '‡', below: '0.01' }, { mark: '§', below: '0.001' }] as const

/** "† p < 0.05, ‡ p < 0.01, after Holm's correction, against the baseline": the marks that stand in the table. */
export function markSentence(table: Table): string | undefined {
  const cells = table.rows.flatMap(({ cells }) => Object.values(cells))
  const used = allMarks.filter(({ mark }) => cells.some(cell => markOf(cell) === mark))
  if (used.length > 0)
    return `${used.map(({ mark, below }) => `${mark} p < ${below}`).join(', ')}: differs from the baseline, after Holm's correction.`
  return cells.some(({ delta }) => delta) ? 'No difference from the baseline has p < 0.05 after Holm\'s correction.' : undefined
}

/** Sources of reported rows, in the order in which they appear, with a letter each. */
export function sourcesOf(table: Table): ReadonlyMap<string, string> {
  const sources = [...new Set(table.rows.flatMap(({ reported }) => reported ?? []))]
  return new Map(sources.map((source, i) => [source, letters(i)]))
}

const letters = (i: number): string => (i >= 26 ? letters(Math.floor(i / 26) - 1) : '') + String.fromCharCode(97 + i % 26)

/** The column that carries the mark of a reported row: the method, else the first. */
export const markedColumn = (table: Table): string | undefined => (table.columns.find(({ id }) => id === 'method') ?? table.columns[0])?.id

/** On one line. */
export const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim()
