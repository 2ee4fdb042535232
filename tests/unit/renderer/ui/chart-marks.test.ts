// Marks of a figure: what they open, what they say, how the keyboard walks.
import { describe, expect, it } from 'vitest'
import type { RunId } from '../../../../src/preload/contract/identifiers.ts'
import { filterAt, marksOf, recordsOfBin, runOf, step, tableOf, tipAt } from '../../../../src/renderer/src/ui/chart-marks.ts'

const figure = {
  option: {
    series: [
      { type: 'bar', name: 'A', data: ['-', { value: 1, tip: 'one', link: 0 }, { value: 2, tip: 'two' }] },
      { type: 'line', name: 'B', link: 1, tip: 'the line', data: [[1, 2], [2, 3]] },
      { type: 'scatter', id: 'run/dogs', name: 'C', isRecords: true, scale: 'log10', data: [[-1, 0, 1], [-2, 1, 0]] },
      { type: 'heatmap', id: 'run#cells', name: 'D', isRecords: true, data: [[0, 0, 0.5, 1]] },
      { type: 'heatmap', id: 'run#bins', name: 'E', data: [[0, 0, 2, 7], [1, 0, 1, 8]] },
      { type: 'lines', name: 'whiskers', data: [{ coords: [[0, 0], [1, 1]] }] },
    ],
  },
  links: [{ id: 'a' as RunId, metric: 'reliability' }, { id: 'b' as RunId }],
  records: ['r0', 'r1', 'r2'],
  points: [{ series: 'run', grid: 0, data: [0, 0, 0, 7, 1, 1, 1, 8, 2, 2, 2, 7] }, { series: 'other', grid: 0, data: [0, 0, 1, 7] }],
}

describe('a mark', () => {
  it('opens its own link, or its series\'', () => {
    expect(filterAt(figure, 0, 1)).toEqual({ id: 'a', metric: 'reliability' })
    expect(filterAt(figure, 0, 2)).toBeUndefined()
    expect(filterAt(figure, 1, 0)).toEqual({ id: 'b' })
    expect(filterAt(figure, 9, 0)).toBeUndefined()
  })

  it('of a record opens that record in its run and slice', () => {
    expect(filterAt(figure, 2, 0)).toEqual({ id: 'run', slice: 'dogs', status: 'done', record: 'r1' })
    expect(filterAt(figure, 3, 0)).toEqual({ id: 'run', status: 'done', record: 'r1' })
    expect(runOf('run/dogs#bins')).toEqual({ id: 'run', slice: 'dogs' })
  })

  it('of density opens the records whose points lie in its bin, of its run alone', () => {
    expect(filterAt(figure, 4, 0)).toEqual({ id: 'run', status: 'done', records: ['r0', 'r2'] })
    expect(recordsOfBin(figure, 'run', 8)).toEqual(['r1'])
  })

  it('says what it is, with numbers taken back from their logarithm', () => {
    expect(tipAt(figure, 0, 1)).toBe('one')
    expect(tipAt(figure, 1, 1)).toBe('the line')
    expect(tipAt(figure, 2, 0)).toBe('C, r1: 0.1, 1')
    expect(tipAt(figure, 3, 0)).toBe('D, r1: 0.5')
    expect(tipAt(figure, 4, 1)).toBe('E: 1 record in this bin')
    expect(tipAt(figure, 5, 0)).toBeUndefined()
  })
})

describe('the keyboard', () => {
  const lists = marksOf(figure)

  it('walks over marks, records from left to right', () => {
    expect(lists.map(list => list.map(({ series, index }) => `${series}.${index}`))).toEqual([['0.1', '0.2'], ['1.0'], ['2.1', '2.0'], ['3.0'], ['4.0', '4.1']])
  })

  it('starts at the first, stays inside, and changes series at about the same place', () => {
    const first = step(lists, undefined, 'ArrowRight')
    expect(first).toEqual({ series: 0, index: 1 })
    expect(step(lists, first, 'ArrowLeft')).toEqual(first)
    expect(step(lists, first, 'ArrowRight')).toEqual({ series: 0, index: 2 })
    expect(step(lists, { series: 2, index: 0 }, 'ArrowUp')).toEqual({ series: 1, index: 0 })
    expect(step(lists, { series: 3, index: 0 }, 'ArrowDown')).toEqual({ series: 4, index: 0 })
    expect(step(lists, { series: 4, index: 0 }, 'End')).toEqual({ series: 4, index: 1 })
    expect(step([], undefined, 'Home')).toBeUndefined()
  })
})

describe('the table that is read aloud', () => {
  it('says what marks say, and how many more there are', () => {
    expect(tableOf(figure)).toEqual({ rows: ['one', 'two', 'the line'], left: 0 })
    expect(tableOf(figure, 1)).toEqual({ rows: ['one'], left: 2 })
  })
})
