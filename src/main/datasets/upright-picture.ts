// A picture from outside: surely one, whole, of a bearable size, and the right way up.
import { messageOf } from '../base/errors.ts'
import { imageKind } from './image-kind.ts'
import type { Picture } from './image-store.ts'

/** A picture with more pixels is not decoded (decompression bombs). */
const mostPixels = 50_000_000

export interface UprightPicture extends Picture { readonly width: number, readonly height: number }

/** Decodes all of it once, so that a broken file is refused now and not when it is asked about. Turned upright: models do not read where up is. Throws a sentence. */
export async function uprightPicture(name: string, data: Uint8Array): Promise<UprightPicture> {
  const mime = imageKind(data)
  if (mime === undefined)
    throw new Error(`'${name}' is no picture that can be shown. Add a JPEG, PNG, WebP, GIF, AVIF or TIFF file.`)
  const { default: sharp } = await import('sharp')
  const options = { limitInputPixels: mostPixels, failOn: 'error' } as const
  try {
    const { orientation = 1 } = await sharp(data, options).metadata()
    const upright = orientation > 1 ? await sharp(data, options).rotate().png().toBuffer() : data
    const { info: { width, height } } = await sharp(upright, options).raw().toBuffer({ resolveWithObject: true })
    return { data: upright, mime: orientation > 1 ? 'image/png' : mime, width, height }
  }
  catch (error) {
    throw new Error(`Picture '${name}' cannot be decoded: ${messageOf(error).split('\n')[0] ?? ''}. Is the file complete, and does it have at most ${mostPixels / 1e6} megapixels?`, { cause: error })
  }
}
