// Curves over steps: what is carried on, what is left out.
import { describe, expect, it } from 'vitest'
import { curveOf, learningCurve } from '../../../src/main/figures/learning-curve.ts'
import { inputOf, runOf } from '../tables/finished-runs.ts'
import { drawn } from './drawn.ts'

describe('learning-curve', () => {
  it('carries the last loss of a short edit on', () => {
    expect(curveOf([[4, 2], [2, 1, 0], []])).toEqual({ mean: [3, 1.5, 1], low: [2.5, 1.25, 0.5], high: [3.5, 1.75, 1.5] })
  })

  it('starts at step 1, opens the run, and names runs without steps', () => {
    const figure = learningCurve.draw(inputOf([{ run: runOf('a'), losses: [[4, 2]] }, { run: runOf('b', { plan: { scope: 'vision' } }) }]))
    expect(drawn(figure).series[0]).toMatchObject({ name: 'text', data: [[1, 4], [2, 2]] })
    expect(figure.links![drawn(figure).series[0]!.link!]).toEqual({ id: 'a', status: 'done' })
    expect(figure.notes).toContain('Left out, because no step was recorded: vision.')
  })
})
