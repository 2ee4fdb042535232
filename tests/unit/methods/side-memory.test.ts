// WISE's routing between side memories, and TIES merging against an independent script.
import { describe, expect, it } from 'vitest'
import { mergeMemories, reaction, route, thresholdOf } from '../../../src/main/methods/side-memory.ts'
import { tiesMerge, trim } from '../../../src/main/training/ties.ts'
import reference from '../../fixtures/methods/wise/wise.json' with { type: 'json' }

const { density, changes, merged } = reference.merge

describe('TIES', () => {
  it('gives the reference\'s merge', () => {
    const own = tiesMerge(changes.map(change => Float32Array.from(change)), density)
    own.forEach((value, i) => expect(value, `element ${i}`).toBeCloseTo(merged[i]!, 6))
  })

  it('keeps the largest elements, the first of equals', () => {
    expect([...trim(Float32Array.of(1, -3, 2, -2), 0.5)]).toEqual([0, -3, 2, 0])
  })

  it('lets the larger total decide a sign', () => {
    expect([...tiesMerge([Float32Array.of(3), Float32Array.of(-1), Float32Array.of(-1)], 1)]).toEqual([3])
  })
})

describe('routing', () => {
  // Two outputs, three inputs: reactions can be followed by hand.
  const first = { change: Float32Array.of(3, 0, 0, 4, 0, 0), keys: [Float32Array.of(1, 0, 0), Float32Array.of(2, 0, 0)] }
  const second = { change: Float32Array.of(0, 1, 0, 0, 0, 0), keys: [Float32Array.of(0, 8, 0)] }
  const thresholds = [first, second].map(memory => thresholdOf(memory, 0.5))

  it('takes the weakest reaction to an edit of its own, times the share', () => {
    expect(reaction(first, first.keys[1]!)).toBe(10)
    expect(thresholds).toEqual([2.5, 4])
  })

  it.each([
    [[1, 0, 0], { memory: 0, score: 5 / 7.5 }],
    [[0.5, 0, 0], { memory: 0, score: 0.5 }],
    [[0.1, 6, 0], { memory: 1, score: 0.6 }],
    [[0.1, 2, 9], { memory: undefined, score: 2 / 6 }],
    [[0, 0, 9], { memory: undefined, score: 0 }],
  ])('%j', (x, wanted) => {
    const { memory, score } = route([first, second], thresholds, Float32Array.from(x))
    expect(memory).toBe(wanted.memory)
    expect(score).toBeCloseTo(wanted.score, 6)
  })

  it('keeps the keys of merged memories', () => {
    const both = mergeMemories([first, second], 1)
    expect(both.keys).toHaveLength(3)
    expect([...both.change]).toEqual([3, 1, 0, 4, 0, 0])
  })
})
