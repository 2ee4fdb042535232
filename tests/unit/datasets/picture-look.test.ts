// One look at a picture: against a slow transform, under what copies suffer, and at files that are none.
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import fc from 'fast-check'
import sharp from 'sharp'
import type { Sharp } from 'sharp'
import { describe, expect, it } from 'vitest'
import { createRandom } from '../../../src/main/base/random.ts'
import { colourDifference, hashDistance, perceptualHash } from '../../../src/main/datasets/perceptual-hash.ts'
import type { PerceptualHash } from '../../../src/main/datasets/perceptual-hash.ts'
import { lookAtPicture, packLook, unpackLook } from '../../../src/main/datasets/picture-look.ts'
import { put, temporaryFolder } from '../workspace/study.ts'

const sample = (name: string): string => resolve(import.meta.dirname, '../../../resources/sample-study/images', name)
const drawings = ['eval/00034.png', 'eval/00415.png', 'train/00909.png', 'train/00815.png', 'eval_locality/00007.png', 'train_rephrase/00226.png']

describe('perceptual hash', () => {
  /** The two-dimensional DCT-II as it is defined, coefficient by coefficient. */
  function slow(grey: readonly number[]): PerceptualHash {
    const values: number[] = []
    for (let v = 0; v < 8; v++) {
      for (let u = 0; u < 8; u++) {
        let sum = 0
        grey.forEach((level, i) => {
          sum += level * Math.cos(Math.PI / 32 * (i % 32 + 0.5) * u) * Math.cos(Math.PI / 32 * (Math.floor(i / 32) + 0.5) * v)
        })
        values.push(sum)
      }
    }
    const ordered = values.toSorted((a, b) => a - b)
    const threshold = (ordered[31]! + ordered[32]!) / 2 + 64
    const bits = values.map(value => value > threshold ? '1' : '0').join('')
    return { high: parseInt(bits.slice(0, 32), 2), low: parseInt(bits.slice(32), 2) }
  }

  it('is the slow transform\'s, bit by bit', () => {
    fc.assert(fc.property(fc.integer(), (seed) => {
      const random = createRandom(seed)
      const grey = Array.from({ length: 1024 }, () => random.below(256))
      expect(perceptualHash(grey)).toEqual(slow(grey))
    }), { numRuns: 30 })
  })

  it('has no bits of rounding where a picture is symmetric', () => {
    const stripes = Array.from({ length: 1024 }, (_, i) => Math.floor(i / 32 / 11) * 100)
    const random = createRandom(1)
    expect(hashDistance(perceptualHash(stripes), perceptualHash(stripes.map(level => level + random.below(3) - 1)))).toBe(0)
  })

  it('differs in as many bits as two numbers do', () => {
    const word = fc.integer({ min: 0, max: 2 ** 32 - 1 })
    const bits = ({ high, low }: PerceptualHash): string => high.toString(2).padStart(32, '0') + low.toString(2).padStart(32, '0')
    fc.assert(fc.property(word, word, word, word, (high, low, otherHigh, otherLow) => {
      const [a, b] = [{ high, low }, { high: otherHigh, low: otherLow }]
      expect(hashDistance(a, b)).toBe([...bits(a)].filter((bit, i) => bit !== bits(b)[i]).length)
    }))
  })
})

