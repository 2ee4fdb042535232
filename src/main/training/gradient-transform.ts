// MEND's network: it turns the factors of a gradient into the factors of an edit (spec §3.4; https://arxiv.org/abs/2110.11309).
import type { Random } from '../base/random.ts'
import type { Rows } from '../models/model.ts'
import type { NamedTensor, TensorFile } from '../models/tensor-file.ts'
import type { Expr } from '../tensor/expr.ts'
import { add, maximum, mul } from '../tensor/ops/elementwise.ts'
import { reshape, slice } from '../tensor/ops/movement.ts'
import { gemm, linear } from '../tensor/ops/product.ts'
import type { Factors } from './factors.ts'
import { addRows, deviationOf, noMoments, normaliseInto } from './running-moments.ts'
import type { Moments } from './running-moments.ts'

/** Matrices of one shape share a network; `weights[mode]` has a scale and a shift of its own in it. */
export interface ShapeGroup {
  /** As EasyEdit's checkpoints spell it: `mend.(n_in, n_out)`. */
  readonly key: string
  readonly inputs: number
  readonly outputs: number
  readonly weights: readonly string[]
}

/** The groups of these matrices [out, in], modes in their order. */
export function groupsOf(matrices: readonly { readonly name: string, readonly shape: readonly number[] }[]): ShapeGroup[] {
  const groups = new Map<string, ShapeGroup & { weights: string[] }>()
  for (const { name, shape } of matrices) {
    const [outputs, inputs] = shape as [number, number]
    const key = `mend.(${inputs}, ${outputs})`
    const group = groups.get(key) ?? { key, inputs, outputs, weights: [] }
    group.weights.push(name)
    groups.set(key, group)
  }
  return [...groups.values()]
}

export interface NetworkSize {
  readonly rank: number
  /** Low-rank layers beside the last one. */
  readonly hiddenLayers: number
}

/** Names and shapes of a group's parameters. */
export function parameterShapes({ key, inputs, outputs, weights }: ShapeGroup, { rank, hiddenLayers }: NetworkSize): Map<string, readonly number[]> {
  const d = inputs + outputs
  const r = Math.min(rank, d)
  return new Map(Array.from({ length: hiddenLayers + 1 }, (_, i) => `${key}.mlp.layers.${i}`).flatMap((layer): [string, readonly number[]][] => [
    [`${layer}.u`, [d, r]],
    [`${layer}.v`, [r, d]],
    [`${layer}.bias`, [d]],
    [`${layer}.mode_shift.weight`, [weights.length, d]],
    [`${layer}.mode_scale.weight`, [weights.length, d]],
  ]))
}

export const EDIT_RATES = 'edit_lrs'

/** Parameters of all networks together, the edit rates of the matrices included. */
export const parameterCount = (groups: readonly ShapeGroup[], size: NetworkSize): number =>
  groups.reduce((sum, group) => sum + group.weights.length + [...parameterShapes(group, size).values()].reduce((s, shape) => s + shape.reduce((a, b) => a * b, 1), 0), 0)

/** U = 0, V ~ N(0, 1), b = 0, scale 1, shift 0: the identity; and one edit rate a matrix. */
export function initialParameters(groups: readonly ShapeGroup[], size: NetworkSize, editRate: number, random: Random): Map<string, NamedTensor> {
  const matrices = groups.flatMap(({ weights }) => weights)
  const parameters = new Map<string, NamedTensor>([[EDIT_RATES, { shape: [matrices.length], data: new Float32Array(matrices.length).fill(editRate) }]])
  for (const group of groups) {
    for (const [name, shape] of parameterShapes(group, size)) {
      const data = new Float32Array(shape.reduce((a, b) => a * b, 1))
      if (name.endsWith('.v')) {
        const own = random.fork(name)
        data.forEach((_, i) => data[i] = own.normal())
      }
      parameters.set(name, { shape, data: name.endsWith('.mode_scale.weight') ? data.fill(1) : data })
    }
  }
  return parameters
}

