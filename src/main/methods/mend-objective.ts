// MEND's training loss (spec §2.1, §3.4): the edited model should answer the probes of the fact anew and unrelated ones as before.
import type { FeedValue } from '../models/model.ts'
import { input } from '../tensor/expr.ts'
import type { Expr } from '../tensor/expr.ts'
import { add, mul, neg } from '../tensor/ops/elementwise.ts'
import { reduceSum } from '../tensor/ops/reduction.ts'
import type { AnswerLoss } from '../training/factors.ts'
import { crossEntropy, klDivergence, logProbabilities } from '../training/losses.ts'
import { keeps, metaSlots } from './mend-features.ts'
import type { MetaFeatures, MetaReading, MetaSlot } from './mend-features.ts'
import { place } from '../training/place.ts'

/** How much each probe's loss counts. A slot without weight is not asked. */
export type SlotWeights = Readonly<Record<MetaSlot, number>>

export const askedSlots = (weights: SlotWeights): MetaSlot[] => metaSlots.filter(slot => weights[slot] > 0)

export interface Objective {
  /** Scalars `total` and one by slot; the same object for records with the same kinds of probes. */
  readonly outputs: (features: MetaFeatures) => Readonly<Record<string, Expr>>
  readonly feeds: (features: MetaFeatures) => Record<string, FeedValue>
}

/** @param updates what is added to each weight. */
export function createObjective(weights: SlotWeights, answerLoss: AnswerLoss, updates: ReadonlyMap<string, Expr>): Objective {
  const built: { readonly kinds: ReadonlyMap<MetaSlot, Expr>, readonly outputs: Readonly<Record<string, Expr>> }[] = []
  const edited = new Map<string, Expr>()

  function editedOf(reading: MetaReading): ReadonlyMap<string, Expr> {
    for (const [name, leaf] of reading.leaves) {
      if (!edited.has(name))
        edited.set(name, add(leaf, updates.get(name)!))
    }
    return edited
  }

  function lossOf(slot: MetaSlot, reading: MetaReading): Expr {
    const { logits, targets } = place(reading, slot, editedOf(reading))
    if (keeps(slot))
      return klDivergence(input(`${slot} base`, 'float32', logits.shape), logits)
    return answerLoss === 'sum' ? neg(reduceSum(logProbabilities(logits, targets))) : crossEntropy(logits, targets)
  }

  return {
    outputs({ readings }) {
      const same = built.find(({ kinds }) => kinds.size === readings.size && [...readings].every(([slot, { logits }]) => kinds.get(slot) === logits))
      if (same)
        return same.outputs
      const losses = Object.fromEntries([...readings].map(([slot, reading]) => [slot, lossOf(slot, reading)]))
      const terms = Object.entries(losses).map(([slot, loss]) => mul(loss, weights[slot as MetaSlot]))
      if (terms.length === 0)
        throw new Error('A record has none of the probes that the training looks at. Give it a rephrased question or picture.')
      const outputs = { total: terms.reduce((a, b) => add(a, b)), ...losses }
      built.push({ kinds: new Map([...readings].map(([slot, { logits }]) => [slot, logits])), outputs })
      return outputs
    },
    feeds: ({ readings }) => Object.assign({}, ...[...readings].map(([slot, reading]): Record<string, FeedValue> =>
      ({ ...place(reading, slot, editedOf(reading)).feeds, ...(reading.base ? { [`${slot} base`]: reading.base } : {}) }))) as Record<string, FeedValue>,
  }
}
