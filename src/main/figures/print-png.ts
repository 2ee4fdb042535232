// PNG for paper: the SVG drawn by resvg with the shipped fonts alone, with its resolution written into the file.
import { crc32 } from 'node:zlib'
import type { Print } from '../../preload/contract/figures.ts'
import { pngChunks, provenanceMark } from '../workspace/provenance-text.ts'
import { printFont, secondFont } from './print-fonts.ts'

const mostPixels = 120e6

/** Draws the SVG at `dpi`. Throws a sentence for a picture that would not fit into memory. */
export async function printPng(svg: string, { width, height, font, dpi }: Pick<Print, 'width' | 'height' | 'font' | 'dpi'>, provenance?: string): Promise<Buffer> {
  const pixels = (millimetres: number): number => Math.round(millimetres / 25.4 * dpi)
  if (pixels(width) * pixels(height) > mostPixels)
    throw new Error(`At ${dpi} dots per inch ${width} × ${height} mm are ${pixels(width)} × ${pixels(height)} pixels, more than ${mostPixels / 1e6} million. Choose a smaller size or fewer dots; PDF and SVG have no such limit.`)
  const { Resvg } = await import('@resvg/resvg-js')
  const { files, name } = printFont(font)
  const drawing = new Resvg(svg.replace(/width="[\d.]+mm" height="[\d.]+mm"/, `width="${pixels(width)}" height="${pixels(height)}" preserveAspectRatio="none"`), {
    font: { loadSystemFonts: false, fontFiles: [...Object.values(files), secondFont(font).files.regular], defaultFontFamily: name, sansSerifFamily: name, serifFamily: name },
  })
  const png = drawing.render().asPng()
  const [header] = pngChunks(png)
  if (header?.type !== 'IHDR')
    throw new Error('internal: resvg gave no PNG')
  return Buffer.concat([
    png.subarray(0, header.end),
    resolutionChunk(dpi),
    ...(provenance === undefined ? [] : [chunk('iTXt', Buffer.concat([Buffer.from(`${provenanceMark}\0\0\0\0\0`), Buffer.from(provenance)]))]),
    png.subarray(header.end),
  ])
}

/** Dots per metre in both directions. */
function resolutionChunk(dpi: number): Buffer {
  const data = Buffer.alloc(9)
  const perMetre = Math.round(dpi / 0.0254)
  data.writeUInt32BE(perMetre, 0)
  data.writeUInt32BE(perMetre, 4)
  data.writeUInt8(1, 8)
  return chunk('pHYs', data)
}

/** Length, type, data, checksum (PNG, 5.3). */
function chunk(type: string, data: Buffer): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(data.length)
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const sum = Buffer.alloc(4)
  sum.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, sum])
}
