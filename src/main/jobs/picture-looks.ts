// Looks at pictures, each once a version of its file: remembered in memory and in the data folder, which may be emptied at any time.
import { throwIfAborted } from '../base/async.ts'
import { messageOf } from '../base/errors.ts'
import { sha256 } from '../base/hash.ts'
import { createLimit } from '../datasets/limit.ts'
import { lookAtPicture, packLook, unpackLook } from '../datasets/picture-look.ts'
import type { PictureLook } from '../datasets/picture-look.ts'
import { createFeatureFile } from './feature-file.ts'

export interface PictureFile { readonly path: string, readonly size: number, readonly mtimeMs: number }

export interface PictureLooks {
  /** What the file holds, or half a sentence why it cannot be looked at. */
  readonly look: (file: PictureFile, signal?: AbortSignal) => Promise<PictureLook | { readonly reason: string }>
  /** Puts what is new on the disk. */
  readonly flush: () => Promise<void>
}

const decodedAtOnce = 4
const writtenAtOnce = 256
/** A look is about 600 bytes; beyond this the oldest are forgotten and read again. */
const remembered = 200_000

/** @param path of the file that looks are kept in. */
export function openPictureLooks(path: string): PictureLooks {
  // Entries of the feature file are opaque here: their bytes are a packed look.
  const file = createFeatureFile(path)
  const known = new Map<string, PictureLook | { readonly reason: string }>()
  const pending = new Map<string, ReturnType<PictureLooks['look']>>()
  const limited = createLimit(decodedAtOnce)
  let fresh: { hash: string, values: Float32Array }[] = []
  let reading: Promise<void> | undefined

  const readAll = (): Promise<void> => reading ??= file.each((key, values) => {
    known.set(key, unpackLook(new Uint8Array(values.buffer, values.byteOffset, values.byteLength)))
  }).catch(() => undefined)

  async function flush(): Promise<void> {
    const some = fresh
    fresh = []
    // What cannot be kept is looked at again the next time.
    await file.append(some).catch(() => undefined)
  }

  function remember(key: string, look: PictureLook | { readonly reason: string }): void {
    known.set(key, look)
    for (const oldest of known.keys()) {
      if (known.size <= remembered)
        break
      known.delete(oldest)
    }
  }

  const open = (key: string, own: PictureFile, signal?: AbortSignal): ReturnType<PictureLooks['look']> => limited(async () => {
    throwIfAborted(signal)
    const look = await lookAtPicture(own.path).catch((error: unknown) => ({ reason: messageOf(error) }))
    remember(key, look)
    // A fault may pass (a network drive, a download that goes on under the same time), so it is not kept.
    if (!('reason' in look)) {
      const packed = packLook(look)
      fresh.push({ hash: key, values: new Float32Array(packed.buffer, packed.byteOffset, packed.byteLength / 4) })
      if (fresh.length >= writtenAtOnce)
        await flush()
    }
    return look
  })

  return {
    flush,
    async look(own, signal) {
      await readAll()
      const key = sha256(`${own.path}\0${own.size}\0${own.mtimeMs}`)
      const found = known.get(key)
      if (found)
        return found
      let opening = pending.get(key)
      if (!opening) {
        opening = open(key, own, signal).finally(() => pending.delete(key))
        pending.set(key, opening)
      }
      return opening
    },
  }
}
