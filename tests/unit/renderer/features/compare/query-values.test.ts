// A query's answer: sorted, written as CSV, drawn.
import { describe, expect, it } from 'vitest'
import type { QueryColumn, QueryValue } from '@contract/queries.ts'
import { chartOption, mostBars, shownValue, sortedPlaces, toCsv, usualChart } from '../../../../../src/renderer/src/features/compare/query-values.ts'

const column = (name: string, kind: QueryColumn['kind']): QueryColumn => ({ name, type: kind, kind })
const seriesOf = (chart: ReturnType<typeof chartOption>): unknown[] => (chart.option['series'] as { data: unknown[] }[])[0]?.data ?? []

it('sorts numbers as numbers, words as people do, and puts null last both ways', () => {
  expect(sortedPlaces([[10], [9], [null], [100]], { column: 0, descending: false })).toEqual([1, 0, 3, 2])
  expect(sortedPlaces([[10], [9], [null], [100]], { column: 0, descending: true })).toEqual([3, 0, 1, 2])
  expect(sortedPlaces([['run 10'], ['run 9']], { column: 0, descending: false })).toEqual([1, 0])
  expect(sortedPlaces([[1], [1], [0]], undefined)).toEqual([0, 1, 2])
})

it('quotes what CSV needs quoted', () => {
  expect(toCsv({ columns: [column('a,b', 'text'), column('n', 'number')], rows: [['say "hi"', 1.5], ['two\nlines', null], ['plain', 0]] })).toBe('"a,b",n\n"say ""hi""",1.5\n"two\nlines",\nplain,0\n')
})

it('shows values as people read them', () => {
  expect([0.1 + 0.2, 3, null, true, 'x'].map(value => shownValue(value as QueryValue))).toEqual(['0.3', '3', 'null', 'true', 'x'])
})

describe('a quick chart', () => {
  it('is bars of words, or points of two numbers, or nothing', () => {
    expect(usualChart([column('method', 'text'), column('n', 'number')])).toEqual({ kind: 'bar', x: 'method', y: 'n' })
    expect(usualChart([column('a', 'number'), column('b', 'number')])).toEqual({ kind: 'scatter', x: 'a', y: 'b' })
    expect(usualChart([column('step', 'number'), column('b', 'number')])?.kind).toBe('line')
    expect(usualChart([column('a', 'text')])).toBeUndefined()
  })
  it('leaves out what is no number, and says so', () => {
    const chart = chartOption({ columns: [column('x', 'number'), column('y', 'number')], rows: [[2, 1], [1, null], [null, 3], [1, 5]] }, 'line', 'x', 'y')
    expect(seriesOf(chart)).toEqual([[1, 5], [2, 1]])
    expect(chart.notes).toEqual(['2 rows have no number in \'y\' or \'x\' and are not drawn.'])
  })
  it('draws no more bars than can be read', () => {
    const chart = chartOption({ columns: [column('x', 'text'), column('y', 'number')], rows: Array.from({ length: 100 }, (_, i) => [`r${i}`, i]) }, 'bar', 'x', 'y')
    expect(seriesOf(chart)).toHaveLength(mostBars)
    expect(chart.notes).toEqual([`The first ${mostBars} of 100 rows are drawn.`])
  })
})