/** A layer on z [rows, d]: z + max(0, s ⊙ (U(Vz) + b) + t), s and t the mode's. At 0 the clamp lets gradients pass, or it would never start. */
export function lowRankLayer(z: Expr, layer: string, leaves: Readonly<Record<string, Expr>>, mode: number): Expr {
  const at = (name: string): Expr => leaves[`${layer}.${name}`]!
  const low = linear(linear(z, at('v')), at('u'))
  const scaled = add(mul(add(low, at('bias')), slice(at('mode_scale.weight'), 0, mode, mode + 1)), slice(at('mode_shift.weight'), 0, mode, mode + 1))
  return add(z, maximum(scaled, 0))
}

/** All layers on a matrix's normalised factors [rows, n_in + n_out], and the two factors of the edit. */
export function transform(z: Expr, group: ShapeGroup, { hiddenLayers }: Pick<NetworkSize, 'hiddenLayers'>, leaves: Readonly<Record<string, Expr>>, mode: number): { x: Expr, delta: Expr } {
  let out = z
  for (let i = 0; i <= hiddenLayers; i++)
    out = lowRankLayer(out, `${group.key}.mlp.layers.${i}`, leaves, mode)
  return { x: slice(out, 1, 0, group.inputs), delta: slice(out, 1, group.inputs, group.inputs + group.outputs) }
}

/** α·G with G = Σ over rows of δ̃·x̃ᵀ, [out, in]. `index` is the matrix's place among all of them. */
export function updateOf({ x, delta }: { readonly x: Expr, readonly delta: Expr }, leaves: Readonly<Record<string, Expr>>, index: number): Expr {
  return mul(gemm(delta, x, { transA: true }), reshape(slice(leaves[EDIT_RATES]!, 0, index, index + 1), []))
}

/** Statistics of a group's factors, shared by its modes. */
export interface FactorMoments {
  readonly x: Moments
  readonly delta: Moments
}

export const noFactorMoments = ({ inputs, outputs }: ShapeGroup): FactorMoments => ({ x: noMoments(inputs), delta: noMoments(outputs) })

export const addFactors = (moments: FactorMoments, { x, delta }: Factors): FactorMoments => ({ x: addRows(moments.x, x), delta: addRows(moments.delta, delta) })

/** The rows (x̂, δ̂) [rows, n_in + n_out] that the network reads. */
export function normalised({ x, delta }: Factors, moments: FactorMoments): Rows {
  const width = x.width + delta.width
  const values = new Float32Array(x.rows * width)
  normaliseInto(values, 0, width, x, moments.x, deviationOf(moments.x))
  normaliseInto(values, x.width, width, delta, moments.delta, deviationOf(moments.delta))
  return { values, rows: x.rows, width }
}

/** As EasyEdit's checkpoints hold them: u is x, v is δ. */
export function momentTensors({ key }: ShapeGroup, { x, delta }: FactorMoments): Map<string, NamedTensor> {
  const vector = (data: Float32Array): NamedTensor => ({ shape: [data.length], data })
  return new Map([
    [`${key}.u_mean`, vector(x.mean)],
    [`${key}.v_mean`, vector(delta.mean)],
    [`${key}.u_std`, vector(deviationOf(x))],
    [`${key}.v_std`, vector(deviationOf(delta))],
    [`${key}.u_s`, vector(x.squares)],
    [`${key}.v_s`, vector(delta.squares)],
    [`${key}.k`, vector(Float32Array.of(x.count))],
  ])
}

export function momentsFrom({ tensors }: TensorFile, { key, inputs, outputs }: ShapeGroup): FactorMoments {
  const read = (name: string, width: number): Float32Array => {
    const tensor = tensors.get(`${key}.${name}`)
    if (tensor?.data.length !== width)
      throw new Error(`The editor has ${tensor ? tensor.data.length : 'no'} values '${key}.${name}', but the model needs ${width}. Train an editor for this model.`)
    return tensor.data
  }
  const count = read('k', 1)[0]!
  return {
    x: { count, mean: read('u_mean', inputs), squares: read('u_s', inputs) },
    delta: { count, mean: read('v_mean', outputs), squares: read('v_s', outputs) },
  }
}
