// From a number or enclosed points to exactly their records; who is right where, in words; a page on screen.
import { describe, expect, it } from 'vitest'
import type { Run } from '@contract/runs.ts'
import { filterOfCell, gatherMarked } from '../../../../../src/renderer/src/features/compare/cell-filter.ts'
import { againCommand, fileName, fit, pixelsOf } from '../../../../../src/renderer/src/features/compare/export-request.ts'
import { pairGroups, patternLabel } from '../../../../../src/renderer/src/features/compare/patterns.ts'

const run = (id: string, dataset: string): Run => ({ id, plan: { dataset } }) as unknown as Run
const shown = [run('a', 'd'), run('b', 'd'), run('c', 'e')]
const cell = (id: string): never => ({ text: '', run: id, metric: 'reliability', variant: 'strict', mean: 1 }) as never

describe('filterOfCell', () => {
  it('opens the common records of the dataset\'s runs, in the slice of the row', () => {
    expect(filterOfCell({ id: 'a/s', cells: {}, slice: 's' as never }, cell('a'), shown, 'common', 'all')).toEqual({ id: 'a', metric: 'reliability', variant: 'strict', slice: 's', among: ['b'] })
  })
  it('opens all of the run\'s records where each has its own, or stands alone', () => {
    expect(filterOfCell({ id: 'a', cells: {} }, cell('a'), shown, 'own', 'all')).toEqual({ id: 'a', metric: 'reliability', variant: 'strict' })
    expect(filterOfCell({ id: 'c', cells: {} }, cell('c'), shown, 'common', 'all')).toEqual({ id: 'c', metric: 'reliability', variant: 'strict' })
  })
  it('opens nothing for a number without records', () => {
    expect(filterOfCell({ id: 'x', cells: {}, reported: 'a paper' }, { text: '1', mean: 1 }, shown, 'common', 'all')).toBeUndefined()
  })
})

it('gathers enclosed records once, of the dataset that has most', () => {
  expect(gatherMarked([{ series: 'a', records: ['1', '2'] }, { series: 'b/slice', records: ['2', '3'] }, { series: 'c', records: ['1'] }], shown)).toEqual({ dataset: 'd', records: ['1', '2', '3'] })
  expect(gatherMarked([{ series: 'a', records: [] }], shown)).toBeUndefined()
})

it('says who is right', () => {
  expect(['rrr', 'www', 'rwr', 'wrw', 'rrww'].map(patternLabel)).toEqual(['All right', 'All wrong', 'Only 2 wrong', 'Only 2 right', '1, 2 right'])
  expect(pairGroups([{ pattern: 'rw', count: 3 }]).map(({ label, count }) => [label, count])).toEqual([['Both right', 0], ['Only A right', 3], ['Only B right', 0], ['Both wrong', 0]])
})

it('shows a page in its proportions, never larger than life', () => {
  expect(pixelsOf(25.4)).toBe(96)
  expect(fit({ width: 50.8, height: 25.4 }, { width: 1000, height: 1000 })).toEqual({ width: 192, height: 96, scale: 1 })
  const small = fit({ width: 254, height: 127 }, { width: 480, height: 1000 })
  expect([small.width, small.height, small.scale]).toEqual([480, 240, 0.5])
})

it('quotes a path that a shell would take apart', () => {
  expect(againCommand('figure', '/a/b.svg')).toBe('npx mmedit figures export --from /a/b.svg')
  expect(againCommand('table', '/my study/b.csv')).toBe('npx mmedit tables export --from \'/my study/b.csv\'')
  expect(fileName('C:\\study\\b.csv')).toBe('b.csv')
})
