/**
 * Pictures to pixel values as transformers' BlipImageProcessor makes them: RGB, bicubic to an exact size,
 * scaled to 0…1, normalised by channel. Equal to Pillow's result, so no EXIF rotation, alpha dropped, no colour management.
 */

import sharp from 'sharp'
import { z } from 'zod'
import { messageOf } from '../base/errors.ts'
import type { Checkpoint } from './checkpoint.ts'
import { readOptionalJson } from './checkpoint.ts'
import { CheckpointError } from './checkpoint-error.ts'
import { resizeBicubic } from './resample.ts'
import type { Rgb } from './resample.ts'

export interface ImageProcessor {
  readonly width: number
  readonly height: number
  /** fp32 [3, height, width] of a picture file or its bytes. */
  readonly process: (image: string | Uint8Array) => Promise<Float32Array>
}

// Above this a picture is refused before it is decoded: Pillow warns of "decompression bombs" near the same size.
const MAX_PIXELS = 100_000_000

const Channels = z.tuple([z.number(), z.number(), z.number()])
// OpenAI CLIP's constants, BlipImageProcessor's defaults.
const Preprocessor = z.looseObject({
  do_resize: z.boolean().default(true),
  size: z.union([z.int().positive(), z.object({ height: z.int().positive(), width: z.int().positive() })]).default({ height: 384, width: 384 }),
  resample: z.int().default(3),
  do_rescale: z.boolean().default(true),
  rescale_factor: z.number().default(1 / 255),
  do_normalize: z.boolean().default(true),
  image_mean: Channels.default([0.48145466, 0.4578275, 0.40821073]),
  image_std: Channels.default([0.26862954, 0.26130258, 0.27577711]),
})

const BICUBIC = 3

/** Reads preprocessor_config.json. Without one, the picture size of the model's config is used. Throws CheckpointError. */
export async function openImageProcessor(checkpoint: Pick<Checkpoint, 'folder' | 'name'>, configSize: number): Promise<ImageProcessor> {
  const json = await readOptionalJson(checkpoint, 'preprocessor_config.json') ?? { size: configSize }
  const parsed = Preprocessor.safeParse(json)
  if (!parsed.success)
    throw new CheckpointError(`preprocessor_config.json of checkpoint '${checkpoint.name}' is not understood: ${z.prettifyError(parsed.error)}. Compare it with the model's original.`)
  const config = parsed.data
  if (config.resample !== BICUBIC)
    throw new CheckpointError(`preprocessor_config.json of checkpoint '${checkpoint.name}' asks for resampling ${config.resample}; only 3 (bicubic) is known. Set "resample": 3 if the model was trained with it.`)
  const { width, height } = typeof config.size === 'number' ? { width: config.size, height: config.size } : config.size
  return {
    width,
    height,
    async process(image) {
      const decoded = await decode(image)
      const resized = config.do_resize ? resizeBicubic(decoded, width, height) : decoded
      if (resized.width !== width || resized.height !== height)
        throw new Error(`A picture of ${resized.width}×${resized.height} does not fit a model of ${width}×${height} that does not resize. Resize it first.`)
      return toPixelValues(resized, config)
    },
  }
}

/** RGB bytes of a picture, as PIL's `open(…).convert('RGB')`. Throws a sentence when it cannot be decoded. */
async function decode(image: string | Uint8Array): Promise<Rgb> {
  try {
    const { data, info } = await sharp(image, { limitInputPixels: MAX_PIXELS, ignoreIcc: true, failOn: 'error' }).raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true })
    return { width: info.width, height: info.height, data: toRgb(data, info.channels) }
  }
  catch (error) {
    const what = typeof image === 'string' ? `Picture '${image}'` : `A picture of ${image.byteLength} bytes`
    throw new Error(`${what} cannot be read: ${messageOf(error)}. Check the file.`, { cause: error })
  }
}

/** Drops alpha, repeats grey: 1 = grey, 2 = grey + alpha, 3 = RGB, 4 = RGB + alpha. */
function toRgb(data: Uint8Array, channels: number): Uint8Array {
  if (channels === 3)
    return data
  const pixels = data.length / channels
  const out = new Uint8Array(pixels * 3)
  for (let i = 0; i < pixels; i++) {
    for (let c = 0; c < 3; c++)
      out[i * 3 + c] = data[i * channels + (channels < 3 ? 0 : c)]!
  }
  return out
}

function toPixelValues(image: Rgb, config: z.infer<typeof Preprocessor>): Float32Array {
  const pixels = image.width * image.height
  const out = new Float32Array(3 * pixels)
  for (let c = 0; c < 3; c++) {
    const scale = config.do_rescale ? config.rescale_factor : 1
    const [mean, std] = config.do_normalize ? [config.image_mean[c]!, config.image_std[c]!] : [0, 1]
    for (let i = 0; i < pixels; i++)
      out[c * pixels + i] = (image.data[i * 3 + c]! * scale - mean) / std
  }
  return out
}
