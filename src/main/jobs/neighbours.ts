// Records most like another one, by features of the opened model: cosine similarity, ties in the dataset's order.
import { join } from 'node:path'
import type { NeighbourEvent, NeighbourRequest } from '../../preload/contract/datasets.ts'
import type { DatasetId } from '../../preload/contract/identifiers.ts'
import type { EditRecord } from '../../preload/contract/records.ts'
import { throwIfAborted, yieldToEvents } from '../base/async.ts'
import { sha256 } from '../base/hash.ts'
import type { ImageStore } from '../datasets/image-store.ts'
import type { RecordQueries } from '../query/records.ts'
import { getDataset } from '../workspace/datasets.ts'
import type { Study } from '../workspace/open-workspace.ts'
import { openFeatureStore } from './feature-store.ts'
import type { ComputeFeatures, Content, Features, FeatureStore } from './feature-store.ts'
import type { Lab } from './lab.ts'
import { findModel } from './model-cases.ts'

export interface Neighbours {
  /** Progress while features are computed, then the neighbours. Throws a sentence for a record without anything to compare by. */
  readonly nearest: (request: NeighbourRequest, signal?: AbortSignal) => AsyncGenerator<NeighbourEvent, void, undefined>
}

export interface NeighbourOptions {
  readonly study: Study
  readonly queries: Pick<RecordQueries, 'get' | 'stream'>
  readonly images: Pick<ImageStore, 'hash' | 'resolve'>
  readonly lab: Pick<Lab, 'stream'>
  /** Folder that features are kept in between programs. */
  readonly folder: string
}

/** What is compared of a record; it stays in memory instead of the record. */
type Comparable = Pick<EditRecord, 'id'> & { readonly prompt: string, readonly image: EditRecord['edit']['image'] }

interface Known { readonly importedAt: string, readonly records: readonly Comparable[] }

// Stores hold a dataset's features in memory: the two looked at last.
const storesKept = 2
const hashedAtOnce = 64

/** The `count` most similar of those that have a feature: dot products of directions, best first, ties in order. */
export function mostSimilar(to: Float32Array, others: readonly (Float32Array | undefined)[], count: number): { at: number, similarity: number }[] {
  return others
    .flatMap((other, at) => other ? [{ at, similarity: dot(to, other) }] : [])
    .sort((a, b) => b.similarity - a.similarity || a.at - b.at)
    .slice(0, count)
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++)
    sum += a[i]! * b[i]!
  return sum
}

export function createNeighbours({ study, queries, images, lab, folder }: NeighbourOptions): Neighbours {
  const known = new Map<DatasetId, Known>()
  const stores = new Map<string, FeatureStore>()

  async function recordsOf(id: DatasetId, signal?: AbortSignal): Promise<readonly Comparable[]> {
    const { importedAt } = await getDataset(study, id)
    const before = known.get(id)
    if (before?.importedAt === importedAt)
      return before.records
    const records: Comparable[] = []
    for await (const { id: record, edit } of queries.stream(id)) {
      throwIfAborted(signal)
      records.push({ id: record, prompt: edit.prompt, image: edit.image })
    }
    known.set(id, { importedAt, records })
    return records
  }

  function storeOf(path: string): FeatureStore {
    const store = stores.get(path) ?? openFeatureStore(path)
    stores.delete(path)
    stores.set(path, store)
    if (stores.size > storesKept)
      stores.delete(stores.keys().next().value!)
    return store
  }

  /** Content of every record, in order; undefined where there is none. Pictures are named by their bytes: a changed one is another content. */
  async function* contentsOf(id: DatasetId, by: NeighbourRequest['by'], records: readonly Comparable[], signal?: AbortSignal): AsyncGenerator<(Content | undefined)[]> {
    for (let from = 0; from < records.length; from += hashedAtOnce) {
      throwIfAborted(signal)
      yield await Promise.all(records.slice(from, from + hashedAtOnce).map(async ({ prompt, image }): Promise<Content | undefined> => {
        if (by === 'text')
          return prompt.trim() === '' ? undefined : { hash: sha256(prompt), item: prompt }
        const hash = image && await images.hash(id, image)
        const found = image && hash ? await images.resolve(id, image) : undefined
        return hash && found?.kind === 'file' ? { hash, item: found.path } : undefined
      }))
      await yieldToEvents()
    }
  }

  return {
    async* nearest({ id, record, model, by, count, provider }, signal) {
      // Also opens the dataset's pictures, and says so if there is no such record.
      await queries.get(id, record)
      const { fingerprint } = await findModel(study, model)
      const records = await recordsOf(id, signal)
      const own = records.findIndex(other => other.id === record)
      const contents: (Content | undefined)[] = []
      yield { kind: 'progress', done: 0, total: records.length }
      for await (const some of contentsOf(id, by, records, signal))
        contents.push(...some)
      if (!contents[own])
        throw new Error(`Record '${record}' has no ${by === 'image' ? 'picture that can be read' : 'prompt'}, so nothing is like it. ${by === 'image' ? 'Compare by prompt instead.' : 'Compare by picture instead.'}`)
      const compute: ComputeFeatures = async function* (items, stop) {
        for await (const event of lab.stream<'features'>(model, provider, () => ({ kind: 'features', by, items: [...items] }), stop))
          yield event
      }
      const work = storeOf(join(folder, fingerprint, `${id}-${by}.f32`)).complete(contents.filter(content => content !== undefined), compute, signal)
      const features = yield* progressOf(work)
      const values = contents.map(content => content && features.get(content.hash))
      const to = values[own]
      if (!to)
        throw new Error(`The ${by === 'image' ? 'picture' : 'prompt'} of record '${record}' cannot be compared: ${features.unreadable.get(contents[own].hash) ?? 'it has no features.'}`)
      const found = mostSimilar(to, values.map((other, at) => at === own ? undefined : other), count)
      const neighbours = await Promise.all(found.map(async ({ at, similarity }) => ({ record: await queries.get(id, records[at]!.id), similarity })))
      yield { kind: 'found', neighbours, notes: notesOf(by, values, features) }
    },
  }
}

/** Progress of the work as events; leaving it early stops the work. */
async function* progressOf(work: ReturnType<FeatureStore['complete']>): AsyncGenerator<NeighbourEvent, Features, undefined> {
  try {
    for (;;) {
      const { done, value } = await work.next()
      if (done)
        return value
      yield { kind: 'progress', ...value }
    }
  }
  finally {
    await work.return(noFeatures)
  }
}

const noFeatures: Features = { get: () => undefined, unreadable: new Map() }

function notesOf(by: NeighbourRequest['by'], values: readonly (Float32Array | undefined)[], { unreadable }: Features): string[] {
  const without = values.filter(value => value === undefined).length
  if (without === 0)
    return []
  const [reason] = unreadable.values()
  return [`${without} of ${values.length} records could not be compared: no ${by === 'image' ? 'readable picture' : 'prompt'}.${reason ? ` The first: ${reason}` : ''}`]
}
