/** The network of Knowledge Editor: a sentence about the edit in, gates for every edited matrix out (spec §3.3; VLKEB's one_shot_learner). */

import { z } from 'zod'
import type { Random } from '../base/random.ts'
import type { NamedTensor } from '../models/tensor-file.ts'
import { input } from '../tensor/expr.ts'
import type { Expr } from '../tensor/expr.ts'
import { tanh } from '../tensor/ops/elementwise.ts'
import { gather } from '../tensor/ops/indexing.ts'
import { linear } from '../tensor/ops/product.ts'
import { biLstm } from './bi-lstm.ts'
import { gateCount, gatedGradient, weightNormLinear } from './gated-gradient.ts'

/** Everything that shapes the network; it travels with the trained editor. */
export const KeShape = z.strictObject({
  /** Tokens of the condition; longer ones lose their end. */
  tokens: z.int().min(1),
  /** Width of a token's embedding. */
  embedding: z.int().min(1),
  /** Rows of an embedding table of its own; 0: the model's table, which stays as it is. */
  vocabulary: z.int().min(0),
  lstm: z.int().min(1),
  condition: z.int().min(1),
  hidden: z.int().min(1),
  maxScale: z.number().positive(),
  /** Which gradient is gated: of the answer's mean loss per token, or of their sum, −log p(answer), which is as strong for long answers as for short ones. */
  gradient: z.enum(['mean', 'sum']),
  weights: z.array(z.strictObject({ name: z.string(), shape: z.tuple([z.int(), z.int()]) })).min(1),
})
export type KeShape = z.infer<typeof KeShape>

/** Name of the entry in an editor's file that holds this. */
export const shapeEntry = 'network'

/** Names of what is fed beside the parameters. */
export const keInputs = { sequences: 'condition', mask: 'condition mask' } as const

/**
 * Fresh parameters, drawn as torch draws those of LSTM and Linear: uniform in ±1/√fan-in; lengths are those of the directions. But the columns
 * of both matrices A and B begin at zero, so that an untrained editor changes nothing. The original's start is next to nothing because its
 * maxScale is 1; here, with a thousand, it would first have to unlearn an update that destroys the model (and the multiplier would run away).
 */
export function keParameters(shape: KeShape, random: Random, table?: Float32Array): Map<string, NamedTensor> {
  const { embedding, lstm, condition, hidden } = shape
  const parameters = new Map<string, NamedTensor>()
  const put = (name: string, dims: readonly number[], data: Float32Array): void => void parameters.set(name, { shape: dims, data })
  const draw = (name: string, dims: readonly number[], fanIn: number): Float32Array => {
    const stream = random.fork(name)
    const data = Float32Array.from({ length: dims.reduce((a, b) => a * b, 1) }, () => (2 * stream.next() - 1) / Math.sqrt(fanIn))
    put(name, dims, data)
    return data
  }
  if (shape.vocabulary > 0)
    put('embeddings', [shape.vocabulary, embedding], table ?? new Float32Array(shape.vocabulary * embedding))
  draw('lstm.input', [2, 4 * lstm, embedding], lstm)
  draw('lstm.hidden', [2, 4 * lstm, lstm], lstm)
  draw('lstm.bias', [2, 4 * lstm], lstm)
  draw('condition.weight', [condition, 2 * lstm], 2 * lstm)
  draw('condition.bias', [condition], 2 * lstm)
  for (const { name, shape: [rows, columns] } of shape.weights) {
    for (const [layer, width, out] of [['inner', condition, hidden], ['outer', hidden, gateCount(rows, columns)]] as const) {
      const v = draw(`${name} ${layer}.v`, [out, width], width)
      const g = Float32Array.from({ length: out }, (_, i) => Math.hypot(...v.subarray(i * width, (i + 1) * width)))
      put(`${name} ${layer}.g`, [out], g)
      const bias = draw(`${name} ${layer}.bias`, [out], width)
      if (layer === 'outer') {
        for (const own of [g, bias]) {
          own.fill(0, 0, columns)
          own.fill(0, columns + rows, 2 * columns + rows)
        }
      }
    }
  }
  return parameters
}

/** ΔW of every edited matrix, given its gradient. `leaves`: the parameters as inputs. */
export function keUpdates(shape: KeShape, leaves: Readonly<Record<string, Expr>>, gradients: ReadonlyMap<string, Expr>): Map<string, Expr> {
  const { tokens, embedding, vocabulary } = shape
  const of = (name: string): Expr => leaves[name]!
  const sequences = vocabulary > 0 ? gather(of('embeddings'), input(keInputs.sequences, 'int64', [2, tokens]), 0) : input(keInputs.sequences, 'float32', [2, tokens, embedding])
  const states = biLstm(sequences, input(keInputs.mask, 'float32', [tokens]), { input: of('lstm.input'), hidden: of('lstm.hidden'), bias: of('lstm.bias') })
  const condition = tanh(linear(states, of('condition.weight'), of('condition.bias')))
  const layer = (x: Expr, name: string): Expr => weightNormLinear(x, { v: of(`${name}.v`), g: of(`${name}.g`), bias: of(`${name}.bias`) })
  return new Map(shape.weights.flatMap(({ name }): [string, Expr][] => {
    const gradient = gradients.get(name)
    return gradient ? [[name, gatedGradient(gradient, layer(tanh(layer(condition, `${name} inner`)), `${name} outer`), shape.maxScale)]] : []
  }))
}

/** The parameters as inputs, for graphs that only use the network. */
export const keLeaves = (parameters: ReadonlyMap<string, NamedTensor>): Record<string, Expr> =>
  Object.fromEntries([...parameters].map(([name, { shape }]) => [name, input(name, 'float32', shape)]))
