/**
 * A Lagrange multiplier that is learned: L = loss + α·(constraint - margin), α ≥ 0. The loss goes down along the parameters' gradient, α up
 * along its own, constraint - margin, by centred RMSprop like the parameters (De Cao et al. 2021; spec §3.3), and never below zero.
 */

import type { NamedTensor, TensorFile } from '../models/tensor-file.ts'

export interface MultiplierOptions {
  readonly rate: number
  readonly margin: number
  /** The margin is multiplied by `shrink` when edits succeed, down to `smallestMargin`. */
  readonly shrink: number
  readonly smallestMargin: number
  /** Edits between two looks at how many succeeded, and how many of them have to. */
  readonly window: number
  readonly enough: number
  readonly decay?: number
}

export interface Multiplier {
  readonly alpha: () => number
  readonly margin: () => number
  /** One step up (or down) for a constraint of this value. `succeeded`: the share of this step's edits that took. */
  readonly update: (constraint: number, succeeded: number) => void
  readonly state: () => NamedTensor
  readonly restore: (file: TensorFile) => void
}

/** Name of its state among a training's tensors. */
export const multiplierState = 'multiplier'

export function createMultiplier({ rate, margin, shrink, smallestMargin, window, enough, decay = 0.99 }: MultiplierOptions): Multiplier {
  // Kept in fp32, so that a state that went through a file is this state.
  const now = Float32Array.of(1, margin, 0, 0, 0, 0)
  const [alpha, bound, square, mean, steps, successes] = [0, 1, 2, 3, 4, 5]
  return {
    alpha: () => now[alpha]!,
    margin: () => now[bound]!,
    update(constraint, succeeded) {
      const g = constraint - now[bound]!
      now[square] = decay * now[square]! + (1 - decay) * g * g
      now[mean] = decay * now[mean]! + (1 - decay) * g
      const deviation = Math.sqrt(Math.max(0, now[square]! - now[mean]! ** 2)) + 1e-8
      now[alpha] = Math.max(0, now[alpha]! + rate * g / deviation)
      now[steps]!++
      now[successes]! += succeeded
      if (now[steps]! < window)
        return
      if (now[successes]! / window > enough)
        now[bound] = Math.max(smallestMargin, now[bound]! * shrink)
      now[steps] = now[successes] = 0
    },
    state: () => ({ shape: [now.length], data: now.slice() }),
    restore({ tensors }) {
      const saved = tensors.get(multiplierState)
      if (saved?.data.length !== now.length)
        throw new Error(`The checkpoint has no '${multiplierState}' of ${now.length} numbers. Resume with the settings and the version it was started with.`)
      now.set(saved.data)
    },
  }
}
