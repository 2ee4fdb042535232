/** Adam (Kingma & Ba 2015) and AdamW (Loshchilov & Hutter 2019), equal to torch.optim's. */

import { constant } from '../tensor/expr.ts'
import type { Expr } from '../tensor/expr.ts'
import { add, div, exp, mul, sqrt, sub } from '../tensor/ops/elementwise.ts'
import type { Optimizer } from './optimizer.ts'

export interface AdamOptions {
  readonly beta1?: number
  readonly beta2?: number
  readonly epsilon?: number
  /** Decoupled: w is first multiplied by 1 - rate·weightDecay. */
  readonly weightDecay?: number
}

/** 1 - βᵗ for the float scalar t. */
const correction = (beta: number, step: Expr): Expr => sub(1, exp(mul(step, Math.log(beta))))

/**
 * The state is kept as m/(1-β₁) and v/(1-β₂), which saves two passes over memory the size of the weight:
 *
 *   m ← β₁·m + g,  v ← β₂·v + g²
 *   w ← w - α·m / (√v + ε'),  c = √((1-β₂)/(1-β₂ᵗ)),  α = rate·(1-β₁)/((1-β₁ᵗ)·c),  ε' = ε/c
 */
export function adam({ beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0 }: AdamOptions = {}): Optimizer {
  return {
    id: weightDecay === 0 ? 'adam' : 'adamw',
    settings: { beta1, beta2, epsilon, weightDecay },
    slots: ['mean', 'square'],
    update(w, dw, [mean, square], rate, step) {
      const m = add(mul(mean!, beta1), dw)
      const v = add(mul(square!, beta2), mul(dw, dw))
      const c = sqrt(div(constant(1 - beta2), correction(beta2, step)))
      const alpha = div(mul(rate, 1 - beta1), mul(correction(beta1, step), c))
      const change = mul(div(m, add(sqrt(v), div(epsilon, c))), alpha)
      const kept = weightDecay === 0 ? w : mul(w, sub(1, mul(rate, weightDecay)))
      return { weight: sub(kept, change), slots: [m, v] }
    },
  }
}

export const adamW = (options: AdamOptions = {}): Optimizer => adam({ weightDecay: 0.01, ...options })
