// Pictures beside a cleaned dataset: only where one was fixed, and then all of that root, so that one folder is enough.
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Dataset } from '../../preload/contract/datasets.ts'
import type { ImageHash } from '../../preload/contract/identifiers.ts'
import type { EditRecord, ImageRef } from '../../preload/contract/records.ts'
import type { AuditBook } from '../audits/book.ts'
import { standingOf } from '../audits/standing.ts'
import { hasCode } from '../base/errors.ts'
import { sha256OfFile } from '../base/hash.ts'
import { createImageFinder } from '../datasets/images.ts'
import { linkOrCopy } from '../workspace/clean-folder.ts'
import type { Pictures } from './pictures.ts'

const endings: Readonly<Record<string, string>> = { 'image/jpeg': 'jpg', 'image/png': 'png', 'image/webp': 'webp', 'image/gif': 'gif', 'image/avif': 'avif', 'image/tiff': 'tif', 'image/bmp': 'bmp' }

/** Path of every picture that a fix puts in a probe's place, under the probe's root. Named by content, so two never take one name. */
export async function fixedPaths(book: AuditBook, pictures: Pick<Pictures, 'read'>): Promise<Map<ImageHash, string>> {
  const paths = new Map<ImageHash, string>()
  for (let item = 0; item < book.probes.count; item++) {
    if (standingOf(book, item, 'with-fixes') !== 'fixed')
      continue
    const hash = book.finalOf(item).fix?.image
    if (hash === undefined || paths.has(hash))
      continue
    const picture = await pictures.read(hash)
    if (picture)
      paths.set(hash, `fixed/${hash}.${endings[picture.contentType] ?? 'png'}`)
  }
  return paths
}

export const imagesOf = ({ edit, probes }: EditRecord): ImageRef[] => [edit, ...Object.values(probes).flat()].flatMap(({ image }) => image ?? [])

export interface PlacedPictures {
  /** Root → folder beside the dataset, `/` between its parts. */
  readonly roots: ReadonlyMap<string, string>
  readonly placed: Readonly<Record<string, { linked: number, fixed: { file: string, sha256: string }[] }>>
  readonly missing: number
}

interface Wanted {
  readonly dataset: Dataset
  /** Root → paths that the records have there. */
  readonly used: ReadonlyMap<string, ReadonlySet<string>>
  /** Root → fixes that are used there. */
  readonly fixes: ReadonlyMap<string, ReadonlySet<ImageHash>>
  readonly paths: ReadonlyMap<ImageHash, string>
}

/** Fills folder/pictures/ROOT for every root with a fixed picture: that one, and all others of the root under their own paths. */
export async function placePictures(folder: string, { dataset, used, fixes, paths }: Wanted, pictures: Pick<Pictures, 'read'>): Promise<PlacedPictures> {
  const roots = new Map<string, string>()
  const placed: Record<string, { linked: number, fixed: { file: string, sha256: string }[] }> = {}
  let missing = 0
  const finder = createImageFinder(dataset.imageRoots)
  for (const [root, hashes] of [...fixes].sort(([a], [b]) => a < b ? -1 : 1)) {
    const place = `pictures/${root}`
    const own = new Map<string, ImageHash>()
    roots.set(root, place)
    for (const hash of [...hashes].sort()) {
      const path = paths.get(hash)!
      const picture = await pictures.read(hash)
      if (!picture)
        throw new Error(`The fixed picture with the SHA-256 ${hash} cannot be read any more. Drop it in again, or choose another one.`)
      own.set(path, hash)
      await mkdir(join(folder, place, 'fixed'), { recursive: true })
      await writeFile(join(folder, place, path), picture.bytes)
    }
    let linked = 0
    for (const path of used.get(root) ?? []) {
      const found = await finder.find({ root, path })
      if (own.has(path) && (found.kind !== 'file' || await sha256OfFile(found.path) === own.get(path)))
        continue
      if (found.kind !== 'file') {
        missing++
        continue
      }
      try {
        await linkOrCopy(found.path, join(folder, place, path))
        linked++
      }
      catch (error) {
        if (!hasCode(error, 'EEXIST'))
          throw error
        throw new Error(`The picture '${path}' of the folder '${root}' has the name of a fixed one and is another picture. Rename it and import the dataset again.`, { cause: error })
      }
    }
    placed[root] = { linked, fixed: [...own].map(([file, sha256]) => ({ file, sha256 })) }
  }
  return { roots, placed, missing }
}
