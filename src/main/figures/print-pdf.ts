// PDF for paper: the SVG drawn with pdfkit, with the font embedded in parts, so that text stays text.
import type { Print } from '../../preload/contract/figures.ts'
import { provenanceKey } from '../workspace/provenance-text.ts'
import { printFont, secondFont } from './print-fonts.ts'
import { pointsPerMillimetre } from './print-svg.ts'

export interface PdfFacts {
  readonly title: string
  readonly subject: string
  /** Of the data, so that the same data gives the same bytes: a file's date would be another one each time. */
  readonly date: Date
  readonly creator: string
  readonly provenance?: string
}

/** pdfkit copies title and subject into XML as they are. */
const withoutMarkup = (text: string): string => text.replace(/[<>&]/g, ' ')

/** One page of the figure's size. The same SVG and facts give the same bytes. */
export async function printPdf(svg: string, { width, height, font }: Pick<Print, 'width' | 'height' | 'font'>, { title, subject, date, creator, provenance }: PdfFacts): Promise<Buffer> {
  const [{ default: PDFDocument }, { default: svgToPdf }] = await Promise.all([import('pdfkit'), import('svg-to-pdfkit')])
  const size: [number, number] = [width * pointsPerMillimetre, height * pointsPerMillimetre]
  const { files } = printFont(font)
  const second = secondFont(font)
  const document = new PDFDocument({
    size,
    margin: 0,
    lang: 'en',
    displayTitle: true,
    pdfVersion: '1.7',
    font: files.regular,
    info: { Title: withoutMarkup(title), Subject: withoutMarkup(subject), Creator: creator, Producer: 'MMEdit Workbench with pdfkit', CreationDate: date, ModDate: date, ...(provenance === undefined ? {} : { [provenanceKey]: provenance }) },
  })
  const chunks: Buffer[] = []
  const whole = new Promise<Buffer>((done, fail) => {
    document.on('data', (chunk: Buffer) => chunks.push(chunk))
    document.on('end', () => done(Buffer.concat(chunks)))
    document.on('error', fail)
  })
  const missing: string[] = []
  svgToPdf(document, svg, 0, 0, {
    width: size[0],
    height: size[1],
    preserveAspectRatio: 'none',
    fontCallback: (family, bold, italic) => (family.includes(second.name) ? second.files : files)[bold ? italic ? 'boldItalic' : 'bold' : italic ? 'italic' : 'regular'],
    warningCallback: warning => missing.push(warning),
  })
  document.end()
  if (missing.length > 0)
    throw new Error(`internal: the figure uses what PDF has no form for: ${missing.join(', ')}`)
  return whole
}
