// Every mark opens exactly the records that it counts: n of its words against a slow count of what its filter finds.
import { describe, expect, it } from 'vitest'
import { figures } from '../../../src/main/figures/index.ts'
import { inputOf } from '../tables/finished-runs.ts'
import { drawn, isEntry } from './drawn.ts'
import { dogs, resolve, rowOf } from './sample-rows.ts'

const scopes = ['text', 'vision', 'both']
const whole = scopes.map((scope, i) => rowOf(scope, { plan: { scope }, seed: i + 1 }))
const sliced = scopes.map((scope, i) => rowOf(scope, { plan: { scope }, seed: i + 1, slice: dogs }))
const layers = [0, 1, 2].map(layer => rowOf(`layer-${layer}`, { seed: layer + 9, plan: { method: { id: 'fine-tune', config: { onlyLayer: layer } } } }))
const input = inputOf([...whole, ...sliced, ...layers])

/** "…: 93.4 % [90, 95], n = 17" → 17; the last one of several belongs to the reading that is opened. */
const countIn = (tip: string): number => Number([...tip.matchAll(/n = (\d+)/g)].at(-1)![1])

const linked = ['metric-bars', 'text-vs-vision', 'strict-vs-compatible', 'layer-sweep']

describe.each(linked)('%s', (id) => {
  const figure = figures.get(id).draw(input)
  const marks = drawn(figure).series.flatMap(({ data }) => data.filter(isEntry)).filter(({ link }) => link !== undefined)

  it('opens as many records as it counts', () => {
    expect(marks.length).toBeGreaterThan(10)
    for (const { tip, link } of marks)
      expect(resolve(input, figure.links![link!]!).length, tip).toBe(countIn(tip!.split(';')[0]!))
  })
})

describe('cost-vs-quality', () => {
  it('opens the records that have the chosen metric', () => {
    const figure = figures.get('cost-vs-quality').draw({ ...input, metric: 'reliability' })
    const marks = drawn(figure).series.flatMap(({ data }) => data.filter(isEntry)).filter(({ link }) => link !== undefined)
    expect(marks).toHaveLength(input.runs.length)
    for (const { tip, link } of marks)
      expect(resolve(input, figure.links![link!]!).length, tip).toBe(countIn(tip!))
  })
})
