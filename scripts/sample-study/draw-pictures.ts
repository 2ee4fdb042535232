// Draws every picture of the sample study from its composition list: npx tsx scripts/sample-study/draw-pictures.ts <out folder> [list.json]
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { drawPicture, type Picture } from './pictures.ts'

const AT_ONCE = 8

const out = process.argv[2]
if (out === undefined) throw new Error('Usage: npx tsx scripts/sample-study/draw-pictures.ts <out folder> [list.json]')
const list = process.argv[3] ?? fileURLToPath(new URL('../../resources/sample-study/pictures.json', import.meta.url))
const { pictures } = JSON.parse(readFileSync(list, 'utf8')) as { pictures: Picture[] }

for (const folder of new Set(pictures.map((picture) => dirname(picture.id)))) mkdirSync(join(out, folder), { recursive: true })
const queue = pictures.values()
const started = performance.now()
await Promise.all(
  Array.from({ length: AT_ONCE }, async () => {
    for (const picture of queue) writeFileSync(join(out, `${picture.id}.png`), await drawPicture(picture))
  }),
)
process.stdout.write(`${pictures.length} pictures in ${((performance.now() - started) / 1000).toFixed(1)} s\n`)
