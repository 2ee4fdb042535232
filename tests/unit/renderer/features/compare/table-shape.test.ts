// Headings over columns and the best cell of each.
import { describe, expect, it } from 'vitest'
import type { Table } from '@contract/tables.ts'
import { bestRows, columnGroups } from '../../../../../src/renderer/src/features/compare/table-shape.ts'

const table = (means: Record<string, (number | undefined)[]>): Table => ({
  id: 't', title: '', notes: [],
  columns: Object.keys(means).map(id => ({ id, label: id })),
  rows: [0, 1, 2].map(i => ({ id: `r${i}`, cells: Object.fromEntries(Object.entries(means).map(([id, values]) => [id, values[i] === undefined ? { text: '–' } : { text: '', mean: values[i] }])) })),
})

it('joins neighbours of one group', () => {
  const columns = [{ id: 'a', label: '' }, { id: 'b', label: '' }, { id: 'c', label: '', group: 'G' }, { id: 'd', label: '', group: 'G' }, { id: 'e', label: '', group: 'H' }]
  expect(columnGroups(columns)).toEqual([{ label: '', span: 2 }, { label: 'G', span: 2 }, { label: 'H', span: 1 }])
})

describe('bestRows', () => {
  it('finds the highest, and ties', () => {
    expect(bestRows(table({ a: [0.1, 0.9, 0.9] }), () => true)).toEqual({ a: ['r1', 'r2'] })
  })
  it('finds the lowest where less is better', () => {
    expect(bestRows(table({ a: [0.3, 0.1, 0.2] }), () => false)).toEqual({ a: ['r1'] })
  })
  it('marks nothing where all are equal or only one row has a number', () => {
    expect(bestRows(table({ a: [1, 1, 1], b: [undefined, 0.5, undefined] }), () => true)).toEqual({})
  })
  it('goes by each column’s own direction, and leaves alone what is no metric', () => {
    expect(bestRows(table({ a: [0.3, 0.1, 0.2], blindness: [0.3, 0.1, 0.2], seconds: [1, 2, 3] }), id => ({ a: true, blindness: false })[id])).toEqual({ a: ['r0'], blindness: ['r1'] })
  })
  it('lets only rows of one dataset compete', () => {
    const { rows, ...rest } = table({ a: [0.1, 0.9, 0.2] })
    const of = ['E-VQA', 'E-IC', 'E-VQA']
    expect(bestRows({ ...rest, rows: rows.map((row, i) => ({ ...row, cells: { ...row.cells, dataset: { text: of[i] ?? '' } } })) }, () => true)).toEqual({ a: ['r2'] })
  })
})
