// The position-wise network of a transformer layer, its activations, and layer normalisation by checkpoint name.
import type { Expr } from '../../../tensor/expr.ts'
import { gelu, geluTanh, quickGelu, relu, silu } from '../../../tensor/ops/elementwise.ts'
import { layerNorm } from '../../../tensor/ops/reduction.ts'
import type { Weights } from '../../weights.ts'
import { project } from './attention.ts'

/** transformers' ACT2FN, as far as vision-language models use it. */
const activations = { relu, gelu, gelu_new: geluTanh, gelu_pytorch_tanh: geluTanh, quick_gelu: quickGelu, silu, swish: silu }

export type Activation = keyof typeof activations
export const activationNames = Object.keys(activations) as [Activation, ...Activation[]]
export const activate = (name: Activation, x: Expr): Expr => activations[name](x)

/** x [tokens, width] → [tokens, width] through `inner` units. */
export function feedForward(w: Weights, x: Expr, { first, second, inner, activation, hasBias = true }: {
  readonly first: string
  readonly second: string
  readonly inner: number
  readonly activation: Activation
  readonly hasBias?: boolean
}): Expr {
  const width = Number(x.shape.at(-1))
  return project(w, second, activate(activation, project(w, first, x, inner, hasBias)), width, hasBias)
}

/** Layer normalisation with `name.weight` and `name.bias`. */
export function norm(w: Weights, name: string, x: Expr, epsilon: number): Expr {
  const width = Number(x.shape.at(-1))
  return layerNorm(x, w.get(`${name}.weight`, [width]), w.get(`${name}.bias`, [width]), epsilon)
}
