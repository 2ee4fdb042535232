// Finds all 64-bit hashes within a small Hamming distance, exactly, without comparing each with each: multi-index hashing.
// M. Norouzi, A. Punjani, D. Fleet, Fast Exact Search in Hamming Space with Multi-Index Hashing (2014): of r differing bits, one of four
// 16-bit bands holds at most ⌊r/4⌋, so looking up every band with so many bits flipped misses nothing.
import { hashDistance } from '../datasets/perceptual-hash.ts'
import type { PerceptualHash } from '../datasets/perceptual-hash.ts'

export interface HashIndex {
  /** Calls `found` once with every entry within `radius` bits of the hash, in no order. */
  readonly within: (hash: PerceptualHash, found: (at: number, distance: number) => void) => void
}

const bands = 4
const bandBits = 16

const bandOf = ({ high, low }: PerceptualHash, band: number): number => {
  const half = band < 2 ? high : low
  return (band & 1) === 0 ? half >>> bandBits : half & 0xFFFF
}

/** Every number of 16 bits with at most `most` ones. */
function masksOf(most: number): number[] {
  let last = [0]
  const all = [0]
  for (let ones = 1; ones <= most; ones++) {
    // Each with one more bit above its highest, so that none comes twice.
    last = last.flatMap(mask => Array.from({ length: bandBits }, (_, bit) => 1 << bit).filter(bit => bit > mask).map(bit => mask | bit))
    all.push(...last)
  }
  return all
}

/** @param radius largest distance that is found. */
export function createHashIndex(hashes: readonly PerceptualHash[], radius: number): HashIndex {
  const masks = masksOf(Math.floor(radius / bands))
  // Per band: entries sorted by their band's value, and where each value begins.
  const tables = Array.from({ length: bands }, (_, band) => {
    const starts = new Uint32Array((1 << bandBits) + 1)
    for (const hash of hashes)
      starts[bandOf(hash, band) + 1]!++
    for (let value = 0; value < 1 << bandBits; value++)
      starts[value + 1]! += starts[value]!
    const next = starts.slice()
    const entries = new Uint32Array(hashes.length)
    for (const [at, hash] of hashes.entries())
      entries[next[bandOf(hash, band)]!++] = at
    return { starts, entries }
  })
  /** The last question that looked at the entry: an entry may be met in several bands. */
  const seen = new Uint32Array(hashes.length)
  let question = 0
  return {
    within(hash, found) {
      question++
      for (const [band, { starts, entries }] of tables.entries()) {
        const value = bandOf(hash, band)
        for (const mask of masks) {
          for (let i = starts[value ^ mask]!, end = starts[(value ^ mask) + 1]!; i < end; i++) {
            const at = entries[i]!
            if (seen[at] === question)
              continue
            seen[at] = question
            const distance = hashDistance(hash, hashes[at]!)
            if (distance <= radius)
              found(at, distance)
          }
        }
      }
    },
  }
}
