// The index of hashes finds exactly what comparing each with each finds.
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createHashIndex } from '../../../src/main/checks/hash-index.ts'
import { createRandom } from '../../../src/main/base/random.ts'
import { hashDistance } from '../../../src/main/datasets/perceptual-hash.ts'
import type { PerceptualHash } from '../../../src/main/datasets/perceptual-hash.ts'

const flip = ({ high, low }: PerceptualHash, bit: number): PerceptualHash => bit < 32 ? { high: (high ^ 1 << bit) >>> 0, low } : { high, low: (low ^ 1 << bit - 32) >>> 0 }

it.each([0, 3, 4, 8, 10, 13])('finds what is within %i bits, and nothing else, each once', (radius) => {
  fc.assert(fc.property(fc.integer(), (seed) => {
    const random = createRandom(seed)
    const centres = Array.from({ length: 5 }, (): PerceptualHash => ({ high: random.below(2 ** 32), low: random.below(2 ** 32) }))
    // Around a few centres, so that distances on both sides of the radius occur; also the same bit twice, and hashes that are equal.
    const near = (): PerceptualHash => Array.from({ length: random.below(radius + 6) }, () => random.below(64)).reduce(flip, random.pick(centres))
    const hashes = Array.from({ length: 120 }, near)
    const index = createHashIndex(hashes, radius)
    for (const asked of Array.from({ length: 10 }, near)) {
      const found: [number, number][] = []
      index.within(asked, (at, distance) => found.push([at, distance]))
      const expected = hashes.flatMap((hash, at) => hashDistance(hash, asked) <= radius ? [[at, hashDistance(hash, asked)]] : [])
      expect(found.sort(([a], [b]) => a - b)).toEqual(expected)
    }
  }), { numRuns: 20 })
})

it('holds nothing', () => {
  createHashIndex([], 10).within({ high: 0, low: 0 }, () => expect.unreachable())
})
