// Reliability over locality: points, intervals both ways, the front.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { frontOf, reliabilityVsLocality } from '../../../src/main/figures/reliability-vs-locality.ts'
import { estimateOf, inputOf, metricsOf, runOf } from '../tables/finished-runs.ts'
import { drawn, valuesOf } from './drawn.ts'
import { reportedOf } from './reported.ts'

const input = inputOf([{ run: runOf('a'), metrics: metricsOf(1, 0.5) }, { run: runOf('b', { plan: { scope: 'vision' } }), metrics: { reliability: { strict: estimateOf(0.5) } } }])

describe('reliability-vs-locality', () => {
  it('draws a panel a locality with intervals both ways, and names runs without one', () => {
    const figure = reliabilityVsLocality.draw(input)
    const { series, xAxis } = drawn(figure)
    expect(xAxis.map(({ name }) => name)).toEqual(['Text locality', 'Image locality'])
    expect(series.filter(({ type }) => type === 'scatter').map(one => [one.name, valuesOf(one)])).toEqual([['text', [[50, 100]]], ['text', [[50, 100]]]])
    expect(series.find(({ type }) => type === 'lines')!.data).toEqual([{ coords: [[40, 100], [55, 100]] }, { coords: [[50, 90], [50, 100]] }])
    expect(figure.notes).toContain('Left out, because reliability and a locality have no reading \'strict\' in them: vision.')
  })

  it('draws one locality where it is chosen, and refuses others', () => {
    expect(drawn(reliabilityVsLocality.draw({ ...input, metric: 'image-locality' })).xAxis).toHaveLength(1)
    expect(() => reliabilityVsLocality.draw({ ...input, metric: 'portability' })).toThrow('It can show: both-localities, text-locality, image-locality.')
  })

  it('draws no whiskers for reported numbers', () => {
    const { series } = drawn(reliabilityVsLocality.draw(inputOf([], 'strict', { reported: [reportedOf('MEND', { 'reliability': 0.994, 'text-locality': 0.9994 })] })))
    expect(series.map(({ type, data }) => [type, data.length])).toEqual([['scatter', 1], ['lines', 0], ['line', 1]])
  })

  it('says so where reliability has no such reading', () => {
    expect(reliabilityVsLocality.draw({ ...input, variant: 'kl' }).notes).toEqual(['Left out, because reliability and a locality have no reading \'kl\' in them: text; vision.'])
  })
})

describe('the front', () => {
  const share = fc.integer({ min: 0, max: 8 }).map(mean => ({ mean }))

  it('is what no other point beats, falling from left to right', () => {
    fc.assert(fc.property(fc.array(fc.record({ x: share, y: share }), { minLength: 1, maxLength: 12 }), (points) => {
      const front = frontOf(points)
      expect(front.length).toBeGreaterThan(0)
      for (const [i, [x, y]] of front.entries()) {
        expect(points.some(point => (point.x.mean > x && point.y.mean >= y) || (point.x.mean >= x && point.y.mean > y))).toBe(false)
        if (i > 0)
          expect(front[i - 1]![1]).toBeGreaterThanOrEqual(y)
      }
      // Whatever is not on it is beaten by something that is.
      for (const point of points) {
        const isOn = front.some(([x, y]) => x === point.x.mean && y === point.y.mean)
        expect(isOn || front.some(([x, y]) => x >= point.x.mean && y >= point.y.mean)).toBe(true)
      }
    }))
  })
})
