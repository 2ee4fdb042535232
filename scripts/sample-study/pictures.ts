// One picture of the sample study: a composition drawn from the emoji packages, always to the same bytes.
import sharp from 'sharp'
import { drawing, readConcepts, renderSquare } from './artwork.ts'

export const SIDE = 160
const SPRITE_SIDE = 138

/** name, artist, centre x, centre y, size; the last three are fractions of the side. */
type Item = [string, string, number, number, number]

export interface Picture {
  id: string
  rgb: [number, number, number]
  items: Item[]
}

const concepts = readConcepts()
const artistsOf = new Map([...concepts.things, ...concepts.countries].map((c) => [c.name, c.artists]))
const sprites = new Map<string, Promise<Buffer>>()

function sprite(name: string, artist: string): Promise<Buffer> {
  const key = `${name}/${artist}`
  let made = sprites.get(key)
  if (!made) {
    const icon = artistsOf.get(name)?.[artist]
    if (icon === undefined) throw new Error(`concepts.json has no '${name}' by '${artist}'. Rebuild the composition list.`)
    made = renderSquare(drawing(artist, icon), SPRITE_SIDE)
    sprites.set(key, made)
  }
  return made
}

/** The picture as PNG bytes, SIDE × SIDE. Throws when concepts.json does not know a drawing. */
export async function drawPicture(picture: Picture): Promise<Buffer> {
  const [r, g, b] = picture.rgb
  const layers = await Promise.all(
    picture.items.map(async ([name, artist, x, y, size]) => {
      const side = Math.round(size * SIDE)
      const raw = { width: SPRITE_SIDE, height: SPRITE_SIDE, channels: 4 as const }
      const input = await sharp(await sprite(name, artist), { raw }).resize(side, side).raw().toBuffer()
      return {
        input,
        raw: { width: side, height: side, channels: 4 as const },
        left: Math.round(x * SIDE - side / 2),
        top: Math.round(y * SIDE - side / 2),
      }
    }),
  )
  return sharp({ create: { width: SIDE, height: SIDE, channels: 3, background: { r, g, b } } })
    .composite(layers)
    .removeAlpha()
    .png({ compressionLevel: 4 })
    .toBuffer()
}
