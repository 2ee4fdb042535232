/** RMSprop (Hinton, lecture 6e; centred by Graves 2013), equal to torch.optim's. */

import type { Expr } from '../tensor/expr.ts'
import { add, div, maximum, mul, sqrt, sub } from '../tensor/ops/elementwise.ts'
import type { Optimizer } from './optimizer.ts'

export interface RmsPropOptions {
  /** Smoothing constant; torch's alpha. */
  readonly decay?: number
  readonly epsilon?: number
  /** The gradient's own mean is subtracted: divides by its deviation instead of its size. */
  readonly centered?: boolean
}

/** v ← ρ·v + (1-ρ)·g², m ← ρ·m + (1-ρ)·g; w ← w - rate·g / (√(v - m²) + ε), m only when centred. */
export function rmsProp({ decay = 0.99, epsilon = 1e-8, centered = false }: RmsPropOptions = {}): Optimizer {
  const smooth = (old: Expr, x: Expr): Expr => add(mul(old, decay), mul(x, 1 - decay))
  return {
    id: centered ? 'centered-rms-prop' : 'rms-prop',
    settings: { decay, epsilon },
    slots: centered ? ['square', 'mean'] : ['square'],
    update(w, dw, [square, mean], rate) {
      const v = smooth(square!, mul(dw, dw))
      const m = mean && smooth(mean, dw)
      // v ≥ m² but for rounding, of which the root would be no number.
      const deviation = sqrt(m ? maximum(sub(v, mul(m, m)), 0) : v)
      return { weight: sub(w, mul(div(dw, add(deviation, epsilon)), rate)), slots: m ? [v, m] : [v] }
    },
  }
}
