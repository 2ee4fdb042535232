// Figures: what lies in which slot, what is carried on, what was left out.
import { describe, expect, it } from 'vitest'
import { labelsOf } from '../../../src/main/figures/figure.ts'
import { curveOf, learningCurve } from '../../../src/main/figures/learning-curve.ts'
import { metricBars } from '../../../src/main/figures/metric-bars.ts'
import { reliabilityVsLocality } from '../../../src/main/figures/reliability-vs-locality.ts'
import { estimateOf, metricsOf, runOf } from '../tables/finished-runs.ts'

interface Drawn { xAxis: { data: string[] }[], yAxis: Record<string, unknown>, series: { type: string, name: string, data: unknown[] }[] }
const optionOf = (option: unknown): Drawn => option as Drawn

describe('metric-bars', () => {
  const runs = [
    { run: runOf('a'), metrics: metricsOf(1, 0.5) },
    { run: runOf('b'), metrics: { reliability: { strict: estimateOf(0.5) } } },
  ]

  it('gives every bar a slot of its own with the interval over it', () => {
    const { xAxis, series } = optionOf(metricBars.draw(runs, 'strict').option)
    expect(xAxis[1]!.data).toEqual(['Reliability', 'Text generality', 'Text locality', 'Image locality'])
    expect(xAxis[0]!.data).toHaveLength(4 * (2 + 2))
    expect(series.map(({ type, name }) => `${type} ${name}`)).toEqual(['bar Run a', 'bar Run b', 'boxplot 95 % interval'])
    expect(series[0]!.data.slice(0, 5)).toEqual(['-', 100, '-', '-', '-'])
    expect(series[1]!.data.slice(0, 5)).toEqual(['-', '-', 50, '-', '-'])
    expect(series[2]!.data.slice(0, 4)).toEqual(['-', [90, 100, 100, 100, 100], [40, 50, 50, 50, 55], '-'])
    expect(series[2]!.data).toHaveLength(16)
  })

  it('has an open axis for nats', () => {
    expect(optionOf(metricBars.draw(runs, 'kl').option).yAxis).toEqual({ type: 'value', min: 0, name: 'nats' })
  })

  it('states n and what is left out', () => {
    expect(metricBars.draw(runs, 'strict').notes).toEqual([
      'Left out, because no chosen run has this reading of them: Image generality, Portability.',
      'Run a: Reliability n = 20, Text generality n = 20, Text locality n = 20, Image locality n = 18.',
      'Run b: Reliability n = 20, Text generality n = 0, Text locality n = 0, Image locality n = 0.',
    ])
  })
})

describe('learning-curve', () => {
  it('carries the last loss of a short edit on', () => {
    expect(curveOf([[4, 2], [2, 1, 0], []])).toEqual({ mean: [3, 1.5, 1], low: [2.5, 1.25, 0.5], high: [3.5, 1.75, 1.5] })
  })

  it('starts at step 1, and names runs without steps', () => {
    const figure = learningCurve.draw([{ run: runOf('a'), metrics: {}, losses: [[4, 2]] }, { run: runOf('b'), metrics: {} }], 'strict')
    expect(optionOf(figure.option).series[0]).toMatchObject({ name: 'Run a', data: [[1, 4], [2, 2]] })
    expect(figure.notes).toContain('Left out, because no step was recorded: Run b.')
  })
})

it('two runs of one name can be told apart', () => {
  expect(labelsOf([{ run: runOf('a', { name: 'x' }), metrics: {} }, { run: runOf('b', { name: 'x' }), metrics: {} }, { run: runOf('c'), metrics: {} }])).toEqual(['x (a)', 'x (b)', 'Run c'])
})

describe('reliability-vs-locality', () => {
  const runs = [{ run: runOf('a'), metrics: metricsOf(1, 0.5) }, { run: runOf('b'), metrics: { reliability: { strict: estimateOf(0.5) } } }]

  it('draws a point a locality, and names runs without one', () => {
    const figure = reliabilityVsLocality.draw(runs, 'strict')
    expect(optionOf(figure.option).series.map(({ name, data }) => [name, data])).toEqual([['Run a', [[50, 100]]], ['Run a', [[50, 100]]]])
    expect(figure.notes).toEqual(['Circles: image locality, triangles: text locality.', 'Left out, because reliability and a locality have no reading \'strict\' in them: Run b.'])
  })

  it('says so where reliability has no such reading', () => {
    expect(reliabilityVsLocality.draw(runs, 'kl').notes).toEqual(['Left out, because reliability and a locality have no reading \'kl\' in them: Run a, Run b.'])
  })
})
