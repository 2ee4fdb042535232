// A figure as a file for paper, in one of three formats.
import type { Figure, Print } from '../../preload/contract/figures.ts'
import type { PdfFacts } from './print-pdf.ts'
import { printPdf } from './print-pdf.ts'
import { withSecondFont } from './print-fonts.ts'
import { printPng } from './print-png.ts'
import { printSvg } from './print-svg.ts'

/** The whole file, and a sentence for what it cannot show. The same arguments give the same bytes, in any process. */
export async function printFigure(figure: Figure, print: Print, facts: Omit<PdfFacts, 'title' | 'subject'>): Promise<{ readonly bytes: Buffer, readonly notes: readonly string[] }> {
  // Whoever opens an SVG has more fonts than these two.
  if (print.format === 'svg')
    return { bytes: Buffer.from(await printSvg(figure, print, facts.provenance)), notes: [] }
  const { svg, missing } = withSecondFont(await printSvg(figure, print), print.font)
  return {
    bytes: print.format === 'pdf'
      ? await printPdf(svg, print, { ...facts, title: figure.label, subject: figure.notes.join(' ') })
      : await printPng(svg, print, facts.provenance),
    notes: missing.length > 0 ? [`The fonts of ${print.format.toUpperCase()} have no ${missing.map(letter => `'${letter}'`).join(', ')}: boxes stand there instead. Export as SVG, or give the runs other names.`] : [],
  }
}
