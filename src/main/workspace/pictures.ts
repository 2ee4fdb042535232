// Pictures that people added themselves: files named by the SHA-256 of their bytes, in a folder of the study.
import { mkdir, readFile, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { ImageHash } from '../../preload/contract/identifiers.ts'
import { sha256 } from '../base/hash.ts'
import { imageKind } from '../datasets/image-kind.ts'
import type { Picture } from '../datasets/image-store.ts'
import { uprightPicture } from '../datasets/upright-picture.ts'
import { writeFileAtomically } from './json-file.ts'

export const largestPictureBytes = 20 * 1000 * 1000

const endings: Readonly<Record<string, string>> = { 'image/jpeg': 'jpg', 'image/png': 'png', 'image/webp': 'webp', 'image/gif': 'gif', 'image/avif': 'avif', 'image/tiff': 'tif' }

export interface AddedPicture { readonly hash: ImageHash, readonly width: number, readonly height: number }

export interface OwnPictures {
  /** Keeps a picture's bytes. Throws a sentence for what is no picture, too large, or cannot be decoded. */
  readonly add: (name: string, data: Uint8Array) => Promise<AddedPicture>
  /** The picture with this hash; undefined if there is none, or its file was changed. */
  readonly read: (hash: string) => Promise<Picture | undefined>
}

/** File names of the folder's pictures by hash; empty where there are none. */
export async function ownPictureNames(folder: string): Promise<ReadonlyMap<string, string>> {
  const names = await readdir(folder).catch(() => [])
  return new Map(names.filter(name => /^[0-9a-f]{64}\.[a-z]+$/.test(name)).map(name => [name.slice(0, 64), name]))
}

export function openOwnPictures(folder: string): OwnPictures {
  async function fileOf(hash: string): Promise<string | undefined> {
    const names = await readdir(folder).catch(() => [])
    const name = names.find(one => Object.values(endings).some(ending => one === `${hash}.${ending}`))
    return name && join(folder, name)
  }

  return {
    async add(fullName, data) {
      const name = fullName.slice(0, 80) || 'the picture'
      if (data.byteLength > largestPictureBytes)
        throw new Error(`Picture '${name}' has ${(data.byteLength / 1e6).toFixed(1)} MB; at most ${largestPictureBytes / 1e6} MB are kept. Make it smaller first.`)
      const picture = await uprightPicture(name, data)
      const hash = sha256(picture.data) as ImageHash
      if (await fileOf(hash) === undefined) {
        await mkdir(folder, { recursive: true })
        await writeFileAtomically(join(folder, `${hash}.${endings[picture.mime] ?? 'png'}`), picture.data)
      }
      return { hash, width: picture.width, height: picture.height }
    },
    async read(hash) {
      const file = await fileOf(hash)
      const stats = file === undefined ? undefined : await stat(file).catch(() => undefined)
      if (file === undefined || !stats?.isFile() || stats.size > 4 * largestPictureBytes)
        return undefined
      const data = await readFile(file).catch(() => undefined)
      // Read and compare, so that what is served under a hash always has it.
      const mime = data && sha256(data) === hash ? imageKind(data) : undefined
      return data && mime !== undefined ? { data, mime } : undefined
    },
  }
}
