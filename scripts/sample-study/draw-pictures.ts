// Draws every picture of the sample study from its composition list and the emoji packages: npx tsx scripts/sample-study/draw-pictures.ts <out folder> [list.json]
import { mkdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { drawing, readConcepts, renderSquare } from './artwork.ts'

const SIDE = 160
const SPRITE_SIDE = 138
const AT_ONCE = 8

/** name, artist, centre x, centre y, size; the last three are fractions of the side. */
type Item = [string, string, number, number, number]

interface Picture {
  id: string
  rgb: [number, number, number]
  items: Item[]
}

const out = process.argv[2]
if (out === undefined) throw new Error('Usage: npx tsx scripts/sample-study/draw-pictures.ts <out folder> [list.json]')
const list = process.argv[3] ?? fileURLToPath(new URL('../../resources/sample-study/pictures.json', import.meta.url))
const { pictures } = JSON.parse(readFileSync(list, 'utf8')) as { pictures: Picture[] }

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

async function draw(picture: Picture, folder: string): Promise<void> {
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
  await sharp({ create: { width: SIDE, height: SIDE, channels: 3, background: { r, g, b } } })
    .composite(layers)
    .removeAlpha()
    .png({ compressionLevel: 4 })
    .toFile(join(folder, `${picture.id}.png`))
}

for (const folder of new Set(pictures.map((picture) => dirname(picture.id)))) mkdirSync(join(out, folder), { recursive: true })
const queue = pictures.values()
const started = performance.now()
await Promise.all(
  Array.from({ length: AT_ONCE }, async () => {
    for (const picture of queue) await draw(picture, out)
  }),
)
process.stdout.write(`${pictures.length} pictures in ${((performance.now() - started) / 1000).toFixed(1)} s\n`)
