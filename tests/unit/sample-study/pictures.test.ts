// The picture generator draws a composition where it says, by the artist it says, and always to the same bytes.
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { drawPicture, SIDE, type Picture } from '../../../scripts/sample-study/pictures.ts'

const picture: Picture = { id: 'test/1', rgb: [214, 64, 62], items: [['dog', 'noto', 0.255, 0.5, 0.44], ['cat', 'twemoji', 0.745, 0.5, 0.44]] }

async function pixels(of: Picture): Promise<{ at: (x: number, y: number) => number[]; changed: (left: number, right: number) => number }> {
  const { data, info } = await sharp(await drawPicture(of)).raw().toBuffer({ resolveWithObject: true })
  expect([info.width, info.height, info.channels]).toEqual([SIDE, SIDE, 3])
  const at = (x: number, y: number) => [...data.subarray((y * SIDE + x) * 3, (y * SIDE + x) * 3 + 3)]
  const changed = (left: number, right: number) => {
    let count = 0
    for (let y = 0; y < SIDE; y += 1) for (let x = left; x < right; x += 1) if (at(x, y).join() !== of.rgb.join()) count += 1
    return count
  }
  return { at, changed }
}

describe('drawPicture', () => {
  it('draws the same bytes twice', async () => {
    expect((await drawPicture(picture)).equals(await drawPicture(structuredClone(picture)))).toBe(true)
  })

  it('fills the background and puts each thing on its side', async () => {
    const { at, changed } = await pixels(picture)
    expect(at(0, 0)).toEqual(picture.rgb)
    expect(changed(0, SIDE / 2)).toBeGreaterThan(800)
    expect(changed(SIDE / 2, SIDE)).toBeGreaterThan(800)
    const alone = await pixels({ ...picture, items: picture.items.slice(0, 1) })
    expect(alone.changed(SIDE / 2, SIDE)).toBe(0)
  })

  it('draws another artist differently', async () => {
    const other = await drawPicture({ ...picture, items: [['dog', 'twemoji', 0.255, 0.5, 0.44], ...picture.items.slice(1)] })
    expect(other.equals(await drawPicture(picture))).toBe(false)
  })

  it('names the drawing that concepts.json does not know', async () => {
    await expect(drawPicture({ ...picture, items: [['dog', 'nobody', 0.5, 0.5, 0.5]] })).rejects.toThrow("no 'dog' by 'nobody'")
  })
})
