// Pictures of the opened datasets by content hash: the only way in which a page can ask for one.
import { readFile, stat } from 'node:fs/promises'
import type { DatasetId, ImageHash } from '../../preload/contract/identifiers.ts'
import type { ImageRoots } from '../../preload/contract/datasets.ts'
import type { EditRecord, ImageRef, Probe } from '../../preload/contract/records.ts'
import { sha256 } from '../base/hash.ts'
import { imageKind } from './image-kind.ts'
import { createImageFinder } from './images.ts'
import type { FoundImage, ImageFinder } from './images.ts'
import { createLimit } from './limit.ts'

/** Larger files are not shown. */
export const largestImageBytes = 64 * 1024 * 1024
const readAtOnce = 8

export interface Picture { readonly data: Uint8Array, readonly mime: string }

export interface ImageStore {
  /** From now on this dataset's pictures can be resolved and served. */
  readonly openDataset: (id: DatasetId, roots: ImageRoots) => void
  /** No picture of this dataset is served any more (unless another dataset has it too). */
  readonly closeDataset: (id: DatasetId) => void
  /** Where the picture is, surely inside its root; or why it cannot be used. */
  readonly resolve: (id: DatasetId, ref: ImageRef) => Promise<FoundImage>
  /** Content hash; undefined if the picture is missing, refused, too large or no picture. Remembered by path, size and time. */
  readonly hash: (id: DatasetId, ref: ImageRef) => Promise<ImageHash | undefined>
  /** The record with the hashes of its pictures filled in. */
  readonly withHashes: (id: DatasetId, record: EditRecord) => Promise<EditRecord>
  /** The bytes that have this hash; undefined for a hash that no opened dataset has shown, or whose file has changed. */
  readonly read: (hash: string) => Promise<Picture | undefined>
}

interface Known { readonly mtimeMs: number, readonly size: number, readonly hash: ImageHash | undefined }

export function createImageStore(): ImageStore {
  const finders = new Map<DatasetId, ImageFinder>()
  /** path → what its content was when it had this size and time */
  const known = new Map<string, Known>()
  /** hash → dataset → path */
  const places = new Map<string, Map<DatasetId, string>>()
  const pending = new Map<string, Promise<ImageHash | undefined>>()
  const limited = createLimit(readAtOnce)

  const hashFile = async (path: string, mtimeMs: number, size: number): Promise<ImageHash | undefined> => {
    const before = known.get(path)
    if (before?.mtimeMs === mtimeMs && before.size === size)
      return before.hash
    const key = `${path}\0${mtimeMs}\0${size}`
    let hashing = pending.get(key)
    if (!hashing) {
      hashing = limited(async () => {
        const data = size > largestImageBytes ? undefined : await readFile(path).catch(() => undefined)
        const hash = data && imageKind(data) !== undefined ? sha256(data) as ImageHash : undefined
        known.set(path, { mtimeMs, size, hash })
        return hash
      }).finally(() => pending.delete(key))
      pending.set(key, hashing)
    }
    return hashing
  }

  const resolve = async (id: DatasetId, ref: ImageRef): Promise<FoundImage> =>
    await finders.get(id)?.find(ref) ?? { kind: 'refused', reason: `dataset '${id}' is not open` }

  const findHash = async (id: DatasetId, ref: ImageRef): Promise<ImageHash | undefined> => {
    const found = await resolve(id, ref)
    if (found.kind !== 'file')
      return undefined
    const value = await hashFile(found.path, found.stats.mtimeMs, found.stats.size)
    // The dataset may have been closed meanwhile; then nothing of it may be served.
    if (value !== undefined && finders.has(id)) {
      const datasets = places.get(value) ?? new Map<DatasetId, string>()
      places.set(value, datasets.set(id, found.path))
    }
    return value
  }

  /** Most probes of a record show its own picture: what is being looked for is not looked for again. */
  const looking = new Map<string, Promise<ImageHash | undefined>>()
  const hash = (id: DatasetId, ref: ImageRef): Promise<ImageHash | undefined> => {
    const key = `${id}\0${ref.root}\0${ref.path}`
    let found = looking.get(key)
    if (!found) {
      found = findHash(id, ref).finally(() => looking.delete(key))
      looking.set(key, found)
    }
    return found
  }

  const hashed = async (id: DatasetId, probe: Probe): Promise<Probe> => {
    if (!probe.image)
      return probe
    const { root, path } = probe.image
    const value = await hash(id, probe.image)
    return { ...probe, image: { root, path, ...(value === undefined ? {} : { hash: value }) } }
  }

  return {
    openDataset(id, roots) {
      finders.set(id, createImageFinder(roots))
    },
    closeDataset(id) {
      finders.delete(id)
      for (const [value, datasets] of places) {
        if (datasets.delete(id) && datasets.size === 0)
          places.delete(value)
      }
    },
    resolve,
    hash,
    async withHashes(id, record) {
      const kinds = Object.entries(record.probes) as [keyof EditRecord['probes'], Probe[]][]
      const [edit, ...lists] = await Promise.all([hashed(id, record.edit), ...kinds.map(async ([, list]) => Promise.all(list.map(async probe => hashed(id, probe))))])
      return { ...record, edit, probes: Object.fromEntries(kinds.map(([kind], i) => [kind, lists[i]])) }
    },
    async read(value) {
      for (const path of places.get(value)?.values() ?? []) {
        const data = await limited(async () => {
          const stats = await stat(path).catch(() => undefined)
          return stats && stats.size <= largestImageBytes ? readFile(path).catch(() => undefined) : undefined
        })
        // Read and compare, so that what is served under a hash always has it.
        if (data && sha256(data) === value) {
          const mime = imageKind(data)
          return mime === undefined ? undefined : { data, mime }
        }
      }
      return undefined
    },
  }
}
