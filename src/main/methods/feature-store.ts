// What a training keeps of its records, and the base logits both MEND and Knowledge Editor keep there.
import type { EditRecord } from '../../preload/contract/records.ts'
import type { FeedValue, Model } from '../models/model.ts'
import type { Expr } from '../tensor/expr.ts'
import { feedOf } from '../training/cut-reading.ts'
import { toFeeds } from '../training/train.ts'
import type { Memory } from './method.ts'

export interface FeatureStore<Features> {
  readonly of: (memory: Memory, record: EditRecord, signal: AbortSignal) => Promise<Features>
}

/** Keeps features until they take `limitBytes`. Then new ones are not kept: records come in turns, so the oldest is the next one asked for. */
export function createFeatureStore<Features>(limitBytes: number, compute: FeatureStore<Features>['of'], bytesOf: (features: Features) => number): FeatureStore<Features> {
  const kept = new Map<EditRecord, Features>()
  let free = limitBytes
  return {
    async of(memory, record, signal) {
      const known = kept.get(record)
      if (known)
        return known
      const features = await compute(memory, record, signal)
      const size = bytesOf(features)
      if (size <= free) {
        kept.set(record, features)
        free -= size
      }
      return features
    },
  }
}

const baseGraphs = new WeakMap<Expr, { readonly base: Expr }>()

/** What a reading gives with these feeds: logits [rows, vocabulary]. One outputs object a graph, which the runtime recognises. */
export async function baseLogits({ runtime }: Pick<Model, 'runtime'>, logits: Expr, feeds: Readonly<Record<string, FeedValue>>): Promise<FeedValue> {
  const graph = baseGraphs.get(logits) ?? { base: logits }
  baseGraphs.set(logits, graph)
  runtime.meter.forward++
  return feedOf((await runtime.run(graph, toFeeds(feeds), new Set(Object.keys(feeds)))).base!)
}
