// What checks compare pictures by, from one look at the file: is it whole, its bytes, its pixels, how it looks from afar.
import { readFile } from 'node:fs/promises'
import { messageOf } from '../base/errors.ts'
import { sha256 } from '../base/hash.ts'
import { imageKind } from './image-kind.ts'
import { largestImageBytes } from './image-store.ts'
import { hashedSide, perceptualHash } from './perceptual-hash.ts'
import type { PerceptualHash } from './perceptual-hash.ts'

/** A picture with more pixels is not decoded (decompression bombs). */
const mostPixels = 50_000_000
/** Colours are compared on 8 × 8 fields. */
const fields = 8

export interface PictureLook {
  /** Hash of the file, 32 hex digits. */
  readonly content: string
  /** Hash of the upright picture's pixels on white and of its size, 32 hex digits. */
  readonly pixels: string
  readonly width: number
  readonly height: number
  readonly hash: PerceptualHash
  /** Mean colours of 8 × 8 fields, [8 · 8 · 3]. */
  readonly colours: Uint8Array
  /** The one colour that every pixel has, as '#000000'; undefined where there are several. */
  readonly flat: string | undefined
}

/** Decodes all of the picture. Throws half a sentence: why it cannot be looked at. */
export async function lookAtPicture(path: string): Promise<PictureLook> {
  const data = await readFile(path)
  if (data.length === 0)
    throw new Error('the file is empty')
  if (data.length > largestImageBytes)
    throw new Error(`the file has ${(data.length / 2 ** 20).toFixed(0)} MB, more than the ${largestImageBytes / 2 ** 20} that are shown`)
  if (imageKind(data) === undefined)
    throw new Error('the file is no picture, whatever its name says')
  const { default: sharp } = await import('sharp')
  try {
    const { data: pixels, info: { width, height } } = await sharp(data, { limitInputPixels: mostPixels, failOn: 'error' })
      .rotate().flatten({ background: '#ffffff' }).toColourspace('srgb').raw().toBuffer({ resolveWithObject: true })
    const raw = { width, height, channels: pixels.length / width / height as 1 | 3 }
    const small = await sharp(pixels, { raw }).resize(hashedSide, hashedSide, { fit: 'fill', kernel: 'cubic' }).toColourspace('srgb').raw().toBuffer()
    const rgb = small.length === hashedSide * hashedSide ? tripled(small) : small
    return {
      content: sha256(data).slice(0, 32),
      pixels: sha256(Buffer.concat([Buffer.from(`${width} ${height} ${raw.channels} `), pixels])).slice(0, 32),
      width,
      height,
      hash: perceptualHash(greyOf(rgb)),
      colours: fieldColours(rgb),
      flat: flatColour(pixels, raw.channels),
    }
  }
  catch (error) {
    throw new Error(`the picture cannot be decoded (${messageOf(error).split('\n')[0] ?? ''})`, { cause: error })
  }
}

const tripled = (grey: Uint8Array): Uint8Array => Uint8Array.from({ length: grey.length * 3 }, (_, i) => grey[Math.floor(i / 3)]!)

/** Luma of ITU-R BT.601, as JPEG has it. */
const greyOf = (rgb: Uint8Array): Float64Array =>
  Float64Array.from({ length: rgb.length / 3 }, (_, i) => 0.299 * rgb[3 * i]! + 0.587 * rgb[3 * i + 1]! + 0.114 * rgb[3 * i + 2]!)

function fieldColours(rgb: Uint8Array): Uint8Array {
  const sums = new Float64Array(fields * fields * 3)
  const side = hashedSide / fields
  for (let i = 0; i < hashedSide * hashedSide; i++) {
    const field = Math.floor(i / hashedSide / side) * fields + Math.floor(i % hashedSide / side)
    for (let c = 0; c < 3; c++)
      sums[3 * field + c]! += rgb[3 * i + c]!
  }
  return Uint8Array.from(sums, sum => Math.round(sum / side / side))
}

function flatColour(pixels: Uint8Array, channels: number): string | undefined {
  for (let i = channels; i < pixels.length; i++) {
    if (pixels[i] !== pixels[i % channels])
      return undefined
  }
  return `#${[0, 1, 2].map(c => pixels[channels === 1 ? 0 : c]!.toString(16).padStart(2, '0')).join('')}`
}

// content 16, pixels 16, width 4, height 4, hash 8, is flat 4, its colour 4, colours 192 bytes; little-endian.
const packedBytes = 56 + fields * fields * 3

/** As bytes of a fixed number, for a file of them. */
export function packLook({ content, pixels, width, height, hash, colours, flat }: PictureLook): Uint8Array {
  const bytes = Buffer.alloc(packedBytes)
  bytes.write(content, 0, 'hex')
  bytes.write(pixels, 16, 'hex')
  bytes.writeUInt32LE(width, 32)
  bytes.writeUInt32LE(height, 36)
  bytes.writeUInt32LE(hash.high, 40)
  bytes.writeUInt32LE(hash.low, 44)
  bytes.writeUInt32LE(flat === undefined ? 0 : 1, 48)
  bytes.writeUInt32LE(flat === undefined ? 0 : parseInt(flat.slice(1), 16), 52)
  bytes.set(colours, 56)
  return bytes
}

export function unpackLook(packed: Uint8Array): PictureLook {
  const bytes = Buffer.from(packed.buffer, packed.byteOffset, packed.byteLength)
  return {
    content: bytes.toString('hex', 0, 16),
    pixels: bytes.toString('hex', 16, 32),
    width: bytes.readUInt32LE(32),
    height: bytes.readUInt32LE(36),
    hash: { high: bytes.readUInt32LE(40), low: bytes.readUInt32LE(44) },
    flat: bytes.readUInt32LE(48) === 0 ? undefined : `#${bytes.readUInt32LE(52).toString(16).padStart(6, '0')}`,
    colours: new Uint8Array(bytes.subarray(56, packedBytes)),
  }
}
