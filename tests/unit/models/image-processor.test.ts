import { describe, expect, it } from 'vitest'
import sharp from 'sharp'
import { openImageProcessor } from '../../../src/main/models/image-processor.ts'
import { resizeBicubic } from '../../../src/main/models/resample.ts'
import { folderOf, imageOf, readGolden, unpack } from './fixtures.ts'

// CLIP's smallest channel deviation: a pixel step of 1/255 is this much after normalisation.
const oneStep = 1 / 255 / 0.26130258

describe.each(['current', 'sharded'])('pixels of %s', (variant) => {
  const golden = readGolden(variant)
  it.each(Object.keys(golden.pixels))('equal BlipImageProcessor to 1/255 on %s', async (name) => {
    const processor = await openImageProcessor({ folder: folderOf(variant), name: variant }, 32)
    const actual = await processor.process(imageOf(name))
    const wanted = unpack(golden.pixels[name]!)
    expect(actual.length).toBe(wanted.length)
    let largest = 0
    let different = 0
    actual.forEach((v, i) => {
      largest = Math.max(largest, Math.abs(v - wanted[i]!))
      different += Number(Math.abs(v - wanted[i]!) > 1e-5)
    })
    expect(largest).toBeLessThan(oneStep * 1.01)
    // Resampling itself is exact; only JPEG decoders may differ by a step somewhere.
    expect(different).toBeLessThanOrEqual(name.endsWith('.jpg') ? actual.length / 50 : 0)
  })
})

describe('resizing', () => {
  it('keeps a flat picture flat and leaves an equal size alone', () => {
    const flat = { width: 7, height: 5, data: new Uint8Array(105).fill(131) }
    expect(resizeBicubic(flat, 7, 5).data).toBe(flat.data)
    expect(new Set(resizeBicubic(flat, 16, 3).data)).toEqual(new Set([131]))
  })
})

it('refuses what is no picture with its name', async () => {
  const processor = await openImageProcessor({ folder: folderOf('current'), name: 'current' }, 32)
  await expect(processor.process(`${folderOf('current')}/config.json`)).rejects.toThrow(/config\.json' cannot be read/)
  const huge = await sharp({ create: { width: 12_000, height: 9_000, channels: 3, background: '#fff' } }).png({ compressionLevel: 1 }).toBuffer()
  await expect(processor.process(huge)).rejects.toThrow(/pixel limit/)
})
