/** The graph of one optimisation step: loss, gradients and update together, cut into what repeats and what does not. */

import { input, nameOf } from '../tensor/expr.ts'
import type { Expr } from '../tensor/expr.ts'
import { partition, pushDownRows } from '../tensor/partition.ts'
import type { Partition } from '../tensor/partition.ts'
import { simplify } from '../tensor/simplify.ts'
import { gradients } from '../tensor/vjp.ts'
import { project } from './constraint.ts'
import type { Constraint } from './constraint.ts'
import type { Optimizer } from './optimizer.ts'

export interface StepOptions {
  readonly optimizer: Optimizer
  readonly constraint?: Constraint
  /** False: recompute everything at every step, all rows included. For measuring what the cut is worth. */
  readonly cut?: boolean
}

/** Names of the step graph's own inputs and outputs; `next …` is fed back as the name after it. */
export const names = {
  rate: 'learning rate',
  step: 'step',
  slot: (slot: string, weight: string) => `${slot} of ${weight}`,
  start: (weight: string) => `start of ${weight}`,
  gradient: (weight: string) => `gradient of ${weight}`,
  next: (name: string) => `next ${name}`,
}

const rateInput = (): Expr => input(names.rate, 'float32', [])
const stepInput = (): Expr => input(names.step, 'float32', [])

/** Everything a step changes, or changes at every step; the rest is computed once. */
function cutAtChanges(outputs: Readonly<Record<string, Expr>>, changing: ReadonlySet<string>, cut: boolean): Partition {
  return cut
    ? partition(outputs, leaf => changing.has(nameOf(leaf) ?? ''))
    : { prefix: {}, suffix: namedSimplify(outputs) }
}

function namedSimplify(outputs: Readonly<Record<string, Expr>>): Record<string, Expr> {
  const simple = simplify(Object.values(outputs))
  return Object.fromEntries(Object.keys(outputs).map((name, i) => [name, simple[i]!]))
}

/** Loss and d loss / d weight. The selection of answer rows is moved down first, so that only those rows get gradients. */
function lossAndGradients(loss: Expr, weights: readonly Expr[], cut: boolean): { loss: Expr, dWeights: Expr[] } {
  // simplify() also makes one leaf of several mentions of a weight (a tied head), so its gradients add up.
  const [simple, ...leaves] = simplify([loss, ...weights]) as [Expr, ...Expr[]]
  const [moved] = cut ? pushDownRows([simple]) as [Expr] : [simple]
  return { loss: moved, dWeights: gradients(moved, leaves) }
}

/** New weights and optimiser state, by the `next` name of what they replace. */
function updates(weights: readonly Expr[], dWeights: readonly Expr[], { optimizer, constraint }: StepOptions): { outputs: Record<string, Expr>, inputs: string[] } {
  const outputs: Record<string, Expr> = {}
  const inputs: string[] = [names.rate, names.step]
  const moved = weights.map((w, i) => {
    const weightName = nameOf(w) ?? ''
    const slotNames = optimizer.slots.map(slot => names.slot(slot, weightName))
    const slots = slotNames.map(name => input(name, 'float32', w.shape))
    const updated = optimizer.update(w, dWeights[i]!, slots, rateInput(), stepInput())
    slotNames.forEach((name, k) => outputs[names.next(name)] = updated.slots[k]!)
    inputs.push(weightName, ...slotNames)
    return updated.weight
  })
  const starts = weights.map(w => input(names.start(nameOf(w) ?? ''), 'float32', w.shape))
  const kept = constraint ? project(moved, starts, constraint) : moved
  if (constraint)
    inputs.push(...starts.map(s => nameOf(s) ?? ''))
  kept.forEach((w, i) => outputs[names.next(nameOf(weights[i]!) ?? '')] = w)
  return { outputs, inputs }
}

/** One graph for a whole step on one example. */
export function stepGraph(loss: Expr, weights: readonly Expr[], options: StepOptions): Partition {
  const forward = lossAndGradients(loss, weights, options.cut ?? true)
  const update = updates(weights, forward.dWeights, options)
  return cutAtChanges({ loss: forward.loss, ...update.outputs }, new Set(update.inputs), options.cut ?? true)
}

/** Loss and gradients only, for averaging over several examples. */
export function gradientGraph(loss: Expr, weights: readonly Expr[], options: StepOptions): Partition {
  const forward = lossAndGradients(loss, weights, options.cut ?? true)
  const outputs = Object.fromEntries(weights.map((w, i) => [names.gradient(nameOf(w) ?? ''), forward.dWeights[i]!]))
  return cutAtChanges({ loss: forward.loss, ...outputs }, new Set(weights.map(w => nameOf(w) ?? '')), options.cut ?? true)
}

/** The update alone, given averaged gradients. */
export function updateGraph(weights: readonly Expr[], options: StepOptions): Record<string, Expr> {
  const dWeights = weights.map(w => input(names.gradient(nameOf(w) ?? ''), 'float32', w.shape))
  return namedSimplify(updates(weights, dWeights, options).outputs)
}
