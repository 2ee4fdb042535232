// Every figure: its option is JSON and nothing else, and it draws, the same each time.
import { describe, expect, it } from 'vitest'
import { figures } from '../../src/main/figures/index.ts'
import { renderSvg } from '../../src/main/figures/render-svg.ts'
import { Figure } from '../../src/preload/contract/figures.ts'
import { metricsOf, runOf } from '../unit/tables/finished-runs.ts'

const runs = ['text', 'vision', 'both'].map((scope, i) => ({
  run: runOf(scope, { plan: { scope } }),
  metrics: metricsOf(1 - i / 10, 0.8),
  losses: [[3, 2, 1, 0.5 + i], [2, 0.1]],
}))

describe.each(figures.all)('$id', (figure) => {
  it.each([0, 1, 3])('is pure JSON that fits the contract for %i runs', (count) => {
    const drawn = figure.draw(runs.slice(0, count), 'strict')
    expect(Figure.parse(drawn)).toEqual(drawn)
    expect(JSON.parse(JSON.stringify(drawn))).toEqual(drawn)
    expect(drawn).toMatchObject({ id: figure.id, label: figure.label })
    if (count === 0)
      expect(drawn.notes).not.toEqual([])
  })

  it('draws every run, the same bytes each time', async () => {
    const drawn = figure.draw(runs, 'strict')
    const svg = await renderSvg(drawn, { width: 900, height: 420 })
    expect(svg).toMatch(/^<svg width="900" height="420"/)
    for (const { run } of runs)
      expect(svg).toContain(`>${run.plan.scope}<`)
    expect(await renderSvg(drawn, { width: 900, height: 420 })).toBe(svg)
    // More runs draw more.
    expect(svg.length).toBeGreaterThan((await renderSvg(figure.draw(runs.slice(0, 1), 'strict'), { width: 900, height: 420 })).length)
  })

  it('draws without runs too', async () => {
    expect(await renderSvg(figure.draw([], 'strict'), { width: 400, height: 300 })).toContain('</svg>')
  })
})
