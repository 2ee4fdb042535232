// GRACE's codebook follows the paper's rules over a random stream, as an independent script does.
import { describe, expect, it } from 'vitest'
import { defer, placeFor } from '../../../src/main/methods/codebook.ts'
import type { Codebook } from '../../../src/main/methods/codebook.ts'
import reference from '../../fixtures/methods/grace/grace.json' with { type: 'json' }

const { radius, points, labels, events, radii, names, queries, found } = reference.stream
const cold = (): Float32Array => new Float32Array(1)

describe('a stream of edits', () => {
  let codebook: Codebook = []
  const placed = points.map((point, i) => {
    const before = codebook.length
    const result = placeFor(codebook, Float32Array.from(point), labels[i]!, radius, cold)
    codebook = result.codebook
    return { isNew: codebook.length > before, index: result.index }
  })

  it('adds, splits and joins where the reference does', () => {
    expect(placed).toEqual(events.map(([kind, index]) => ({ isNew: kind !== 'same', index })))
    expect(codebook.map(({ label }) => label)).toEqual(names)
    codebook.forEach((entry, i) => expect(entry.radius, `radius ${i}`).toBeCloseTo(radii[i]!, 5))
  })

  it('answers the same questions by the same entries', () => {
    const answered = queries.map((query) => {
      const { entry } = defer(codebook, Float32Array.from(query))
      return entry ? codebook.indexOf(entry) : -1
    })
    expect(answered).toEqual(found)
    expect(found).toContain(-1)
  })
})

describe('the score', () => {
  const codebook: Codebook = [{ key: Float32Array.of(0, 0), value: cold(), radius: 2, label: 'a' }]
  it.each([[0, 1, true], [2, 0.5, true], [2.1, 2 / 4.1, false], [198, 0.01, false]])('is half on the ball\'s surface: at distance %f it is %f', (x, score, taken) => {
    const found = defer(codebook, Float32Array.of(x, 0))
    expect(found.score).toBeCloseTo(score, 5)
    expect(found.entry !== undefined).toBe(taken)
  })

  it('is zero for an empty codebook', () => {
    expect(defer([], Float32Array.of(1))).toEqual({ entry: undefined, score: 0 })
  })

  it('lets two edits at the same place keep apart: the later one answers nothing but its own key', () => {
    const same = placeFor(codebook, Float32Array.of(0, 0), 'b', 2, cold).codebook
    expect(same.map(({ radius }) => radius)).toEqual([-1e-5, 0])
  })
})
