// Small WebP versions of pictures, made when asked for and kept in memory up to a bound.
import { messageOf } from '../base/errors.ts'
import type { ImageStore, Picture } from './image-store.ts'
import { createLimit } from './limit.ts'

/** Longest sides that are made; a request is rounded up to one of them, so nobody can fill the memory with sizes. */
export const thumbnailSizes = [64, 128, 192, 256, 384, 512, 768] as const

/** A picture with more pixels is not decoded (decompression bombs): 50 megapixels. */
const mostPixels = 50_000_000
const atOnce = 4

export interface Thumbnails {
  /** WebP with its longest side at most `size` rounded up; undefined for an unknown hash; throws a sentence for an undecodable picture. */
  readonly get: (hash: string, size: number) => Promise<Picture | undefined>
}

export function createThumbnails(images: ImageStore, { mostBytes = 32 * 1024 * 1024 }: { readonly mostBytes?: number } = {}): Thumbnails {
  // A Map keeps insertion order: the first entry is the one not used for longest.
  const kept = new Map<string, Picture>()
  let keptBytes = 0
  const pending = new Map<string, Promise<Picture | undefined>>()
  const limited = createLimit(atOnce)

  const make = async (hash: string, size: number): Promise<Picture | undefined> => {
    const picture = await images.read(hash)
    if (!picture)
      return undefined
    // Loaded on first use: start-up does not pay for it.
    const { default: sharp } = await import('sharp')
    try {
      const data = await sharp(picture.data, { limitInputPixels: mostPixels, failOn: 'error', sequentialRead: true })
        .rotate()
        .resize(size, size, { fit: 'inside', withoutEnlargement: true })
        .webp({ quality: 82, effort: 2 })
        .toBuffer()
      return { data, mime: 'image/webp' }
    }
    catch (error) {
      throw new Error(`Picture ${hash.slice(0, 12)}… cannot be decoded: ${messageOf(error).split('\n')[0] ?? ''}. Is the file complete?`, { cause: error })
    }
  }

  const keep = (key: string, picture: Picture): void => {
    kept.set(key, picture)
    keptBytes += picture.data.byteLength
    for (const [oldest, { data }] of kept) {
      if (keptBytes <= mostBytes)
        break
      kept.delete(oldest)
      keptBytes -= data.byteLength
    }
  }

  return {
    async get(hash, size) {
      const side = thumbnailSizes.find(known => known >= size) ?? thumbnailSizes[thumbnailSizes.length - 1]!
      const key = `${hash}/${side}`
      const before = kept.get(key)
      if (before) {
        kept.delete(key)
        kept.set(key, before)
        return before
      }
      let making = pending.get(key)
      if (!making) {
        making = limited(async () => make(hash, side)).finally(() => pending.delete(key))
        pending.set(key, making)
        making.then((picture) => {
          if (picture)
            keep(key, picture)
        }, () => undefined)
      }
      return making
    },
  }
}
