// Records that methods learn from or retrieve, in the engine: read from the study's own lines, pictures looked for when asked.
import { stat } from 'node:fs/promises'
import { EditRecord } from '../../preload/contract/records.ts'
import type { ImageRef, Probe } from '../../preload/contract/records.ts'
import { createImageFinder } from '../datasets/images.ts'
import type { Memory } from '../methods/method.ts'
import type { Model } from '../models/model.ts'
import { createBaseAnswers } from '../runs/base-answers.ts'
import type { AnswerStore, BaseAnswers } from '../runs/base-answers.ts'
import { questionOf } from '../runs/probes.ts'
import { readJsonl } from '../workspace/jsonl-file.ts'
import type { RecordSource } from './protocol.ts'

export interface MemoryOptions {
  readonly model: Model
  readonly fingerprint: string
  readonly store?: AnswerStore
}

/** A memory, and others over some of its records that share its pictures and answers. */
export interface RecordPool extends Memory {
  readonly only: (records: readonly EditRecord[]) => Memory
}

interface Source {
  readonly records: readonly EditRecord[]
  /** Absolute path, looked for once. Rejects with a sentence. */
  readonly locate: (image: ImageRef) => Promise<string>
  readonly base: BaseAnswers
}

async function openSource({ dataset, records: file, imageRoots, limit }: RecordSource, { model, fingerprint, store }: MemoryOptions): Promise<Source> {
  const records: EditRecord[] = []
  for await (const record of readJsonl(file, EditRecord)) {
    if (limit !== undefined && records.length >= limit)
      break
    records.push(record)
  }
  const finder = createImageFinder(imageRoots)
  const found = new Map<string, string>()
  const keyOf = ({ root, path }: ImageRef): string => `${root}/${path}`
  const sentence = (image: ImageRef, reason: string): Error =>
    new Error(`Picture '${image.path}' of dataset '${dataset}' cannot be shown to the model: ${reason}. Put it into the folder '${imageRoots[image.root] ?? image.root}' and run again.`)
  async function locate(image: ImageRef): Promise<string> {
    const known = found.get(keyOf(image))
    if (known !== undefined)
      return known
    const file = await finder.find(image)
    if (file.kind !== 'file')
      throw sentence(image, file.reason)
    found.set(keyOf(image), file.path)
    return file.path
  }
  const resolveImage = (image: ImageRef): string => {
    const path = found.get(keyOf(image))
    if (path === undefined)
      throw sentence(image, 'it was not looked for')
    return path
  }
  return { records, locate, base: createBaseAnswers({ model, fingerprint, dataset, resolveImage, ...(store ? { store } : {}) }) }
}

/** All records of the sources, in order. Pictures are found by the reference itself, so a probe may be changed and still be asked. */
export async function openRecordPool(sources: readonly RecordSource[], options: MemoryOptions): Promise<RecordPool> {
  const opened = await Promise.all(sources.map(source => openSource(source, options)))
  const homes = new WeakMap<Probe | ImageRef, Source>()
  for (const source of opened) {
    for (const { edit, probes } of source.records) {
      for (const probe of [edit, ...Object.values(probes).flatMap(list => list ?? [])]) {
        homes.set(probe, source)
        if (probe.image)
          homes.set(probe.image, source)
      }
    }
  }
  // A probe somebody made up, without a picture of ours: any source can ask it.
  const homeOf = (probe: Probe): Source | undefined => (probe.image && homes.get(probe.image)) ?? homes.get(probe) ?? opened[0]
  const needed = (probe: Probe): Source => {
    const home = homeOf(probe)
    if (!home)
      throw new Error(`internal: question '${probe.prompt}' was asked of an empty memory.`)
    return home
  }
  const shared: Omit<Memory, 'records'> = {
    async question(probe) {
      if (!probe.image)
        return questionOf(probe, () => '')
      const path = await needed(probe).locate(probe.image)
      return questionOf(probe, () => path)
    },
    async baseAnswer(probe, signal) {
      const home = needed(probe)
      if (probe.image)
        await home.locate(probe.image)
      return home.base.answer(probe, signal)
    },
  }
  return { ...shared, records: opened.flatMap(({ records }) => records), only: records => ({ ...shared, records }) }
}

/** Pools by their sources, the last few kept as the same object while their files stay the same: methods remember what they derived of a memory. */
export function createPoolCache(most = 2): (sources: readonly RecordSource[], options: MemoryOptions) => Promise<RecordPool> {
  const pools = new Map<string, Promise<RecordPool>>()
  return async (sources, options) => {
    const stamps = await Promise.all(sources.map(async ({ records }) => stat(records).then(({ size, mtimeMs }) => `${size} ${mtimeMs}`, () => 'missing')))
    const key = JSON.stringify([sources, stamps])
    const pool = pools.get(key) ?? openRecordPool(sources, options)
    pools.delete(key)
    pools.set(key, pool)
    pool.catch(() => pools.delete(key))
    const oldest = pools.keys().next().value
    if (pools.size > most && oldest !== undefined)
      pools.delete(oldest)
    return pool
  }
}
