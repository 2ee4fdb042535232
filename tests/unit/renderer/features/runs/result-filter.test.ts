// Filters of a run's records: what each asks the backend for.
import { expect, it } from 'vitest'
import type { MetricInfo } from '@contract/methods.ts'
import { isFull, resultFilters } from '../../../../../src/renderer/src/features/runs/result-filter.ts'

const info = (id: string, higherIsBetter: boolean): MetricInfo => ({ id, label: id, symbol: id, summary: '', variants: [{ id: 'strict', label: '', summary: '', higherIsBetter }] })
const verdicts = [{ id: 'proper', label: 'Proper', summary: '' }, { id: 'over', label: 'Over-reaching', summary: '' }] as const

it('offers only verdicts that occur, and asks for misses on the wrong side of each metric', () => {
  const filters = resultFilters([info('reliability', true), info('blindness', false)], verdicts, { over: 2, proper: 0 })
  expect(filters.map(({ value }) => value)).toEqual(['all', 'failed', 'verdict-over', 'reliability', 'blindness'])
  expect(filters[2]?.condition).toEqual({ verdict: 'over' })
  expect(filters[3]?.condition).toMatchObject({ metric: 'reliability', variant: 'strict', max: 1 - 1e-6 })
  expect(filters[4]?.condition).toMatchObject({ metric: 'blindness', variant: 'strict', min: 1e-6 })
})

it('knows which end is good', () => {
  expect([isFull(info('a', true), 1), isFull(info('a', true), 0), isFull(info('a', false), 0), isFull(info('a', false), 1 / 3), isFull(info('a', true), Number.NaN)]).toEqual([true, false, true, false, false])
})
