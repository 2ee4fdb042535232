// Headings over columns and the best cell of each.
import { describe, expect, it } from 'vitest'
import type { Table } from '@contract/tables.ts'
import { bestRows, chanceText, columnGroups, isNested, isPercent, leadColumns, lookAlikes, marksOf, meanText, sharedFacts, signedText, sortRows } from '../../../../../src/renderer/src/features/compare/table-shape.ts'

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

describe('rows on screen', () => {
  const row = (id: string, mean?: number, more: object = {}): Table['rows'][number] => ({ id, run: id.split('/')[0] as never, cells: { dataset: { text: 'd' }, method: { text: 'MEND' }, a: mean === undefined ? { text: '–' } : { text: (mean * 100).toFixed(1), mean } }, ...more })
  const slice = (id: string, mean: number): Table['rows'][number] => row(id, mean, { slice: 's' })
  const whole: Table = { id: 't', title: '', notes: [], columns: [{ id: 'dataset', label: 'Dataset' }, { id: 'method', label: 'Method' }, { id: 'a', label: 'A' }], rows: [row('x', 0.2), row('y', 0.9), row('z'), slice('x/s', 0.5), slice('y/s', 0.1)] }

  it('puts slices below their rows, and keeps them there when sorted', () => {
    expect(sortRows(whole.rows, undefined).map(({ id }) => id)).toEqual(['x', 'x/s', 'y', 'y/s', 'z'])
    expect(sortRows(whole.rows, { column: 'a', descending: true }).map(({ id }) => id)).toEqual(['y', 'y/s', 'x', 'x/s', 'z'])
    expect(sortRows(whole.rows, { column: 'a', descending: false }).map(({ id }) => id)).toEqual(['x', 'x/s', 'y', 'y/s', 'z'])
    expect(isNested(whole)).toBe(true)
  })
  it('says once what all own rows share, and keeps a column to name them', () => {
    const leads = leadColumns(whole)
    expect(leads.map(({ id }) => id)).toEqual(['dataset', 'method'])
    expect(sharedFacts(whole, leads).map(({ column, text }) => [column.id, text])).toEqual([['dataset', 'd']])
    const elsewhere = { ...row('r', 0.3), run: undefined, reported: 'a paper', cells: { dataset: { text: 'E-VQA' }, method: { text: 'IKE' }, a: { text: '30.0', mean: 0.3 } } } as never
    expect(sharedFacts({ ...whole, rows: [...whole.rows, elsewhere] }, leads).map(({ column }) => column.id)).toEqual(['dataset'])
    expect(sharedFacts({ ...whole, rows: [row('x', 0.2)] }, leads)).toEqual([])
  })
  it('finds rows that look alike', () => {
    expect([...lookAlikes(whole.rows, [{ id: 'method', label: '' }])]).toEqual(['x', 'y', 'z'])
    expect([...lookAlikes([row('x', 1)], [{ id: 'method', label: '' }])]).toEqual([])
  })
})

it('writes numbers with their sign, unit and marks', () => {
  expect([signedText(0.0214, true), signedText(-0.5, true), signedText(0.0001, true), signedText(-0.25, false)]).toEqual(['+2.1', '−50.0', '0.0', '−0.250'])
  expect([0.2, 0.04, 0.009, 0.0001].map(marksOf)).toEqual(['', '*', '**', '***'])
  expect([chanceText(0.0004), chanceText(0.0316)]).toEqual(['< 0.001', '0.032'])
  expect([isPercent({ text: '95.0 [90.0, 100.0]', mean: 0.95 }), isPercent({ text: '0.950 [0.9, 1]', mean: 0.95 }), isPercent({ text: '–' })]).toEqual([true, false, false])
  expect(meanText('95.0 [90.0, 100.0]')).toBe('95.0')
})
