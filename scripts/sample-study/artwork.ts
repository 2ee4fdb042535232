// Finds a drawing in the emoji packages and renders it with sharp; shared by the sprite sheet and the picture generator.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import type { Country, Thing } from './catalogue.ts'

const require = createRequire(import.meta.url)

interface IconSet {
  width?: number
  height?: number
  icons: Record<string, { body: string; width?: number; height?: number }>
  aliases?: Record<string, { parent: string }>
}

const sets = new Map<string, IconSet>()

export function readConcepts(): { things: Thing[]; countries: Country[] } {
  const file = fileURLToPath(new URL('../../resources/sample-study/concepts.json', import.meta.url))
  return JSON.parse(readFileSync(file, 'utf8')) as { things: Thing[]; countries: Country[] }
}

/** SVG text of one drawing; aliases are followed to the icon they stand for. */
export function drawing(artist: string, icon: string): string {
  let set = sets.get(artist)
  if (!set) {
    set = require(`@iconify-json/${artist}/icons.json`) as IconSet
    sets.set(artist, set)
  }
  let found = set.icons[icon]
  for (let name = icon, hops = 0; !found && hops < 5; hops += 1) {
    name = set.aliases?.[name]?.parent ?? name
    found = set.icons[name]
  }
  if (!found) throw new Error(`Icon set '${artist}' has no drawing '${icon}'. Rebuild concepts.json with catalogue.ts.`)
  const width = found.width ?? set.width ?? 16
  const height = found.height ?? set.height ?? 16
  return `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">${found.body}</svg>`
}

/** The drawing inside a transparent square of the given side, trimmed of its own margin first. */
export async function renderSquare(svg: string, side: number): Promise<Buffer> {
  const density = Math.min(1200, Math.max(72, (72 * side * 1.5) / Number(/width="(\d+)"/.exec(svg)?.[1] ?? 32)))
  return sharp(Buffer.from(svg), { density })
    .ensureAlpha()
    .trim({ background: { r: 0, g: 0, b: 0, alpha: 0 }, threshold: 1 })
    .resize(side, side, { fit: 'contain', background: { r: 0, g: 0, b: 0, alpha: 0 } })
    .raw()
    .toBuffer()
}
