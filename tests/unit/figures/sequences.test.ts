// Retention, forgetting and trainings: cells where they belong, ages counted slowly, the kept checkpoint.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { forgettingCurve } from '../../../src/main/figures/forgetting-curve.ts'
import { retentionHeatmap } from '../../../src/main/figures/retention-heatmap.ts'
import { byAge } from '../../../src/main/figures/retention.ts'
import { trainingCurve } from '../../../src/main/figures/training-curve.ts'
import type { RetentionCell } from '../../../src/preload/contract/runs.ts'
import { filterAt, tipAt } from '../../../src/renderer/src/ui/chart-marks.ts'
import { inputOf, runOf } from '../tables/finished-runs.ts'
import { drawn, entriesOf, valuesOf } from './drawn.ts'

/** Two edits, then four: the first two are scored twice. */
const cells: RetentionCell[] = [[2, 0, 1], [2, 1, 1], [4, 0, 0.5], [4, 1, 0], [4, 2, 1], [4, 3, 0.25]].map(([time, edit, strict]) => ({ time: time!, edit: edit!, record: `r${edit}`, scores: { reliability: { strict: strict! } } }))
const input = inputOf([{ run: runOf('s', { plan: { protocol: 'sequential' } }), retention: cells }, { run: runOf('t') }])

describe('retention-heatmap', () => {
  const figure = retentionHeatmap.draw(input)

  it('has edits down and time across, and opens the cell\'s record', () => {
    expect(drawn(figure).xAxis[0]!['data']).toEqual(['2', '4'])
    expect(drawn(figure).series[0]!.data).toEqual([[0, 0, 1, 0], [0, 1, 1, 1], [1, 0, 0.5, 0], [1, 1, 0, 1], [1, 2, 1, 2], [1, 3, 0.25, 3]])
    expect(filterAt(figure, 0, 3)).toEqual({ id: 's', status: 'done', record: 'r1' })
    expect(tipAt(figure, 0, 2)).toMatch(/, r0: 0.5$/)
  })

  it('names rows without a sequence, and a reading that the metric lacks', () => {
    expect(figure.notes.at(-1)).toMatch(/^Left out, because no edit of them was scored again after later ones: single edits\.$/)
    expect(retentionHeatmap.draw({ ...input, variant: 'kl' }).notes).toContain('Reliability has no reading \'kl\'; \'strict\' is shown.')
    expect(() => retentionHeatmap.draw({ ...input, metric: 'blindness' })).toThrow('It can show: reliability')
  })

  it('thins times that would be less than a pixel, keeps the last, and says so', () => {
    const many = Array.from({ length: 450 }, (_, i): RetentionCell => ({ time: i + 1, edit: 0, record: 'r', scores: { reliability: { strict: 1 } } }))
    const thin = retentionHeatmap.draw(inputOf([{ run: runOf('s'), retention: many }]))
    const times = drawn(thin).xAxis[0]!['data'] as string[]
    expect([times.length, times.at(-1)]).toEqual([150, '450'])
    expect(thin.notes.join(' ')).toContain('one in 3 of 450 times is drawn')
  })
})

describe('forgetting-curve', () => {
  it('is the mean by edits made since, each point opening its edits', () => {
    const figure = forgettingCurve.draw(input)
    // Age 0: edits 1 (at 2) and 3 (at 4); age 1: 0 (at 2) and 2 (at 4); age 2: 1; age 3: 0.
    expect(valuesOf(drawn(figure).series[0])).toEqual([[0, 62.5], [1, 100], [2, 0], [3, 50]])
    expect(entriesOf(drawn(figure).series).map(({ link }) => figure.links![link!]!.records)).toEqual([['r1', 'r3'], ['r0', 'r2'], ['r1'], ['r0']])
  })

  it('counts an edit once in a bin of ages, with its mean', () => {
    fc.assert(fc.property(fc.array(fc.record({ time: fc.integer({ min: 1, max: 30 }), edit: fc.nat(29), value: fc.double({ min: 0, max: 1, noNaN: true }) }), { minLength: 1, maxLength: 60 }), fc.integer({ min: 1, max: 12 }), (all, most) => {
      const seen = new Set<string>()
      const kept = all.filter(({ time, edit }) => edit < time && !seen.has(`${time} ${edit}`) && seen.add(`${time} ${edit}`)).map(one => ({ ...one, record: `r${one.edit}` }))
      const bins = byAge(kept, { most })
      expect(bins.length).toBeLessThanOrEqual(most)
      for (const { from, to, estimate, records } of bins) {
        const inside = kept.filter(({ time, edit }) => time - edit - 1 >= from && time - edit - 1 <= to)
        const edits = [...new Set(inside.map(({ edit }) => edit))]
        const means = edits.map(edit => inside.filter(one => one.edit === edit).reduce((sum, { value }, _, { length }) => sum + value / length, 0))
        expect(estimate.n).toBe(edits.length)
        expect(estimate.mean).toBeCloseTo(means.reduce((sum, value) => sum + value, 0) / means.length, 9)
        expect([...records].sort()).toEqual(edits.map(edit => `r${edit}`).sort())
      }
      expect(bins.reduce((sum, { from, to }) => sum + kept.filter(({ time, edit }) => time - edit - 1 >= from && time - edit - 1 <= to).length, 0)).toBe(kept.length)
    }))
  })
})

describe('training-curve', () => {
  const step = (number: number, total: number, validation?: number): object => ({ step: number, losses: { total, edit: 1 }, elapsedMs: 1, ...(validation === undefined ? {} : { validation: { total: validation } }) })
  const training = (steps: object[]): ReturnType<typeof inputOf> => inputOf([{ run: runOf('t', { plan: { kind: 'train' } }), steps: steps as never }, { run: runOf('s', { plan: { scope: 'vision' } }) }])

  it('draws losses as a line, held-out ones as points, and rings the least', () => {
    const figure = trainingCurve.draw(training([step(10, 3), step(20, 2, 2.5), step(30, 1, 2.75), step(20, 2.25, 2.5)]))
    const { series } = drawn(figure)
    // A resumed training's newer line counts.
    expect(valuesOf(series[0])).toEqual([[10, 3], [20, 2.25], [30, 1]])
    expect(valuesOf(series[1])).toEqual([[20, 2.5], [30, 2.75]])
    expect(valuesOf(series[2])).toEqual([[20, 2.5]])
    expect(figure.notes.at(-1)).toBe('Left out, because they are no trainings, or have no step yet: vision.')
  })

  it('is logarithmic where losses fall far and none is zero or less', () => {
    expect(drawn(trainingCurve.draw(training([step(1, 300), step(2, 1)]))).yAxis[0]!['type']).toBe('log')
    expect(drawn(trainingCurve.draw(training([step(1, 300), step(2, 0)]))).yAxis[0]!['type']).toBe('value')
    expect(trainingCurve.draw(training([step(1, 3)])).notes.join(' ')).toContain('no loss on held-out records was measured')
  })
})
