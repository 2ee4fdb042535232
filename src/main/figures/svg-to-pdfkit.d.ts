// The part of svg-to-pdfkit that we use; the package has no types.
declare module 'svg-to-pdfkit' {
  export interface SvgToPdfOptions {
    readonly width?: number
    readonly height?: number
    readonly preserveAspectRatio?: string
    /** @returns the path of a font file, or a name that the document knows. */
    readonly fontCallback?: (family: string, bold: boolean, italic: boolean) => string
    readonly warningCallback?: (warning: string) => void
  }
  export default function svgToPdf(document: PDFKit.PDFDocument, svg: string, x: number, y: number, options?: SvgToPdfOptions): void
}
