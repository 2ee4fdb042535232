// KL scatter: one point a record, zeros said and shown, density that adds up, bins that open what they count.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { densityFrom, klScatter } from '../../../src/main/figures/kl-scatter.ts'
import { binOf, logScaleOf, placeOf, powerText } from '../../../src/main/figures/log-bins.ts'
import { filterAt } from '../../../src/renderer/src/ui/chart-marks.ts'
import { inputOf } from '../tables/finished-runs.ts'
import { drawn } from './drawn.ts'
import { dogs, rowOf } from './sample-rows.ts'

const klOf = (row: ReturnType<typeof rowOf>): [string, number, number][] => row.records!.records.flatMap((record, i): [string, number, number][] => {
  const [x, y] = ['text-locality', 'image-locality'].map(id => row.records!.scores[id]!['kl']![i]!)
  return x === null || y === null || x === undefined || y === undefined ? [] : [[record, x, y]]
})

describe('few records', () => {
  const row = rowOf('a')
  const figure = klScatter.draw(inputOf([row, rowOf('a', { slice: dogs })]))
  const series = drawn(figure).series.filter(({ isRecords }) => isRecords)

  it('are a point each, at the logarithm of both, with their record', () => {
    expect(series.map(({ id }) => id)).toEqual(['a', 'a/dogs'])
    const points = series[0]!.data as [number, number, number][]
    const expected = klOf(row)
    expect(points).toHaveLength(expected.length)
    points.forEach(([x, y, r], i) => {
      const [record, kx, ky] = expected[i]!
      expect(figure.records![r]).toBe(record)
      for (const [place, value] of [[x, kx], [y, ky]] as const) {
        if (value > 1e-6)
          expect(place).toBeCloseTo(Math.log10(value), 3)
        else
          expect(place > -7 && place < -6, `${value} at ${place}`).toBe(true)
      }
    })
  })

  it('say how many count as zero', () => {
    const zeros = klOf(row).filter(([, x]) => x <= 1e-6).length
    const ups = klOf(row).filter(([, , y]) => y <= 1e-6).length
    expect(zeros).toBeGreaterThan(0)
    expect(figure.notes.join(' ')).toContain('Shaded: at most 10⁻⁶ nats')
    expect(figure.notes.join(' ')).toContain(`${zeros} / ${ups}`)
  })
})

describe('many records', () => {
  const even = rowOf('big', { count: densityFrom + 2000 })
  // Three decades higher in one direction, so that the axes have different numbers of bins.
  const { scores } = even.records!
  const row = { ...even, records: { ...even.records!, scores: { ...scores, 'image-locality': { kl: scores['image-locality']!['kl']!.map(value => value === null ? null : value * 1000) } } } }
  const figure = klScatter.draw(inputOf([row]))
  const at = drawn(figure).series.findIndex(({ id }) => id === 'big#bins')
  const cells = drawn(figure).series[at]!.data as [number, number, number, number][]
  const all = klOf(row)

  it('are drawn as density that adds up to n', () => {
    expect(all.length).toBeGreaterThan(densityFrom)
    expect(cells.reduce((sum, [, , count]) => sum + count, 0)).toBe(all.length)
    expect(new Set(cells.map(([, , , bin]) => bin)).size).toBe(cells.length)
    expect(figure.points!.map(({ series, data }) => [series, data.length / 4])).toEqual([['big', all.length]])
  })

  it('are opened bin by bin, every record once', () => {
    const opened = cells.flatMap(([, , count], index) => {
      const { id, records = [] } = filterAt(figure, at, index)!
      expect([id, records.length]).toEqual(['big', count])
      return records
    })
    expect(opened.sort()).toEqual(all.map(([record]) => record).sort())
  })

  it('lie in the bin that they are counted in', () => {
    const { xAxis, yAxis } = drawn(figure)
    const { data } = figure.points![0]!
    const [columns, lines] = [(xAxis[1]!['data'] as string[]).length, (yAxis[1]!['data'] as string[]).length]
    const bin = (place: number, axis: Record<string, unknown>, count: number): number => Math.floor((place - Number(axis['min'])) / (Number(axis['max']) - Number(axis['min'])) * count + 1e-9)
    for (let i = 0; i < data.length; i += 4)
      expect(bin(data[i]!, xAxis[0]!, columns) + columns * bin(data[i + 1]!, yAxis[0]!, lines)).toBe(data[i + 3])
  })
})

describe('the axis of exponents', () => {
  const value = fc.oneof(fc.constant(0), fc.double({ min: 1e-12, max: 1e3, noNaN: true }))

  it('holds every value: those above the floor at their logarithm, others in the strip', () => {
    fc.assert(fc.property(fc.array(value, { minLength: 1, maxLength: 30 }), fc.nat(), (values, seed) => {
      const scale = logScaleOf(values)
      expect(Number.isInteger(scale.min) && Number.isInteger(scale.max)).toBe(true)
      for (const one of values) {
        const place = placeOf(one, scale, seed)
        expect(place).toBeGreaterThanOrEqual(scale.min)
        expect(place).toBeLessThanOrEqual(scale.max + 1e-4)
        if (one > 1e-6)
          expect(place).toBeCloseTo(Math.log10(one), 3)
        else
          expect(scale.hasStrip && place < scale.floor).toBe(true)
        expect(binOf(place, scale, 24)).toBeLessThan(24)
      }
    }))
  })

  it('has no strip where nothing is zero, and names powers', () => {
    expect(logScaleOf([0.002, 0.5])).toEqual({ floor: -3, hasStrip: false, min: -3, max: 0 })
    expect(logScaleOf([0, 0])).toEqual({ floor: -6, hasStrip: true, min: -7, max: -4 })
    expect(powerText(-12)).toBe('10⁻¹²')
  })
})

describe('rows', () => {
  it('without records by KL are left out and named; more than four stand apart', () => {
    const rows = Array.from({ length: 5 }, (_, i) => rowOf(`r${i}`, { plan: { seed: i } }))
    const figure = klScatter.draw(inputOf([...rows, { ...rows[0]!, run: { ...rows[0]!.run, id: 'none' as never, plan: { ...rows[0]!.run.plan, seed: 99 } }, key: 'none', records: { ...rows[0]!.records!, scores: {} } }]))
    expect(drawn(figure).xAxis).toHaveLength(5)
    expect(figure.notes.at(-1)).toBe('Left out, because they have no KL of both localities by record: seed 99.')
  })
})
