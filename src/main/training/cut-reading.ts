// A reading without what its weights cannot change: that part is run once an example, the rest is what training repeats.
import type { FeedValue, Reading } from '../models/model.ts'
import type { Runtime } from '../onnx/runtime.ts'
import type { TensorValue } from '../onnx/tensor-value.ts'
import { leavesOf, nameOf } from '../tensor/expr.ts'
import type { Expr } from '../tensor/expr.ts'
import { partition } from '../tensor/partition.ts'
import { toFeeds } from './train.ts'

export type CutReading = Pick<Reading, 'logits' | 'targets' | 'leaves' | 'feeds'>

interface Cut {
  readonly prefix: Readonly<Record<string, Expr>>
  readonly logits: Expr
  readonly leaves: ReadonlyMap<string, Expr>
  /** Names of everything that is still fed. */
  readonly names: ReadonlySet<string>
}

const cuts = new WeakMap<Expr, Cut>()

function cutOf({ logits, leaves }: CutReading): Cut {
  const known = cuts.get(logits)
  if (known)
    return known
  const { prefix, suffix } = partition({ logits }, leaf => leaves.has(nameOf(leaf) ?? ''))
  const all = leavesOf([suffix.logits!])
  const cut = {
    prefix,
    logits: suffix.logits!,
    leaves: new Map([...all].filter(([name]) => leaves.has(name))),
    names: new Set([...all.keys(), 'targets']),
  }
  cuts.set(logits, cut)
  return cut
}

/** A runtime's value as an example's feed. */
export const feedOf = ({ data, shape }: TensorValue): FeedValue => ({ data: data as FeedValue['data'], dims: shape })

/** The same reading from the cut on. Readings of one kind still share their expressions; rows that give no answer are gone where nothing mixes rows. */
export async function cutReading(runtime: Runtime, reading: CutReading): Promise<CutReading> {
  const { prefix, logits, leaves, names } = cutOf(reading)
  const computed = Object.keys(prefix).length === 0 ? {} : await runtime.run(prefix, toFeeds(reading.feeds), new Set(Object.keys(reading.feeds)))
  const kept = Object.entries(computed).map(([name, value]): [string, FeedValue] => [name, feedOf(value)])
  return { logits, targets: reading.targets, leaves, feeds: Object.fromEntries([...Object.entries(reading.feeds).filter(([name]) => names.has(name)), ...kept]) }
}
