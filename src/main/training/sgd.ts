/** Stochastic gradient descent, with momentum as torch.optim.SGD writes it. */

import { add, mul, sub } from '../tensor/ops/elementwise.ts'
import type { Optimizer } from './optimizer.ts'

/** v ← μ·v + dw; w ← w - rate·v. Without momentum there is no state. */
export function sgd({ momentum = 0 }: { readonly momentum?: number } = {}): Optimizer {
  return {
    id: 'sgd',
    settings: { momentum },
    slots: momentum === 0 ? [] : ['velocity'],
    update(w, dw, [velocity], rate) {
      const v = velocity ? add(mul(velocity, momentum), dw) : dw
      return { weight: sub(w, mul(v, rate)), slots: velocity ? [v] : [] }
    },
  }
}
