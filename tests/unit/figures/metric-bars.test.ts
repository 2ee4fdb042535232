// Metric bars: what lies in which slot, what it opens, what is left out.
import { describe, expect, it } from 'vitest'
import { metricBars } from '../../../src/main/figures/metric-bars.ts'
import { estimateOf, inputOf, metricsOf, runOf } from '../tables/finished-runs.ts'
import { drawn, valuesOf } from './drawn.ts'
import type { Entry } from './drawn.ts'
import { reportedOf } from './reported.ts'

const input = inputOf([
  { run: runOf('a'), metrics: metricsOf(1, 0.5) },
  { run: runOf('b', { plan: { scope: 'vision' } }), metrics: { reliability: { strict: estimateOf(0.5) } } },
])

describe('metric-bars', () => {
  it('gives every bar a slot of its own with the interval over it', () => {
    const { xAxis, series } = drawn(metricBars.draw(input))
    expect(xAxis[1]!['data']).toEqual(['Reliability', 'Text generality', 'Text locality', 'Image locality'])
    expect(xAxis[0]!['data']).toHaveLength(4 * (2 + 2))
    expect(series.map(({ type, name }) => `${type} ${name}`)).toEqual(['bar text', 'bar vision', 'boxplot 95 % interval'])
    expect(valuesOf(series[0]).slice(0, 5)).toEqual(['-', 100, '-', '-', '-'])
    expect(valuesOf(series[1]).slice(0, 5)).toEqual(['-', '-', 50, '-', '-'])
    expect(valuesOf(series[2]).slice(0, 4)).toEqual(['-', [90, 100, 100, 100, 100], [40, 50, 50, 50, 55], '-'])
    expect(series[2]!.data).toHaveLength(16)
  })

  it('says what a bar is and opens the records that have its reading', () => {
    const figure = metricBars.draw(input)
    const bar = drawn(figure).series[1]!.data[2] as Entry
    expect(bar.tip).toBe('Reliability, vision: 50 % [40.0, 55.0], n = 20')
    expect(figure.links![bar.link!]).toEqual({ id: 'b', status: 'done', metric: 'reliability', variant: 'strict' })
  })

  it('has an open axis for nats', () => {
    expect(drawn(metricBars.draw({ ...input, variant: 'kl' })).yAxis[0]).toEqual({ type: 'value', min: 0, name: 'nats' })
  })

  it('states n and what is left out', () => {
    expect(metricBars.draw(input).notes).toEqual([
      'Left out, because no chosen run has this reading of them: Image generality, Portability, Blindness.',
      'Intervals are 95 % bootstrap intervals over records.',
      'text: Reliability n = 20, Text generality n = 20, Text locality n = 20, Image locality n = 18.',
      'vision: n = 20.',
    ])
  })

  it('draws what was reported elsewhere without interval and link', () => {
    const figure = metricBars.draw({ ...input, reported: [reportedOf('MEND', { reliability: 0.994 })] })
    const { series } = drawn(figure)
    expect(valuesOf(series[2]).slice(0, 5)).toEqual(['-', '-', '-', 99.4, '-'])
    expect((series[2]!.data[3] as Entry).link).toBeUndefined()
    expect(valuesOf(series[3])[3]).toBe('-')
    expect(figure.notes).toContain('Reported elsewhere, drawn hollow and without interval: MEND (reported).')
  })

  it('refuses a reading that no metric has', () => {
    expect(() => metricBars.draw({ ...input, variant: 'nope' })).toThrow('No metric has a reading \'nope\'. Known: strict, ')
  })
})

describe('one metric alone', () => {
  it('is drawn without the others, and without saying that they are missing', () => {
    const figure = metricBars.draw({ ...input, metric: 'reliability' })
    expect(drawn(figure).xAxis[1]!['data']).toEqual(['Reliability'])
    expect(figure.notes).toEqual(['n = 20 records for every mean of every row; intervals are 95 % bootstrap intervals over records.'])
    expect(() => metricBars.draw({ ...input, metric: 'nope' })).toThrow('Figure \'metric-bars\' has no metric \'nope\'. It can show: all-metrics, reliability')
  })
})

describe('more than eight rows', () => {
  const many = inputOf(Array.from({ length: 9 }, (_, i) => ({ run: runOf(`r${i}`, { plan: { seed: i } }), metrics: metricsOf(1 - i / 10, 0.5) })), 'strict', { reported: [reportedOf('MEND', { reliability: 0.5 })] })

  it('lie as bars in a column a metric, with the same links', () => {
    const figure = metricBars.draw(many)
    const [dots, hollow] = drawn(figure).series.filter(({ type, name }) => type === 'scatter' && name === 'Mean')
    expect(drawn(figure).yAxis[1]!['data']).toHaveLength(10)
    expect(valuesOf(dots).slice(0, 2)).toEqual([[105, 0], [95, 1]])
    expect(figure.links![(dots!.data[1] as Entry).link!]).toEqual({ id: 'r1', status: 'done', metric: 'reliability', variant: 'strict' })
    expect(valuesOf(hollow)).toEqual([[55, 9]])
    expect((hollow!.data[0] as Entry).link).toBeUndefined()
  })
})
