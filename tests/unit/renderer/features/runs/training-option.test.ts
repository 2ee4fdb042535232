// Loss curves: order after a resume, which checkpoint is best, what the chart is given.
import { describe, expect, it } from 'vitest'
import type { TrainingStep } from '@contract/runs.ts'
import { bestOf, lossNames, trainingOption, validationsOf, withStep } from '../../../../../src/renderer/src/features/runs/training-option.ts'

const step = (at: number, total: number, validation?: number): TrainingStep => ({ step: at, losses: { edit: total / 2, total }, elapsedMs: 1, ...(validation === undefined ? {} : { validation: { edit: 0, total: validation } }) })
interface Series { name: string, type: string, data: number[][] }
const seriesOf = (steps: readonly TrainingStep[], isLog = false): Series[] => trainingOption(steps, isLog)['series'] as Series[]

it('puts a step in its place: what a resumed training repeats replaces what came after its checkpoint', () => {
  const steps = [step(10, 5), step(20, 4), step(30, 3)]
  expect(withStep(steps, step(40, 2)).map(one => one.step)).toEqual([10, 20, 30, 40])
  const resumed = withStep(steps, step(20, 9))
  expect(resumed.map(one => [one.step, one.losses['total']])).toEqual([[10, 5], [20, 9]])
})

describe('validation', () => {
  it('is best where the total is least, the first of equals', () => {
    const all = validationsOf([step(1, 1, 3), step(2, 1), step(3, 1, 2), step(4, 1, 2), step(5, 1, 2.5)])
    expect(all.map(one => one.step)).toEqual([1, 3, 4, 5])
    expect(bestOf(all)?.step).toBe(3)
    expect(bestOf([])).toBeUndefined()
    expect(bestOf([{ step: 1, losses: { total: Number.NaN } }])).toBeUndefined()
  })

  it('names the total first', () => {
    expect(lossNames([{ edit: 1, total: 2 }, { locality: 1 }])).toEqual(['total', 'edit', 'locality'])
  })
})

describe('the chart', () => {
  it('has a line a loss, the validation and the best checkpoint', () => {
    const series = seriesOf([step(1, 4, 3), step(2, 2, 1), step(3, 1, 2)])
    expect(series.map(one => [one.name, one.type])).toEqual([['Total', 'line'], ['Edit', 'line'], ['Validation, total', 'line'], ['Best, kept', 'scatter']])
    expect(series[2]?.data).toEqual([[1, 3], [2, 1], [3, 2]])
    expect(series[3]?.data).toEqual([[2, 1]])
  })

  it('leaves out what a logarithmic axis has no place for', () => {
    expect(seriesOf([step(1, 4), step(2, 0), step(3, 1)], true)[0]?.data).toEqual([[1, 4], [3, 1]])
    expect(seriesOf([step(1, 4), step(2, 0), step(3, 1)])[0]?.data).toHaveLength(3)
  })
})
