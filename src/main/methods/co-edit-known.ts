// What co-edit needs of other records and no edit changes: what is read of their questions, their base answers, what another drawing changes.
import type { EditRecord, Probe } from '../../preload/contract/records.ts'
import type { FeedValue, Model } from '../models/model.ts'
import { cutReading } from '../training/cut-reading.ts'
import type { CutReading } from '../training/cut-reading.ts'
import { drawingChange, readingOf } from './co-edit-terms.ts'
import type { Memory } from './method.ts'

/** An answer that should stay: how it depends on the weights, and what the unedited model says there, [rows, vocabulary]. */
export interface Stay {
  readonly reading: CutReading
  readonly base: Float32Array
}

export interface Known {
  readonly stay: (probe: Probe, signal: AbortSignal) => Promise<Stay>
  readonly change: (record: EditRecord) => Promise<Float32Array | undefined>
}

const limitBytes = 128 * 2 ** 20
const stores = new WeakMap<Model, Map<string, Store>>()

interface Store {
  readonly stays: Map<Probe, Stay>
  readonly changes: Map<EditRecord, Float32Array | undefined>
  free: number
}

/** Kept as long as the model, for all its edits of these weights, until it takes too much memory; then it is computed anew. */
export function knownOf(model: Model, memory: Memory, weights: readonly string[]): Known {
  const byWeights = stores.get(model) ?? new Map<string, Store>()
  stores.set(model, byWeights)
  const key = weights.join('\n')
  const store = byWeights.get(key) ?? { stays: new Map(), changes: new Map(), free: limitBytes }
  byWeights.set(key, store)

  function keep<K, V>(values: Map<K, V>, name: K, value: V, bytes: number): V {
    if (bytes <= store.free) {
      store.free -= bytes
      values.set(name, value)
    }
    return value
  }

  return {
    async stay(probe, signal) {
      const kept = store.stays.get(probe)
      if (kept)
        return kept
      const { positions } = await memory.baseAnswer(probe, signal)
      const whole = await readingOf(model, memory, probe, weights)
      // Without a picture only the last layers of text can change the answer: what comes before them is run once.
      const reading = probe.image ? whole : await cutReading(model.runtime, whole)
      return keep(store.stays, probe, { reading, base: positions.logits }, positions.logits.byteLength + bytesOf(reading.feeds))
    },
    async change(record) {
      if (store.changes.has(record))
        return store.changes.get(record)
      const change = await drawingChange(model, memory, record, weights)
      return keep(store.changes, record, change, change?.byteLength ?? 0)
    },
  }
}

/** Frozen weights among the feeds are shared by all readings, so they are not counted. */
const bytesOf = (feeds: Readonly<Record<string, FeedValue>>): number =>
  Object.entries(feeds).reduce((sum, [name, { data }]) => sum + (name.includes('.') ? 0 : data.byteLength), 0)
