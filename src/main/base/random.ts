/** Seeded random numbers: the same seed gives the same stream on every machine. */

export interface Random {
  /** Uniform in [0, 1), 32 bits of resolution. */
  next: () => number
  /** Uniform integer in [0, bound). */
  below: (bound: number) => number
  /** Standard normal (Box–Muller). */
  normal: () => number
  /** A new array in random order (Fisher–Yates). */
  shuffle: <T>(items: readonly T[]) => T[]
  /** One of the items; throws on an empty list. */
  pick: <T>(items: readonly T[]) => T
  /** An independent stream that depends on this seed and the label only, not on how much was drawn. */
  fork: (label: string) => Random
}

/** FNV-1a, to turn a label into a seed. */
function hash32(text: string): number {
  let h = 0x811C9DC5
  for (let i = 0; i < text.length; i++)
    h = Math.imul(h ^ text.charCodeAt(i), 0x01000193)
  return h >>> 0
}

/** sfc32 (Chris Doty-Humphrey, PractRand): small, fast, passes BigCrush. */
export function createRandom(seed: number | string): Random {
  const start = typeof seed === 'number' ? seed : hash32(seed)
  let a = start | 0
  let b = (start / 0x100000000) | 0
  let c = 0x9E3779B9
  let counter = 1
  const next32 = (): number => {
    const t = (a + b + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + t | 0
    return t >>> 0
  }
  for (let i = 0; i < 15; i++)
    next32()
  const next = (): number => next32() / 0x100000000
  const below = (bound: number): number => Math.floor(next() * bound)
  return {
    next,
    below,
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    shuffle(items) {
      const out = [...items]
      for (let i = out.length - 1; i > 0; i--) {
        const j = below(i + 1)
        const kept = out[i]!
        out[i] = out[j]!
        out[j] = kept
      }
      return out
    },
    pick(items) {
      const item = items[below(items.length)]
      if (item === undefined)
        throw new Error('internal: cannot pick from an empty list.')
      return item
    },
    fork: label => createRandom(hash32(`${start}/${label}`)),
  }
}
