// GRACE's codebook (Hartvigsen et al. 2023, algorithm 1): keys with a deferral radius each, and the value that answers inside it.
import { distance } from './feed-forward.ts'

export interface Entry {
  readonly key: Float32Array
  /** In place of the layer's output. */
  readonly value: Float32Array
  /** Deferral radius ε: questions at most this far from the key are answered with the value. */
  readonly radius: number
  /** What the value was trained to answer; two entries agree when their labels are equal. */
  readonly label: string
}

export type Codebook = readonly Entry[]

export interface Nearest {
  readonly index: number
  readonly distance: number
}

/** The entry whose key is nearest; the first of equals. */
export function nearest(codebook: Codebook, query: Float32Array): Nearest | undefined {
  let best: Nearest | undefined
  codebook.forEach(({ key }, index) => {
    const d = distance(key, query)
    if (!best || d < best.distance)
      best = { index, distance: d }
  })
  return best
}

/** The reference's little gap between two balls that were cut in half. */
const gap = 1e-5

/**
 * The codebook with a place for an edit, and which entry the edit now trains:
 *  * far from every ball, or none yet: a new entry with the first radius and a cold value;
 *  * within reach of an entry with another label: a new entry; both balls shrink to half the distance between the keys;
 *  * within reach of an entry with the same label: that entry; its ball grows until it covers the edit.
 * Within reach: the distance is at most both radii together.
 */
export function placeFor(codebook: Codebook, key: Float32Array, label: string, radius: number, cold: () => Float32Array): { readonly codebook: Codebook, readonly index: number } {
  const near = nearest(codebook, key)
  const other = near && codebook[near.index]!
  const added = (ownRadius: number, before: Codebook) => ({ codebook: [...before, { key, value: cold(), radius: ownRadius, label }], index: before.length })
  if (!near || !other || near.distance > radius + other.radius)
    return added(radius, codebook)
  if (other.label !== label) {
    const half = near.distance / 2
    return added(half, codebook.with(near.index, { ...other, radius: half - gap }))
  }
  const grown = { ...other, radius: Math.max(other.radius, near.distance) }
  return { codebook: codebook.with(near.index, grown), index: near.index }
}

/** What the codebook says to a question: the nearest entry and whether the question is inside its ball. */
export function defer(codebook: Codebook, query: Float32Array): { readonly entry: Entry | undefined, readonly score: number } {
  const near = nearest(codebook, query)
  const entry = near && codebook[near.index]!
  if (!near || !entry || entry.radius <= 0)
    return { entry: near && near.distance <= entry!.radius ? entry : undefined, score: 0 }
  return {
    entry: near.distance <= entry.radius ? entry : undefined,
    // 1 on the key, ½ on the ball's surface, towards 0 far away.
    score: entry.radius / (entry.radius + near.distance),
  }
}
