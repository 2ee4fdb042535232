// Features of a dataset's contents: looked for in memory, then on disk; what is missing is computed and kept in both.
import { throwIfAborted } from '../base/async.ts'
import { createFeatureFile } from './feature-file.ts'
import type { FeatureFile } from './feature-file.ts'

/** What a feature is of: `hash` names the content, `item` is what the engine is given. */
export interface Content {
  readonly hash: string
  readonly item: string
}

export interface Features {
  readonly get: (hash: string) => Float32Array | undefined
  /** Why contents have no feature, by hash. */
  readonly unreadable: ReadonlyMap<string, string>
}

export type Computed = { readonly at: number, readonly values: Float32Array } | { readonly at: number, readonly reason: string }
export type ComputeFeatures = (items: readonly string[], signal?: AbortSignal) => AsyncIterable<Computed>

export interface FeatureStore {
  /** Yields how many of the contents are known so far; gives the features at the end. What was computed before a cancellation is kept. */
  readonly complete: (contents: readonly Content[], compute: ComputeFeatures, signal?: AbortSignal) => AsyncGenerator<{ done: number, total: number }, Features, undefined>
}

// Items of one job: between two of them the engine may serve somebody else, and what is computed reaches the disk.
const block = 48

/** @param path of its file. */
export function openFeatureStore(path: string): FeatureStore {
  const file: FeatureFile = createFeatureFile(path)
  const known = new Map<string, Float32Array>()
  let isRead = false
  return {
    async* complete(contents, compute, signal) {
      if (!isRead) {
        await file.each((hash, values) => known.set(hash, values.slice()))
        isRead = true
      }
      const unique = [...new Map(contents.map(content => [content.hash, content])).values()]
      const missing = unique.filter(({ hash }) => !known.has(hash))
      const unreadable = new Map<string, string>()
      const total = unique.length
      let done = total - missing.length
      yield { done, total }
      for (let from = 0; from < missing.length; from += block) {
        throwIfAborted(signal)
        const some = missing.slice(from, from + block)
        const fresh: { hash: string, values: Float32Array }[] = []
        try {
          for await (const computed of compute(some.map(({ item }) => item), signal)) {
            const { hash } = some[computed.at]!
            if ('values' in computed)
              fresh.push({ hash, values: computed.values })
            else
              unreadable.set(hash, computed.reason)
            yield { done: ++done, total }
          }
        }
        finally {
          for (const { hash, values } of fresh)
            known.set(hash, values)
          await file.append(fresh)
        }
      }
      return { get: hash => known.get(hash), unreadable }
    },
  }
}
