// Pictures that no dataset brings: a blank one and noise, for asking a question without its picture. Drawn when first needed, always the same.
import { mkdir, rename, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import type { ImageRef } from '../../preload/contract/records.ts'
import { createRandom } from '../base/random.ts'

/** The image root of generated pictures; no dataset may call a root so, because the name is not a valid one there. */
export const generatedRoot = ':generated:'

const noises = 8
const side = 224
// Blocks rather than pixels: resizing to a model's small input would average fine noise to grey.
const block = 8
/** Where CLIP's normalisation has its zero (spec §1.4): mean × 255. */
const meanColour = [0.48145466, 0.4578275, 0.40821073].map(mean => Math.round(mean * 255))

export const blankPicture: ImageRef = { root: generatedRoot, path: 'blank.png' }
/** One of eight noises, so that neighbouring records do not share one. */
export const noisePicture = (index: number): ImageRef => ({ root: generatedRoot, path: `noise-${index % noises}.png` })

function pixels(path: string): Buffer {
  const data = Buffer.alloc(side * side * 3)
  const random = createRandom(path)
  const blocks = Array.from({ length: (side / block) ** 2 * 3 }, () => random.below(256))
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      for (let c = 0; c < 3; c++) {
        const at = (Math.floor(y / block) * (side / block) + Math.floor(x / block)) * 3 + c
        data[(y * side + x) * 3 + c] = path.startsWith('noise') ? blocks[at]! : meanColour[c]!
      }
    }
  }
  return data
}

/** The file of a generated picture, drawn into `folder` if it is not there yet. */
export async function generatedPicture({ path }: Pick<ImageRef, 'path'>, folder: string = join(tmpdir(), 'mmedit-generated')): Promise<string> {
  if (!/^(?:blank|noise-\d)\.png$/.test(path))
    throw new Error(`There is no generated picture '${path}'. Known: blank.png, noise-0.png … noise-${noises - 1}.png.`)
  const file = join(folder, path)
  if (await stat(file).then(stats => stats.isFile(), () => false))
    return file
  await mkdir(folder, { recursive: true })
  // Beside and renamed: two engines may draw it at the same moment.
  const drawn = join(folder, `${process.pid}-${path}`)
  await sharp(pixels(path), { raw: { width: side, height: side, channels: 3 } }).png().toFile(drawn)
  await rename(drawn, file)
  return file
}
