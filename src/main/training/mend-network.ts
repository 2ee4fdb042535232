// MEND's networks for a set of matrices: from gradient factors to the expression of each matrix's update, with the statistics on the way.
import type { Random } from '../base/random.ts'
import type { FeedValue } from '../models/model.ts'
import type { NamedTensor, TensorFile } from '../models/tensor-file.ts'
import { input } from '../tensor/expr.ts'
import type { Expr } from '../tensor/expr.ts'
import type { AnswerLoss, Factors } from './factors.ts'
import { addFactors, EDIT_RATES, groupsOf, initialParameters, momentsFrom, momentTensors, noFactorMoments, normalised, parameterShapes, transform, updateOf } from './gradient-transform.ts'
import type { FactorMoments, NetworkSize, ShapeGroup } from './gradient-transform.ts'

/** Statistics by group. */
export type Statistics = ReadonlyMap<string, FactorMoments>

export interface MendNetwork {
  readonly matrices: readonly string[]
  readonly groups: readonly ShapeGroup[]
  readonly size: NetworkSize
  /** Whose gradient the networks read. */
  readonly answerLoss: AnswerLoss
}

export const mendNetwork = (matrices: readonly { readonly name: string, readonly shape: readonly number[] }[], size: NetworkSize, answerLoss: AnswerLoss): MendNetwork =>
  ({ matrices: matrices.map(({ name }) => name), groups: groupsOf(matrices), size, answerLoss })

export const initialValues = ({ groups, size }: MendNetwork, editRate: number, random: Random): Map<string, NamedTensor> => initialParameters(groups, size, editRate, random)

export const noStatistics = ({ groups }: MendNetwork): Statistics => new Map(groups.map(group => [group.key, noFactorMoments(group)]))

/** Names and shapes of all parameters. */
export const shapesOf = ({ matrices, groups, size }: MendNetwork): Map<string, readonly number[]> =>
  new Map([[EDIT_RATES, [matrices.length]], ...groups.flatMap(group => [...parameterShapes(group, size)])])

const rowsName = (weight: string): string => `factors of ${weight}`

/** α·G of every matrix, over inputs `factors of W` [rows, n_in + n_out] and the parameters. */
export function updates({ matrices, groups, size }: MendNetwork, leaves: Readonly<Record<string, Expr>>): Map<string, Expr> {
  return new Map(matrices.map((weight, index) => {
    const group = groups.find(({ weights }) => weights.includes(weight))!
    const z = input(rowsName(weight), 'float32', [`rows_${index}`, group.inputs + group.outputs])
    return [weight, updateOf(transform(z, group, size, leaves, group.weights.indexOf(weight)), leaves, index)]
  }))
}

/**
 * Values of the `factors of W` inputs. While it learns, every matrix's rows first enter the statistics, in the order of the matrices; a matrix
 * that the example cannot change has no rows.
 */
export function factorFeeds({ matrices, groups }: MendNetwork, factors: ReadonlyMap<string, Factors>, statistics: Statistics, learns: boolean): { readonly feeds: Record<string, FeedValue>, readonly statistics: Statistics } {
  const next = new Map(statistics)
  const feeds = Object.fromEntries(matrices.map((weight): [string, FeedValue] => {
    const group = groups.find(({ weights }) => weights.includes(weight))!
    const own = factors.get(weight)
    if (!own)
      return [rowsName(weight), { data: new Float32Array(0), dims: [0, group.inputs + group.outputs] }]
    if (learns)
      next.set(group.key, addFactors(next.get(group.key)!, own))
    const { values, rows, width } = normalised(own, next.get(group.key)!)
    return [rowsName(weight), { data: values, dims: [rows, width] }]
  }))
  return { feeds, statistics: next }
}

export const statisticsTensors = ({ groups }: MendNetwork, statistics: Statistics): Map<string, NamedTensor> =>
  new Map(groups.flatMap(group => [...momentTensors(group, statistics.get(group.key)!)]))

export const statisticsFrom = (file: TensorFile, { groups }: MendNetwork): Statistics => new Map(groups.map(group => [group.key, momentsFrom(file, group)]))

/** What an editor's file says about itself. */
export const describeNetwork = ({ matrices, size, answerLoss }: MendNetwork): Record<string, string> =>
  ({ matrices: JSON.stringify(matrices), rank: String(size.rank), hiddenLayers: String(size.hiddenLayers), answerLoss })

/** The network of an editor for these matrices. Throws a sentence when it was trained for others. */
export function networkOf({ tensors, metadata }: TensorFile, matrices: readonly { readonly name: string, readonly shape: readonly number[] }[]): MendNetwork {
  const trained = JSON.parse(metadata.matrices ?? '[]') as string[]
  const wanted = matrices.map(({ name }) => name)
  if (trained.join('\n') !== wanted.join('\n'))
    throw new Error(`The editor was trained for ${trained.join(', ') || 'no matrices'}; this edit is to change ${wanted.join(', ')}. Train an editor for this scope and these settings.`)
  const network = mendNetwork(matrices, { rank: Number(metadata.rank), hiddenLayers: Number(metadata.hiddenLayers) }, metadata.answerLoss === 'sum' ? 'sum' : 'mean')
  for (const [name, shape] of shapesOf(network)) {
    const tensor = tensors.get(name)
    if (tensor?.shape.join() !== shape.join())
      throw new Error(`The editor ${tensor ? `has '${name}' of shape [${tensor.shape.join(', ')}]` : `has no '${name}'`}, but this model needs it with shape [${shape.join(', ')}]. Train an editor for this model.`)
  }
  return network
}
