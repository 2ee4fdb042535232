// The matrix that lifelong methods work on (GRACE, WISE): the last product of a feed-forward block in the language model.
import type { Model, Scope, WeightInfo } from '../models/model.ts'
import type { Layers } from './method.ts'

/** Where the matrix is: so many layers before the last one, or in this layer, from 0. */
export interface Place {
  readonly layersAfter: number
  readonly onlyLayer?: number | undefined
}

const matricesOf = ({ weights }: Pick<Model, 'weights'>): WeightInfo[] =>
  weights.filter(w => w.module === 'text' && w.role === 'language-ffn' && w.shape.length === 2 && w.layer !== undefined)

/**
 * The last product of the feed-forward block with so many layers after it, or in the layer asked for: 'fc2' of OPT, 'down_proj' of Llama. It is the block's matrix
 * with fewest rows, because it leads back to the model's width; the last one listed where several are square.
 * @returns the weight, or a sentence why there is none.
 */
export function feedForwardOf(model: Pick<Model, 'info' | 'weights'>, layersAfter: number, onlyLayer?: number): WeightInfo | string {
  const matrices = matricesOf(model)
  const layers = [...new Set(matrices.map(w => w.layer!))].sort((a, b) => b - a)
  if (onlyLayer !== undefined && layers.length > 0 && !layers.includes(onlyLayer))
    return `Model '${model.info.name}' has no feed-forward matrix in language layer ${onlyLayer}: its layers are ${layers.at(-1)} to ${layers[0]}.`
  const layer = layers.length > 0 && onlyLayer !== undefined ? onlyLayer : layers[layersAfter]
  if (layer === undefined)
    return `Model '${model.info.name}' has ${layers.length} language layers with feed-forward matrices, so none has ${layersAfter} after it.${layers.length > 0 ? ` Choose at most ${layers.length - 1}.` : ''}`
  return matrices.filter(w => w.layer === layer).reduce((best, w) => (w.shape[0]! <= best.shape[0]! ? w : best))
}

/** The same for an edit under way. Throws the sentence. */
export function matrixOf(model: Pick<Model, 'info' | 'weights'>, { layersAfter, onlyLayer }: Place): WeightInfo {
  const weight = feedForwardOf(model, layersAfter, onlyLayer)
  if (typeof weight === 'string')
    throw new Error(weight)
  return weight
}

/** True, or a sentence. @param does what keeps the method in the language model: "GRACE keeps its codebook". */
export function supportsFeedForward(model: Pick<Model, 'info' | 'weights'>, scope: Scope, { layersAfter, onlyLayer }: Place, does: string): true | string {
  if (scope !== 'text')
    return `${does} in the language model, so it has no scope '${scope}'. Choose 'text'; pictures enter through the activation.`
  const weight = feedForwardOf(model, layersAfter, onlyLayer)
  return typeof weight === 'string' ? weight : true
}

/** The layers that have such a matrix. */
export const feedForwardLayers = (model: Pick<Model, 'weights'>): Layers =>
  ({ part: 'Language model: feed-forward matrices', layers: [...new Set(matricesOf(model).map(w => w.layer!))].sort((a, b) => a - b) })

/** ‖a − b‖₂ */
export function distance(a: Float32Array, b: Float32Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++)
    sum += (a[i]! - b[i]!) ** 2
  return Math.sqrt(sum)
}

/** ‖x·Dᵀ‖₂ for D [rows, columns], row-major. */
export function productLength(x: Float32Array, d: Float32Array): number {
  const columns = x.length
  let sum = 0
  for (let from = 0; from < d.length; from += columns) {
    let dot = 0
    for (let i = 0; i < columns; i++)
      dot += x[i]! * d[from + i]!
    sum += dot * dot
  }
  return Math.sqrt(sum)
}

/** What enters the matrix at the last prompt position. The answer is not asked for: routing must not see it. */
export async function promptEndOf(model: Pick<Model, 'capture'>, question: Parameters<Model['capture']>[0], weight: string): Promise<Float32Array> {
  const { values, width, promptEnd } = await model.capture(question, '', weight)
  return values.slice(promptEnd * width, (promptEnd + 1) * width)
}
