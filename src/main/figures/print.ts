// A figure as a file for paper, in one of three formats.
import type { Figure, Print } from '../../preload/contract/figures.ts'
import type { PdfFacts } from './print-pdf.ts'
import { printPdf } from './print-pdf.ts'
import { printPng } from './print-png.ts'
import { printSvg } from './print-svg.ts'

/** The whole file. The same arguments give the same bytes, in any process. */
export async function printFigure(figure: Figure, print: Print, facts: Omit<PdfFacts, 'title' | 'subject'>): Promise<Buffer> {
  switch (print.format) {
    case 'svg': return Buffer.from(await printSvg(figure, print, facts.provenance))
    case 'pdf': return printPdf(await printSvg(figure, print), print, { ...facts, title: figure.label, subject: figure.notes.join(' ') })
    case 'png': return printPng(await printSvg(figure, print), print, facts.provenance)
  }
}