describe('copies of drawings', () => {
  const copies: Record<string, (picture: Sharp) => Sharp> = {
    'a JPEG of quality 30': picture => picture.jpeg({ quality: 30 }),
    'half the size': picture => picture.resize(80, 80).png(),
    'twice the size': picture => picture.resize(320, 320).png(),
    'a crop of one percent': picture => picture.extract({ left: 1, top: 2, width: 158, height: 157 }).png(),
    'WebP at half the size': picture => picture.resize(80, 80).webp({ quality: 70 }),
  }

  it.each(Object.entries(copies))('%s is near, another drawing is far', async (_name, copyOf) => {
    const folder = temporaryFolder()
    const looks = await Promise.all(drawings.map(async name => lookAtPicture(sample(name))))
    for (const [i, name] of drawings.entries()) {
      const copy = await lookAtPicture(put(join(folder, 'copy'), await copyOf(sharp(sample(name))).toBuffer()))
      for (const [j, look] of looks.entries()) {
        const isNear = hashDistance(look.hash, copy.hash) <= 10 && colourDifference(look.colours, copy.colours) <= 6
        expect(isNear, `copy of ${name} beside ${drawings[j]!}`).toBe(i === j)
      }
    }
  })

  it('has the pixels of the same picture in another file, and only then', async () => {
    const folder = temporaryFolder()
    const name = sample(drawings[0]!)
    const [own, again, shifted] = await Promise.all([
      lookAtPicture(name),
      lookAtPicture(put(join(folder, 'a.webp'), await sharp(name).webp({ lossless: true }).toBuffer())),
      lookAtPicture(put(join(folder, 'b.png'), await sharp(name).linear(1, 1).png().toBuffer())),
    ])
    expect(again).toMatchObject({ pixels: own.pixels, hash: own.hash, width: 160, height: 160 })
    expect(again.content).not.toBe(own.content)
    expect(shifted.pixels).not.toBe(own.pixels)
  })

  it('turns a picture upright first', async () => {
    const folder = temporaryFolder()
    const lying = await sharp(sample(drawings[1]!)).rotate(90).jpeg({ quality: 100, chromaSubsampling: '4:4:4' }).withMetadata({ orientation: 8 }).toBuffer()
    const look = await lookAtPicture(put(join(folder, 'a.jpg'), lying))
    expect(hashDistance(look.hash, (await lookAtPicture(sample(drawings[1]!))).hash)).toBeLessThanOrEqual(2)
  })
})

describe('files that cannot be looked at', () => {
  const jpeg = async (): Promise<Buffer> => sharp(sample(drawings[2]!)).jpeg().toBuffer()
  it.each([
    ['a JPEG cut off', async () => (await jpeg()).subarray(0, 1500), /^the picture cannot be decoded \(.+\)$/],
    ['a PNG cut off', async () => Promise.resolve(readFileSync(sample(drawings[2]!)).subarray(0, 900)), /^the picture cannot be decoded \(.+\)$/],
    ['a page called a picture', async () => Promise.resolve(Buffer.from('<html>not found</html>')), /^the file is no picture, whatever its name says$/],
    ['an empty file', async () => Promise.resolve(Buffer.alloc(0)), /^the file is empty$/],
  ])('%s', async (_name, bytes, reason) => {
    await expect(lookAtPicture(put(join(temporaryFolder(), 'x.png'), await bytes()))).rejects.toThrow(reason)
  })

  it('takes a JPEG called .png, grey, transparent and 16-bit pictures', async () => {
    const folder = temporaryFolder()
    const files = {
      named: await jpeg(),
      grey: await sharp(sample(drawings[2]!)).greyscale().png().toBuffer(),
      deep: await sharp(sample(drawings[2]!)).toColourspace('rgb16').png().toBuffer(),
      clear: await sharp({ create: { width: 20, height: 10, channels: 4, background: { r: 9, g: 9, b: 9, alpha: 0 } } }).png().toBuffer(),
    }
    const looks = Object.fromEntries(await Promise.all(Object.entries(files).map(async ([name, bytes]) => [name, await lookAtPicture(put(join(folder, `${name}.png`), bytes))] as const)))
    expect(looks['named']).toMatchObject({ width: 160, height: 160, flat: undefined })
    expect(looks['grey']).toMatchObject({ flat: undefined })
    expect(looks['deep']!.pixels).toBe((await lookAtPicture(sample(drawings[2]!))).pixels)
    expect(looks['clear']).toMatchObject({ width: 20, height: 10, flat: '#ffffff' })
  })

  it('sees that a picture has one colour, and which', async () => {
    const black = await sharp({ create: { width: 50, height: 50, channels: 3, background: '#000010' } }).png().toBuffer()
    expect((await lookAtPicture(put(join(temporaryFolder(), 'x.png'), black))).flat).toBe('#000010')
  })
})

it('comes back from bytes as it was', async () => {
  for (const name of drawings) {
    const look = await lookAtPicture(sample(name))
    expect(unpackLook(packLook(look))).toEqual(look)
    expect(unpackLook(packLook({ ...look, flat: '#00ff07' }))).toEqual({ ...look, flat: '#00ff07' })
    expect(packLook(look).length % 4).toBe(0)
  }
})
