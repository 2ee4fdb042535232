// The retention matrix: who stands where, what the means are over, and that a long stream stays drawable.
import { describe, expect, it } from 'vitest'
import type { MetricInfo } from '@contract/methods.ts'
import type { RetentionCell } from '@contract/runs.ts'
import { forgettingOption, heatOption, matrixOf, measuredMetrics } from '../../../../../src/renderer/src/features/runs/retention.ts'

const cell = (time: number, edit: number, strict: number): RetentionCell => ({ time, edit, record: `r${edit}`, scores: { reliability: { strict } } })
/** Edits in twos: after 2 both hold, after 4 the first is forgotten. */
const stream = [cell(4, 0, 0), cell(2, 0, 1), cell(2, 1, 1), cell(4, 1, 1), cell(4, 2, 1), cell(4, 3, 0.5)]
const reading = { id: 'strict', label: 'Strict', summary: '', higherIsBetter: true, unit: 'share' as const }

describe('the matrix', () => {
  it('has times across and edits down, each in order', () => {
    const matrix = matrixOf(stream, 'reliability', 'strict')
    expect(matrix.times).toEqual([2, 4])
    expect(matrix.edits.map(one => one.record)).toEqual(['r0', 'r1', 'r2', 'r3'])
    expect([...matrix.cells].sort()).toEqual([[0, 0, 1], [0, 1, 1], [1, 0, 0], [1, 1, 1], [1, 2, 1], [1, 3, 0.5]])
  })

  it('takes means over all edits so far and over those that just came', () => {
    expect(matrixOf(stream, 'reliability', 'strict').means).toEqual([{ time: 2, all: 1, n: 2, newest: 1 }, { time: 4, all: 0.625, n: 4, newest: 0.75 }])
  })

  it('leaves out cells that lack the metric', () => {
    expect(matrixOf([...stream, { time: 6, edit: 5, record: 'r5', scores: {} }], 'reliability', 'strict').times).toEqual([2, 4])
    expect(matrixOf(stream, 'portability', 'strict')).toMatchObject({ times: [], edits: [], cells: [] })
  })

  it('draws every so-many-th time of a long stream, the last among them, and says how many there are', () => {
    const long = Array.from({ length: 1000 }, (_, i) => cell(i + 1, 0, 1))
    const matrix = matrixOf(long, 'reliability', 'strict', 300)
    expect(matrix.times).toHaveLength(250)
    expect(matrix.times.at(-1)).toBe(1000)
    expect(matrix.timeCount).toBe(1000)
    expect(matrix.cells).toHaveLength(250)
  })
})

it('offers the metrics that were measured, with their primary reading', () => {
  const info = (id: string): MetricInfo => ({ id, label: id, symbol: id, summary: '', variants: [reading] })
  expect(measuredMetrics(stream, [info('portability'), info('reliability')]).map(one => one.info.id)).toEqual(['reliability'])
})

describe('the figures', () => {
  it('turn the scale round where less is better, and open it where values are no shares', () => {
    const matrix = matrixOf(stream, 'reliability', 'strict')
    const colours = (option: Record<string, unknown>): string[] => (option['visualMap'] as { inRange: { color: string[] } }).inRange.color
    expect(colours(heatOption(matrix, { ...reading, higherIsBetter: false }, ''))).toEqual([...colours(heatOption(matrix, reading, ''))].reverse())
    const nats = matrixOf([cell(1, 0, 3.5)], 'reliability', 'strict')
    expect(heatOption(nats, { ...reading, unit: 'nats' }, '')['visualMap']).toMatchObject({ max: 3.5 })
    expect(heatOption(matrix, reading, '')['visualMap']).toMatchObject({ max: 1 })
  })

  it('draw the forgetting line over time', () => {
    expect((forgettingOption(matrixOf(stream, 'reliability', 'strict'), reading, 'Rel.')['series'] as { data: number[][] }[])[0]?.data).toEqual([[2, 1], [4, 0.625]])
  })
})
