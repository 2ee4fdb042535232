/** What every piece of work is handed: a seed, a way to be stopped, a way to report. */

import { createRandom } from './random.ts'
import type { Random } from './random.ts'

export interface Progress {
  /** Finished so far, out of `total`. */
  readonly done: number
  readonly total: number
  /** What is being done, for people. */
  readonly label: string
}

export interface Job {
  readonly seed: number
  readonly random: Random
  readonly signal: AbortSignal
  readonly progress: (progress: Progress) => void
}

/** A job from its parts; what is left out never stops and reports to nobody. */
export function createJob(options: {
  readonly seed?: number
  readonly signal?: AbortSignal
  readonly progress?: (progress: Progress) => void
} = {}): Job {
  const seed = options.seed ?? 0
  return {
    seed,
    random: createRandom(seed),
    signal: options.signal ?? new AbortController().signal,
    progress: options.progress ?? (() => undefined),
  }
}
