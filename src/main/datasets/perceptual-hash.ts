// A hash of how a picture looks, which recompressing, scaling and a slight crop hardly change: pHash, 64 bits.
// C. Zauner, Implementation and Benchmarking of Perceptual Image Hash Functions (2010), section 3.2, in the form of Buchner's imagehash:
// the 8 × 8 lowest frequencies of the 32 × 32 grey picture, each a bit: above their median or not.

/** Side of the grey picture that is hashed. */
export const hashedSide = 32
const kept = 8

/**
 * Drawings on flat ground are often symmetric: half of their frequencies are zero but for rounding, and bits of such would be noise. What is
 * not above the median by four times what one grey level of noise a pixel adds (16, for √(32·32/4)) is 0.
 */
const deadZone = 64

/** 64 bits, as two unsigned halves. */
export interface PerceptualHash { readonly high: number, readonly low: number }

/** cosines[u · 32 + x] = cos((2x + 1) u π / 64): the DCT-II without its factors, which a comparison with the median hardly needs. */
const cosines = Float64Array.from({ length: kept * hashedSide }, (_, at) => Math.cos((2 * (at % hashedSide) + 1) * Math.floor(at / hashedSide) * Math.PI / (2 * hashedSide)))

/** @param grey [32 · 32] row by row, 0…255. */
export function perceptualHash(grey: ArrayLike<number>): PerceptualHash {
  const rows = new Float64Array(kept * hashedSide)
  for (let u = 0; u < kept; u++) {
    for (let y = 0; y < hashedSide; y++) {
      let sum = 0
      for (let x = 0; x < hashedSide; x++)
        sum += grey[y * hashedSide + x]! * cosines[u * hashedSide + x]!
      rows[u * hashedSide + y] = sum
    }
  }
  const frequencies = new Float64Array(kept * kept)
  for (let v = 0; v < kept; v++) {
    for (let u = 0; u < kept; u++) {
      let sum = 0
      for (let y = 0; y < hashedSide; y++)
        sum += rows[u * hashedSide + y]! * cosines[v * hashedSide + y]!
      frequencies[v * kept + u] = sum
    }
  }
  const sorted = frequencies.toSorted()
  const threshold = (sorted[31]! + sorted[32]!) / 2 + deadZone
  let high = 0
  let low = 0
  for (let i = 0; i < 32; i++) {
    high = high << 1 | (frequencies[i]! > threshold ? 1 : 0)
    low = low << 1 | (frequencies[i + 32]! > threshold ? 1 : 0)
  }
  return { high: high >>> 0, low: low >>> 0 }
}

function ones(bits: number): number {
  let n = bits - (bits >>> 1 & 0x55555555)
  n = (n & 0x33333333) + (n >>> 2 & 0x33333333)
  return Math.imul(n + (n >>> 4) & 0x0F0F0F0F, 0x01010101) >>> 24
}

/** In how many of the 64 bits they differ. */
export const hashDistance = (a: PerceptualHash, b: PerceptualHash): number => ones(a.high ^ b.high) + ones(a.low ^ b.low)

/** Mean absolute difference of two lists of colours of one length, in levels of 0…255. */
export function colourDifference(a: Uint8Array, b: Uint8Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++)
    sum += Math.abs(a[i]! - b[i]!)
  return sum / a.length
}
