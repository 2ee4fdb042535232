// WISE's side memories (Wang et al. 2024, arXiv 2405.14768): changes of one matrix, which question goes to which, and how they are merged.
import { tiesMerge } from '../training/ties.ts'
import { productLength } from './feed-forward.ts'

/** W' − W, and what entered the matrix at the end of every prompt that was edited into it. */
export interface SideMemory {
  readonly change: Float32Array
  readonly keys: readonly Float32Array[]
}

/** Δ(x) = ‖x·(W' − W)ᵀ‖₂: how strongly a side memory reacts to a question. */
export const reaction = ({ change }: Pick<SideMemory, 'change'>, x: Float32Array): number => productLength(x, change)

/** The weakest reaction to an edit of its own, times the share: weaker ones are not its business (ε of the paper, act_ratio of EasyEdit). */
export const thresholdOf = (memory: SideMemory, share: number): number => share * Math.min(...memory.keys.map(key => reaction(memory, key)))

export interface Route {
  /** Index of the side memory that answers; undefined: the model as it is. */
  readonly memory: number | undefined
  /** The strongest reaction against its threshold: Δ / (Δ + threshold), ½ where they are equal. */
  readonly score: number
}

/** The side memory that reacts most strongly for its threshold, if that is at least the threshold. */
export function route(memories: readonly SideMemory[], thresholds: readonly number[], x: Float32Array): Route {
  let best: Route = { memory: undefined, score: 0 }
  memories.forEach((memory, index) => {
    const strength = reaction(memory, x)
    const threshold = thresholds[index]!
    const score = strength + threshold > 0 ? strength / (strength + threshold) : 0
    if (score > best.score)
      best = { memory: strength >= threshold ? index : undefined, score }
  })
  return best
}

/** One side memory in place of several (WISE-Merge). */
export const mergeMemories = (memories: readonly SideMemory[], density: number): SideMemory =>
  ({ change: tiesMerge(memories.map(({ change }) => change), density), keys: memories.flatMap(({ keys }) => keys) })
