// Every figure: its option is JSON and nothing else, and it draws, the same each time, whatever the rows are.
import { describe, expect, it } from 'vitest'
import { figures } from '../../src/main/figures/index.ts'
import { renderSvg } from '../../src/main/figures/render-svg.ts'
import { Figure } from '../../src/preload/contract/figures.ts'
import type { SliceId } from '../../src/preload/contract/identifiers.ts'
import { reportedOf } from '../unit/figures/reported.ts'
import { rowOf } from '../unit/figures/sample-rows.ts'
import { inputOf, metricsOf, runOf } from '../unit/tables/finished-runs.ts'

const retention = [1, 2, 3].flatMap(time => Array.from({ length: time }, (_, edit) => ({ time, edit, record: String(edit), scores: { reliability: { strict: 1 / (time - edit) } } })))

const runs = ['text', 'vision', 'both'].map((scope, i) => ({
  run: runOf(scope, { plan: { scope } }),
  metrics: metricsOf(1 - i / 10, 0.8),
  losses: [[3, 2, 1, 0.5 + i], [2, 0.1]],
}))
/** Rows with everything that a figure can ask for: scores by record, losses, a retention matrix. */
const full = ['text', 'vision', 'both'].map((scope, i) => ({ ...rowOf(scope, { plan: { scope, protocol: 'sequential' }, seed: i }), losses: [[3, 2, 1], [2]], retention }))
const layers = [0, 1].map(layer => rowOf(`layer-${layer}`, { plan: { method: { id: 'fine-tune', config: { onlyLayer: layer } } } }))
const training = { run: runOf('training', { plan: { kind: 'train', name: 'Training' } }), steps: [{ step: 1, losses: { total: 3 }, elapsedMs: 1 }, { step: 2, losses: { total: 2 }, validation: { total: 2.5 }, elapsedMs: 2 }] }
const many = Array.from({ length: 20 }, (_, i) => rowOf(`run-${i}`, { plan: { seed: i, name: `A run with a rather long name, number ${i}` }, seed: i, count: 12 }))
const slice = { id: 'dogs' as SliceId, name: 'Dogs' }
const reported = [reportedOf('MEND', { 'reliability': 0.994, 'text-locality': 0.9994, 'image-locality': 0.9665 })]

const inputs = {
  'no row': inputOf([]),
  'one run': inputOf(runs.slice(0, 1)),
  'three runs': inputOf(runs),
  'slices': inputOf([...runs, ...runs.map(row => ({ ...row, slice }))]),
  'all that a figure can ask for': inputOf([...full, ...layers, training]),
  'twenty runs': inputOf(many),
  'another reading': inputOf(full, 'kl'),
  'more than 4,000 records': inputOf([rowOf('large', { count: 4600 })]),
  'reported rows': inputOf(runs, 'strict', { reported }),
  'only reported rows': inputOf([], 'strict', { reported }),
}

describe.each(figures.all)('$id', (figure) => {
  it.each(Object.entries(inputs))('is pure JSON that fits the contract for %s', (_, input) => {
    const drawn = figure.draw(input)
    expect(Figure.parse(drawn)).toEqual(drawn)
    expect(JSON.parse(JSON.stringify(drawn))).toEqual(drawn)
    expect(drawn).toMatchObject({ id: figure.id, label: figure.label, comparability: input.comparability })
    if (input.runs.length + input.reported.length === 0)
      expect(drawn.notes).toContain('No run is chosen.')
  })

  it('opens only what it draws: every link is used, and none is missing', () => {
    const drawn = figure.draw(inputs['all that a figure can ask for'])
    const used = new Set([...JSON.stringify(drawn.option).matchAll(/"link":(\d+)/g)].map(match => Number(match[1])))
    expect([...used].sort((a, b) => a - b)).toEqual((drawn.links ?? []).map((_, i) => i))
  })

  it('has something to show', () => {
    const { option, notes } = figure.draw(inputs['all that a figure can ask for'])
    expect((option['series'] as { data: unknown[] }[]).some(({ data }) => data.length > 0)).toBe(true)
    expect(notes.length).toBeGreaterThan(0)
  })

  it('draws the same bytes each time', async () => {
    const drawn = figure.draw(inputs['all that a figure can ask for'])
    const svg = await renderSvg(drawn, { width: 900, height: 420 })
    expect(svg).toMatch(/^<svg width="900" height="420"/)
    expect(await renderSvg(drawn, { width: 900, height: 420 })).toBe(svg)
  })

  it.each(Object.entries(inputs))('draws %s', async (_, input) => {
    expect(await renderSvg(figure.draw(input), { width: 400, height: 300 })).toContain('</svg>')
  })
})
