// Records, slices and answers to SQL as text: aligned, with what was left out said below.
import { z } from 'zod'
import { RecordPage } from '../../preload/contract/datasets.ts'
import { QueryResult, QueryTable } from '../../preload/contract/queries.ts'
import type { QueryValue } from '../../preload/contract/queries.ts'
import { Slice, WorstSlice } from '../../preload/contract/slices.ts'

type Align = (header: readonly string[], rows: readonly (readonly string[])[]) => string

const longest = 60
const integer = (value: number): string => value.toLocaleString('en-GB')
const counted = (count: number, noun: string): string => `${integer(count)} ${noun}${count === 1 ? '' : 's'}`

function cut(text: string): string {
  const line = text.replace(/\s+/g, ' ')
  return line.length > longest ? `${line.slice(0, longest - 1)}…` : line
}

/** Numbers with as many digits as they need, at most six. */
const cell = (value: QueryValue): string => value === null ? '' : typeof value === 'number' && !Number.isInteger(value) ? String(Number(value.toPrecision(6))) : cut(String(value))

function ofQuery({ columns, rows, truncated, elapsedMs }: QueryResult, align: Align): string {
  const note = `${counted(rows.length, 'row')}${truncated ? ', and more: raise --limit' : ''} in ${elapsedMs < 1 ? '< 1' : Math.round(elapsedMs)} ms`
  return rows.length === 0 ? `${columns.map(({ name }) => name).join('  ')}\n\n${note}` : `${align(columns.map(({ name }) => name), rows.map(row => row.map(cell)))}\n\n${note}`
}

function ofTables(tables: readonly QueryTable[], align: Align): string {
  return tables.map(({ name, summary, rowCount, columns }) => [
    `${name}: ${summary}${rowCount === undefined ? '' : ` (${counted(rowCount, 'row')})`}`,
    ...align(['column', 'type', ''], columns.map(column => [column.name, column.type, column.summary ?? ''])).split('\n').map(line => `  ${line}`),
  ].join('\n')).join('\n\n')
}

function ofRecords({ total, records, datasets, facets, results }: RecordPage, align: Align): string {
  const several = new Set(datasets).size > 1
  const rows = records.map(({ id, task, edit, stated }, i) => [
    ...(several ? [datasets[i] ?? ''] : []), id, task, cut(edit.prompt), cut(edit.expected), cut(stated), ...(results ? [results[i]?.verdict ?? '–'] : []),
  ])
  const header = [...(several ? ['dataset'] : []), 'record', 'task', 'prompt', 'target', 'stated', ...(results ? ['verdict'] : [])]
  const counts = facets.map(({ facet, values }) => `${facet}: ${values.slice(0, 8).map(({ value, count }) => `${value} ${integer(count)}`).join(', ')}${values.length > 8 ? ', …' : ''}`)
  return [...(rows.length > 0 ? [align(header, rows), ''] : []), `${integer(records.length)} of ${counted(total, 'record')}`, ...(counts.length > 0 ? ['', ...counts] : [])].join('\n')
}

/** "question: colour, how many; search 'red'; SQL SELECT record FROM …" */
function holds({ filter, sql }: Slice): string {
  return cut([
    ...Object.entries(filter.facets).map(([facet, values]) => `${facet}: ${values.join(', ')}`),
    ...(filter.search === '' ? [] : [`search '${filter.search}'`]),
    ...(filter.records ? [counted(filter.records.length, 'record')] : []),
    ...(sql === undefined ? [] : [`SQL ${sql}`]),
  ].join('; '))
}

function ofSlices(slices: readonly Slice[], align: Align): string {
  return align(['slice', 'name', 'dataset', 'holds'], slices.map(slice => [slice.id, cut(slice.name), slice.dataset ?? 'any', holds(slice)]))
}

const three = (value: number): string => value.toFixed(3)
const chance = (p: number): string => p < 0.001 ? '< 0.001' : three(p)

function ofWorst({ slices, notes }: z.infer<typeof Worst>, align: Align): string {
  const rows = slices.map(({ label, estimate: { mean, low, high, n }, rest, difference, p, adjusted }) =>
    [label, integer(n), `${three(mean)} [${three(low)}, ${three(high)}]`, three(rest), three(difference).replace('-', '−'), chance(p), chance(adjusted)])
  return [...(rows.length > 0 ? [align(['slice', 'n', 'mean', 'rest', 'difference', 'p', 'adjusted'], rows), ''] : []), ...notes].join('\n')
}

/** A saved view has a name, too, but no filter. */
const Saved = Slice.extend({ filter: Slice.shape.filter.removeDefault() })
const Worst = z.object({ slices: z.array(WorstSlice), looked: z.int(), notes: z.array(z.string()) })

/** The value as text if it is one of these, else undefined. */
export function recordsForPeople(value: unknown, align: Align): string | undefined {
  const shapes = [
    [QueryResult, ofQuery], [RecordPage, ofRecords], [Worst, ofWorst], [z.array(Saved).min(1), ofSlices], [z.array(QueryTable).min(1), ofTables],
  ] as const
  for (const [schema, print] of shapes) {
    const parsed = schema.safeParse(value)
    if (parsed.success)
      return (print as (value: unknown, align: Align) => string)(parsed.data, align)
  }
  return undefined
}
