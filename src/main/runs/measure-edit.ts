// What one edit cost: time, passes of the language model, and the most memory seen meanwhile.
import type { Cost } from '../../preload/contract/runs.ts'
import { elapsed } from '../base/log.ts'
import type { Model } from '../models/model.ts'

export interface Measurement {
  /** Looks at the memory; call after every step. */
  readonly sample: () => void
  /** What was spent since the measurement began. */
  readonly cost: () => Cost
}

/** Starts measuring what a model's runtime does. */
export function startMeasurement({ runtime: { meter } }: Pick<Model, 'runtime'>): Measurement {
  const start = elapsed()
  const { forward, backward } = meter
  let peakBytes = process.memoryUsage.rss()
  const sample = (): void => {
    peakBytes = Math.max(peakBytes, process.memoryUsage.rss())
  }
  return {
    sample,
    cost() {
      sample()
      return { seconds: (elapsed() - start) / 1000, forwardPasses: meter.forward - forward, backwardPasses: meter.backward - backward, peakBytes }
    },
  }
}

/** One after the other. */
export const addCosts = (a: Cost | undefined, b: Cost): Cost => a === undefined
  ? b
  : {
      seconds: a.seconds + b.seconds,
      forwardPasses: a.forwardPasses + b.forwardPasses,
      backwardPasses: a.backwardPasses + b.backwardPasses,
      peakBytes: Math.max(a.peakBytes, b.peakBytes),
    }

/** Shares of equal size for the records of one edit: whole passes, none lost. */
export function sharesOf(cost: Cost, count: number): Cost[] {
  const whole = (total: number, i: number): number => Math.floor(total * (i + 1) / count) - Math.floor(total * i / count)
  return Array.from({ length: count }, (_, i) => ({
    seconds: cost.seconds / count,
    forwardPasses: whole(cost.forwardPasses, i),
    backwardPasses: whole(cost.backwardPasses, i),
    peakBytes: cost.peakBytes,
  }))
}
