// What SERAC trains: two projections with their scales, and a few weights of the counterfactual model. As parameters, and as a file.
import type { Random } from '../base/random.ts'
import type { Model, WeightInfo } from '../models/model.ts'
import type { NamedTensor, TensorFile } from '../models/tensor-file.ts'

export interface SeracNetwork {
  /** P [rank, text width] and its scale. */
  readonly textProjection: Float32Array
  readonly textScale: number
  /** P_v [rank, look width] and its scale; empty where the editor was trained without. */
  readonly lookProjection: Float32Array
  readonly lookScale: number
  /** The counterfactual model's own weights. */
  readonly weights: ReadonlyMap<string, Float32Array>
  readonly metadata: Readonly<Record<string, string>>
}

/** Names of the parameters; those of the counterfactual model's weights are made by `ofWeight`. */
export const names = {
  text: 'scope.text.projection',
  textScale: 'scope.text.logScale',
  look: 'scope.look.projection',
  lookScale: 'scope.look.logScale',
  ofWeight: (name: string) => `counterfactual ${name}`,
}
const weightPrefix = names.ofWeight('')

/** The weights of the counterfactual model that are its own: the last language layers, and the visual projection. */
export function counterfactualWeights(model: Pick<Model, 'info' | 'weights'>, layers: number, withProjection: boolean): WeightInfo[] {
  const first = model.info.textLayers - layers
  const chosen = model.weights.filter(({ module, role, layer }) =>
    module === 'text' ? layer !== undefined && layer >= first : withProjection && role === 'projection')
  if (!chosen.some(({ module }) => module === 'text'))
    throw new Error(`Model '${model.info.name}' has no weights in its last ${layers} language layers that may be trained. Choose another model.`)
  return chosen
}

export interface InitialOptions {
  readonly random: Random
  readonly rank: number
  /** Differences of texts that do not belong together, and of pictures; the projections start so that their mean distance is `far`. */
  readonly textDifferences: readonly Float32Array[]
  /** Empty: pictures do not count. */
  readonly lookDifferences: readonly Float32Array[]
  readonly trainsScale: boolean
}

// exp(−4) ≈ 0.02: far pairs start out of scope, pairs twice as near not so far out that their gradient is gone.
const far = 4

/** Random projections, scales of 1, and the counterfactual model equal to the base model. */
export async function initialParameters(model: Model, weights: readonly WeightInfo[], { random, rank, textDifferences, lookDifferences, trainsScale }: InitialOptions): Promise<Map<string, NamedTensor>> {
  const parameters = new Map<string, NamedTensor>()
  const scope = (projection: string, scale: string, differences: readonly Float32Array[]): void => {
    const width = differences[0]!.length
    const mean = differences.reduce((sum, x) => sum + x.reduce((s, v) => s + v * v, 0), 0) / differences.length
    // E‖P·x‖² = rank·deviation²·‖x‖² for independent entries.
    const deviation = Math.sqrt(far / (rank * (mean > 1e-9 ? mean : 1)))
    const stream = random.fork(projection)
    parameters.set(projection, { shape: [rank, width], data: Float32Array.from({ length: rank * width }, () => stream.normal() * deviation) })
    if (trainsScale)
      parameters.set(scale, { shape: [], data: new Float32Array(1) })
  }
  scope(names.text, names.textScale, textDifferences)
  if (lookDifferences.length > 0)
    scope(names.look, names.lookScale, lookDifferences)
  for (const { name, shape } of weights)
    parameters.set(names.ofWeight(name), { shape, data: await model.readWeight(name) })
  return parameters
}

/** What the editor file holds. Throws a sentence when it is not SERAC's. */
export function readNetwork({ tensors, metadata }: TensorFile): SeracNetwork {
  const text = tensors.get(names.text)
  if (!text)
    throw new Error(`The editor has no tensor '${names.text}', so it is not one of SERAC. Train it again.`)
  const scaleOf = (name: string): number => Math.exp(tensors.get(name)?.data[0] ?? 0)
  return {
    textProjection: text.data,
    textScale: scaleOf(names.textScale),
    lookProjection: tensors.get(names.look)?.data ?? new Float32Array(0),
    lookScale: scaleOf(names.lookScale),
    weights: new Map([...tensors].filter(([name]) => name.startsWith(weightPrefix)).map(([name, { data }]) => [name.slice(weightPrefix.length), data])),
    metadata,
  }
}
