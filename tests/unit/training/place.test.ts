import { describe, expect, it } from 'vitest'
import { ndarray } from '../../../src/main/tensor/array.ts'
import { evaluate } from '../../../src/main/tensor/evaluate.ts'
import { input, leavesOf, weight } from '../../../src/main/tensor/expr.ts'
import type { Expr } from '../../../src/main/tensor/expr.ts'
import { add } from '../../../src/main/tensor/ops/elementwise.ts'
import { gather } from '../../../src/main/tensor/ops/indexing.ts'
import { concat, reshape, zeros } from '../../../src/main/tensor/ops/movement.ts'
import { linear } from '../../../src/main/tensor/ops/product.ts'
import { place } from '../../../src/main/training/place.ts'

const matrix = (name: string): Expr => weight(name, [2, 2], { file: 'f', offset: 0, length: 16, stored: 'float32' })
const [edited, frozen] = [matrix('edited'), matrix('frozen')]
const hidden = input('hidden', 'float32', ['tokens', 2])
const rows = input('rows', 'int64', ['rows'])
// Shapes in attributes: two zero rows before the tokens, through a reshape that spells their number.
const padded = reshape(reshape(concat([zeros([2, 2]), linear(hidden, frozen)], 0), ['2*tokens+4']), ['tokens+2', 2])
const logits = linear(gather(padded, rows, 0), edited)
const targets = input('targets', 'int64', ['rows'])
const reading = (tokens: number) => ({
  logits,
  targets,
  leaves: new Map([['edited', edited]]),
  feeds: {
    hidden: { data: Float32Array.from({ length: 2 * tokens }, (_, i) => i + 1), dims: [tokens, 2] },
    rows: { data: BigInt64Array.of(2n), dims: [1] },
    targets: { data: BigInt64Array.of(0n), dims: [1] },
    frozen: { data: Float32Array.of(1, 0, 0, 1), dims: [2, 2] },
  },
})
const numbers = (feeds: ReturnType<typeof place>['feeds']) => Object.fromEntries(Object.entries(feeds).map(([name, { data, dims }]) => [name, ndarray(dims, Array.from(data, Number))]))

describe('place', () => {
  const delta = input('delta', 'float32', [2, 2])
  const weights = new Map([['edited', add(edited, delta)], ['elsewhere', delta]])

  it('lets readings of different lengths live in one graph, weights replaced and frozen ones shared', () => {
    const a = place(reading(1), 'first', weights)
    const b = place(reading(3), '2nd probe', weights)
    expect([...leavesOf([a.logits, b.logits]).keys()].sort()).toEqual(['2nd probe hidden', '2nd probe rows', 'delta', 'edited', 'first hidden', 'first rows', 'frozen'])
    const [first, second] = evaluate([a.logits, b.logits], {
      ...numbers({ ...a.feeds, ...b.feeds }),
      edited: ndarray([2, 2], [1, 0, 0, 1]),
      delta: ndarray([2, 2], [0, 1, 0, 0]),
    })
    // Row 2 of the padded tokens is the first token (1, 2); the edited matrix is [[1, 1], [0, 1]].
    expect([...first!.data]).toEqual([3, 2])
    expect([...second!.data]).toEqual([3, 2])
    expect(a.targets).toMatchObject({ leaf: { name: 'first targets' } })
  })

  it('gives the same expressions for readings of one kind, and others for other weights', () => {
    const once = place(reading(1), 'p', weights)
    expect(place(reading(5), 'p', new Map(weights)).logits).toBe(once.logits)
    expect(place(reading(5), 'p', new Map([['edited', delta]])).logits).not.toBe(once.logits)
    expect(place(reading(5), 'q', weights).logits).not.toBe(once.logits)
  })

  it('refuses a replacement of another shape', () => {
    expect(() => place(reading(1), 'r', new Map([['edited', input('wide', 'float32', [3, 2])]]))).toThrow(`place of weight 'edited' has shape [3, 2]`)
  })
})
