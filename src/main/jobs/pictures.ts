// Dataset pictures, and those that people added, for the two who ask by hash: the page by URL, the Lab as a file that the engine can read.
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { ImageHash } from '../../preload/contract/identifiers.ts'
import type { ImageStore } from '../datasets/image-store.ts'
import { createThumbnails } from '../datasets/thumbnails.ts'
import type { OwnPictures } from '../workspace/pictures.ts'

export interface Pictures {
  readonly read: (hash: ImageHash, size?: number) => Promise<{ readonly contentType: string, readonly bytes: Uint8Array } | undefined>
  /** Absolute path of a dataset picture (by SHA-256) or of a picture file. Throws a sentence if there is none. */
  readonly fileOf: (image: string) => Promise<string>
  readonly close: () => Promise<void>
}

export function createPictures(store: ImageStore, own: OwnPictures): Pictures {
  const images: ImageStore = { ...store, read: async hash => await store.read(hash) ?? own.read(hash) }
  const thumbnails = createThumbnails(images)
  let folder: Promise<string> | undefined
  return {
    async read(hash, size) {
      const picture = size === undefined ? await images.read(hash) : await thumbnails.get(hash, size)
      return picture && { contentType: picture.mime, bytes: picture.data }
    },
    async fileOf(image) {
      const hash = ImageHash.safeParse(image)
      if (hash.success) {
        const picture = await images.read(hash.data)
        if (!picture)
          throw new Error(`No opened dataset has a picture with the SHA-256 ${image}, and none was added. Open the dataset's records first, or name a file.`)
        folder ??= mkdtemp(join(tmpdir(), 'mmedit-pictures-'))
        const file = join(await folder, hash.data)
        await writeFile(file, picture.data)
        return file
      }
      const file = resolve(image)
      if (!(await stat(file).catch(() => undefined))?.isFile())
        throw new Error(`There is no picture file '${file}'. Check the path.`)
      return file
    },
    async close() {
      if (folder)
        await rm(await folder, { recursive: true, force: true })
    },
  }
}
