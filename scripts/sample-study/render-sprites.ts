// Renders every (concept, artist) once for training: <out>/sprites.bin (N×96×96×4 bytes, RGBA) and <out>/sprites.json (its index).
import { writeFileSync } from 'node:fs'
import { drawing, readConcepts, renderSquare } from './artwork.ts'

const SIDE = 96
const out = process.argv[2]
if (out === undefined) throw new Error('Usage: npx tsx scripts/sample-study/render-sprites.ts <out folder>')

const { things, countries } = readConcepts()
const index: { name: string; artist: string }[] = []
const parts: Buffer[] = []
for (const { name, artists } of [...things, ...countries]) {
  for (const [artist, icon] of Object.entries(artists)) {
    parts.push(await renderSquare(drawing(artist, icon), SIDE))
    index.push({ name, artist })
  }
}
writeFileSync(`${out}/sprites.bin`, Buffer.concat(parts))
writeFileSync(`${out}/sprites.json`, JSON.stringify({ side: SIDE, index }))
process.stdout.write(`${index.length} sprites\n`)
