// Which characters a TrueType font has, from its `cmap` table (OpenType 1.9, formats 4 and 12).
import { readFileSync } from 'node:fs'

const known = new Map<string, (code: number) => boolean>()

/** Does the font in this file have a glyph for the code point? Read once a file. */
export function coverageOf(path: string): (code: number) => boolean {
  const found = known.get(path) ?? readCoverage(readFileSync(path))
  known.set(path, found)
  return found
}

function readCoverage(font: Buffer): (code: number) => boolean {
  const tables = Array.from({ length: font.readUInt16BE(4) }, (_, i) => 12 + 16 * i)
  const entry = tables.find(at => font.toString('latin1', at, at + 4) === 'cmap')
  if (entry === undefined)
    throw new Error('internal: the font has no cmap table')
  const cmap = font.readUInt32BE(entry + 8)
  const subtables = Array.from({ length: font.readUInt16BE(cmap + 2) }, (_, i) => cmap + font.readUInt32BE(cmap + 8 + 8 * i))
  const ranges = subtables.flatMap((at) => {
    const format = font.readUInt16BE(at)
    return format === 4 ? segmentsOf(font, at) : format === 12 ? groupsOf(font, at) : []
  })
  return code => ranges.some(([first, last]) => code >= first && code <= last)
}

type Range = readonly [first: number, last: number]

/** Format 12: groups of first code, last code, first glyph. */
const groupsOf = (font: Buffer, at: number): Range[] =>
  Array.from({ length: font.readUInt32BE(at + 12) }, (_, i) => [font.readUInt32BE(at + 16 + 12 * i), font.readUInt32BE(at + 20 + 12 * i)] as const)

/** Format 4: segments with an offset into a list of glyphs, where 0 is none. */
function segmentsOf(font: Buffer, at: number): Range[] {
  const count = font.readUInt16BE(at + 6) / 2
  const [ends, starts, deltas, offsets] = [14, 16 + 2 * count, 16 + 4 * count, 16 + 6 * count].map(place => at + place) as [number, number, number, number]
  return Array.from({ length: count }, (_, i) => i * 2).flatMap((i): Range[] => {
    const [first, last, delta, offset] = [font.readUInt16BE(starts + i), font.readUInt16BE(ends + i), font.readUInt16BE(deltas + i), font.readUInt16BE(offsets + i)]
    if (first === 0xFFFF)
      return []
    if (offset === 0)
      return [[first, last]]
    return Array.from({ length: last - first + 1 }, (_, k) => first + k).flatMap((code): Range[] => {
      const glyph = font.readUInt16BE(offsets + i + offset + 2 * (code - first))
      return glyph === 0 || (glyph + delta) % 65_536 === 0 ? [] : [[code, code]]
    })
  })
}
