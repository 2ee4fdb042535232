// SVG for paper: measured in millimetres, text as text, nothing that only a page needs.
import type { Figure, Print } from '../../preload/contract/figures.ts'
import { provenanceMark } from '../workspace/provenance-text.ts'
import { fitLabels } from './fit-labels.ts'
import { printFont } from './print-fonts.ts'
import { basePixels, renderSvg } from './render-svg.ts'

export const pointsPerMillimetre = 72 / 25.4

export type PrintLook = Pick<Print, 'width' | 'height' | 'font' | 'fontSize'>

/**
 * Options are laid out for text of 12 px, so 12 of the drawing's units are `fontSize` points: a larger font leaves less room for the
 * drawing, lines scale with the text, and one unit wide is fontSize / 12 points (0.67 pt at 8 pt).
 */
export function unitsOf({ width, height, fontSize }: PrintLook): { readonly width: number, readonly height: number } {
  const units = (millimetres: number): number => Number((millimetres * pointsPerMillimetre * basePixels / fontSize).toFixed(2))
  return { width: units(width), height: units(height) }
}

export const escapeXml = (text: string): string => text.replace(/[<>&"]/g, character => `&#${character.charCodeAt(0)};`)

/** What ECharts writes for its own client side: names for hovering, places in the data. */
const stripped = (svg: string): string => svg
  .replace(/<style\b[^>]*>[\s\S]*?<\/style>\s*/g, '')
  .replace(/<[^>]*>/g, tag => tag.replace(/ (?:ecmeta_\w+|class|pointer-events|baseProfile|version)="[^"]*"/g, ''))

/** The whole file. `provenance` is text from `provenanceText`. */
export async function printSvg(figure: Figure, look: PrintLook, provenance?: string): Promise<string> {
  const units = unitsOf(look)
  const svg = stripped(await renderSvg({ option: fitLabels(figure.option, units.width) }, units, printFont(look.font).family))
  const head = svg.indexOf('>')
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="${look.width}mm" height="${look.height}mm" viewBox="0 0 ${units.width} ${units.height}" role="img">`,
    `<title>${escapeXml(figure.label)}</title>`,
    ...(provenance === undefined ? [] : [`<metadata id="${provenanceMark}">${provenance}</metadata>`]),
    ...(figure.notes.length > 0 ? [`<desc>${escapeXml(figure.notes.join(' '))}</desc>`] : []),
    svg.slice(head + 1).trimStart(),
  ].join('\n')
}
