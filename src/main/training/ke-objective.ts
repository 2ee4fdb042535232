/** What training Knowledge Editor makes small: the edit's own loss and its rephrases', while other answers stay (or the update stays short). */

import type { FeedValue } from '../models/model.ts'
import { input } from '../tensor/expr.ts'
import type { Expr } from '../tensor/expr.ts'
import { add, cast, equal, mul, sqrt, sub } from '../tensor/ops/elementwise.ts'
import { full } from '../tensor/ops/movement.ts'
import { gemm } from '../tensor/ops/product.ts'
import { argMax, reduceMax, reduceMean } from '../tensor/ops/reduction.ts'
import type { CutReading } from './cut-reading.ts'
import { factorNames, scaleFactors } from './gradient-factors.ts'
import { keUpdates } from './ke-network.ts'
import type { KeShape } from './ke-network.ts'
import { crossEntropy, klDivergence } from './losses.ts'
import { place } from './place.ts'

/** Probes that the edit should change, with the edit first, and probes that it should not. */
export const changing = ['edit', 'rephrase', 'imageRephrase'] as const
export const keeping = ['unrelatedText', 'unrelatedImage'] as const
export type KeSlot = typeof changing[number] | typeof keeping[number]

export interface KeReading extends CutReading {
  /** The unedited model's logits, of probes that should not change. */
  readonly base?: FeedValue
}
export type KeReadings = { readonly edit: KeReading } & Partial<Record<KeSlot, KeReading>>

export interface KeObjectiveOptions {
  readonly constraint: 'kl' | 'norm'
  readonly rephrase: number
  readonly imageRephrase: number
}

export const multiplierInputs = { alpha: 'multiplier', margin: 'margin' } as const

export interface KeObjective {
  /** Scalars by name, `total` among them; the same object for records with probes of the same kinds. */
  readonly outputs: (readings: KeReadings) => Readonly<Record<string, Expr>>
  /** Feeds of the readings under their places. */
  readonly feeds: (readings: KeReadings) => Record<string, FeedValue>
}

const slotsOf = (readings: KeReadings): [KeSlot, KeReading][] => [...changing, ...keeping].flatMap((slot): [KeSlot, KeReading][] => (readings[slot] ? [[slot, readings[slot]]] : []))
const baseName = (slot: KeSlot): string => `${slot} base logits`

/** @param parameters the network's parameters, @param weights the edited matrices, both as leaves. */
export function keObjective(shape: KeShape, parameters: Readonly<Record<string, Expr>>, weights: ReadonlyMap<string, Expr>, options: KeObjectiveOptions): KeObjective {
  const updates = keUpdates(shape, parameters, gradientInputs(shape))
  const edited = new Map([...updates].map(([name, update]) => [name, add(weights.get(name)!, update)]))
  const graphs = new Map<string, Readonly<Record<string, Expr>>>()
  const kinds = new Map<Expr, number>()
  const kindOf = ({ logits }: KeReading): number => {
    if (!kinds.has(logits))
      kinds.set(logits, kinds.size)
    return kinds.get(logits)!
  }

  function build(readings: KeReadings): Record<string, Expr> {
    const placed = new Map(slotsOf(readings).map(([slot, reading]) => [slot, place(reading, slot, edited)]))
    const losses: Record<string, Expr> = {}
    for (const slot of changing) {
      const at = placed.get(slot)
      if (at)
        losses[slot] = crossEntropy(at.logits, at.targets)
    }
    const kept = keeping.flatMap((slot) => {
      const at = placed.get(slot)
      return at ? [{ after: at.logits, before: input(baseName(slot), 'float32', at.logits.shape) }] : []
    })
    const locality = mean(kept.map(({ before, after }) => klDivergence(before, after)))
    const constraint = options.constraint === 'kl' ? locality : mean([...updates.values()].map(length))
    const wanted = Object.entries(losses).map(([slot, loss]) => mul(loss, slot === 'edit' ? 1 : options[slot as 'rephrase']))
    const { logits, targets } = placed.get('edit')!
    return {
      total: add(wanted.reduce((a, b) => add(a, b)), mul(input(multiplierInputs.alpha, 'float32', []), sub(constraint, input(multiplierInputs.margin, 'float32', [])))),
      ...losses,
      locality,
      constraint,
      // 1 when every token of the answer is the best one; the share of other answers' tokens that stayed the best.
      edited: sub(1, reduceMax(sub(1, cast(equal(argMax(logits), targets), 'float32')))),
      kept: mean(kept.map(({ before, after }) => reduceMean(cast(equal(argMax(before), argMax(after)), 'float32'))), 1),
    }
  }

  return {
    outputs(readings) {
      const key = slotsOf(readings).map(([slot, reading]) => `${slot} ${kindOf(reading)}`).join()
      const known = graphs.get(key) ?? build(readings)
      graphs.set(key, known)
      return known
    },
    feeds: readings => Object.assign({}, ...slotsOf(readings).map(([slot, reading]): Record<string, FeedValue> =>
      ({ ...place(reading, slot, edited).feeds, ...(reading.base ? { [baseName(slot)]: reading.base } : {}) }))) as Record<string, FeedValue>,
  }
}

/** (mean ΔW²)^½. The root has no slope at zero, where training starts; a millionth before it does not count and has one. */
const length = (update: Expr): Expr => sqrt(add(reduceMean(mul(update, update)), 1e-12))

const mean = (values: readonly Expr[], none = 0): Expr => (values.length === 0 ? full(none, []) : mul(values.reduce((a, b) => add(a, b)), 1 / values.length))

/** ∇W from its factors, which are fed: δᵀ·x. */
export const gradientInputs = ({ weights }: KeShape): Map<string, Expr> => new Map(weights.map(({ name, shape: [rows, columns] }, i) => {
  const { x, delta } = factorNames(name)
  return [name, gemm(input(delta, 'float32', [`gradient${i}`, rows]), input(x, 'float32', [`gradient${i}`, columns]), { transA: true })]
}))

/**
 * What gradientInputs() is fed for every matrix; those that this answer does not depend on get a zero gradient.
 * @param factors of the mean loss over this many `tokens`.
 */
export function allFactors({ weights, gradient }: KeShape, factors: Readonly<Record<string, FeedValue>>, tokens: number): Record<string, FeedValue> {
  const scaled = gradient === 'sum' ? scaleFactors(factors, weights.map(({ name }) => name), tokens) : factors
  return Object.fromEntries(weights.flatMap(({ name, shape: [rows, columns] }) => {
    const { x, delta } = factorNames(name)
    return [[x, scaled[x] ?? zeroRow(columns)], [delta, scaled[delta] ?? zeroRow(rows)]]
  }))
}

const zeroRow = (width: number): FeedValue => ({ data: new Float32Array(width), dims: [1, width] })
