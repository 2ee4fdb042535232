// Figures: what lies in which slot, what is carried on, what was left out.
import { describe, expect, it } from 'vitest'
import { labelsOf, legendOf } from '../../../src/main/figures/figure.ts'
import { curveOf, learningCurve } from '../../../src/main/figures/learning-curve.ts'
import { metricBars } from '../../../src/main/figures/metric-bars.ts'
import { reliabilityVsLocality } from '../../../src/main/figures/reliability-vs-locality.ts'
import { estimateOf, metricsOf, runOf } from '../tables/finished-runs.ts'

interface Drawn { xAxis: { data: string[] }[], yAxis: Record<string, unknown>, series: { type: string, name: string, data: unknown[] }[] }
const optionOf = (option: unknown): Drawn => option as Drawn

describe('metric-bars', () => {
  const runs = [
    { run: runOf('a'), metrics: metricsOf(1, 0.5) },
    { run: runOf('b', { plan: { scope: 'vision' } }), metrics: { reliability: { strict: estimateOf(0.5) } } },
  ]

  it('gives every bar a slot of its own with the interval over it', () => {
    const { xAxis, series } = optionOf(metricBars.draw(runs, 'strict').option)
    expect(xAxis[1]!.data).toEqual(['Reliability', 'Text generality', 'Text locality', 'Image locality'])
    expect(xAxis[0]!.data).toHaveLength(4 * (2 + 2))
    expect(series.map(({ type, name }) => `${type} ${name}`)).toEqual(['bar text', 'bar vision', 'boxplot 95 % interval'])
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
      'Left out, because no chosen run has this reading of them: Image generality, Portability, Blindness.',
      'text: Reliability n = 20, Text generality n = 20, Text locality n = 20, Image locality n = 18.',
      'vision: Reliability n = 20, Text generality n = 0, Text locality n = 0, Image locality n = 0.',
    ])
  })
})

describe('learning-curve', () => {
  it('carries the last loss of a short edit on', () => {
    expect(curveOf([[4, 2], [2, 1, 0], []])).toEqual({ mean: [3, 1.5, 1], low: [2.5, 1.25, 0.5], high: [3.5, 1.75, 1.5] })
  })

  it('starts at step 1, and names runs without steps', () => {
    const figure = learningCurve.draw([{ run: runOf('a'), metrics: {}, losses: [[4, 2]] }, { run: runOf('b', { plan: { scope: 'vision' } }), metrics: {} }], 'strict')
    expect(optionOf(figure.option).series[0]).toMatchObject({ name: 'text', data: [[1, 4], [2, 2]] })
    expect(figure.notes).toContain('Left out, because no step was recorded: vision.')
  })
})

describe('labels', () => {
  const of = (id: string, plan: object = {}) => ({ run: runOf(id, { plan }), metrics: {} })

  it('name what differs between the runs, and nothing else', () => {
    expect(labelsOf([of('a'), of('b', { scope: 'vision' })])).toEqual(['text', 'vision'])
    expect(labelsOf([of('a'), of('b', { scope: 'both', dataset: 'e-ic-eval' })])).toEqual(['text, e-vqa-eval', 'both, e-ic-eval'])
    expect(labelsOf([of('a')])).toEqual(['Fine-tuning, text'])
  })

  it('keep names that people gave, and tell equals apart', () => {
    expect(labelsOf([of('a', { name: 'Mine' }), of('b', { scope: 'both' })])).toEqual(['Mine', 'both'])
    expect(labelsOf([of('2026-01-01-fine-tune-sample-01'), of('2026-01-01-fine-tune-sample-02')])).toEqual(['Fine-tuning, text (01)', 'Fine-tuning, text (02)'])
  })

  it('make room for the rows that the legend needs', () => {
    expect(legendOf(['a', 'b']).top).toBe(44)
    expect(legendOf(['a'.repeat(60), 'b'.repeat(60)]).top).toBe(64)
  })
})

describe('reliability-vs-locality', () => {
  const runs = [{ run: runOf('a'), metrics: metricsOf(1, 0.5) }, { run: runOf('b', { plan: { scope: 'vision' } }), metrics: { reliability: { strict: estimateOf(0.5) } } }]

  it('draws a point a locality, and names runs without one', () => {
    const figure = reliabilityVsLocality.draw(runs, 'strict')
    expect(optionOf(figure.option).series.map(({ name, data }) => [name, data])).toEqual([['text', [[50, 100]]], ['text', [[50, 100]]]])
    expect(figure.notes).toEqual(['Circles: image locality, triangles: text locality.', 'Left out, because reliability and a locality have no reading \'strict\' in them: vision.'])
  })

  it('says so where reliability has no such reading', () => {
    expect(reliabilityVsLocality.draw(runs, 'kl').notes).toEqual(['Left out, because reliability and a locality have no reading \'kl\' in them: text, vision.'])
  })
})
