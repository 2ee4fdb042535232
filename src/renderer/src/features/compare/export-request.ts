// What an export is asked with, and how a printed page stands on screen.
import type { FigureFormat, Print } from '@contract/figures.ts'
import type { TableFormat } from '@contract/tables.ts'

export type ExportKind = { readonly what: 'table', readonly format: TableFormat } | { readonly what: 'figure', readonly format: FigureFormat }
export type PrintSize = Omit<Print, 'format'>

export const tableFormats = [{ value: 'csv', label: 'CSV' }, { value: 'markdown', label: 'Markdown' }, { value: 'latex', label: 'LaTeX' }] as const
export const figureFormats = [{ value: 'svg', label: 'SVG' }, { value: 'pdf', label: 'PDF' }, { value: 'png', label: 'PNG' }] as const

/** Widths of common pages, in millimetres. */
export const presets: readonly { readonly label: string, readonly width: number, readonly height: number }[] = [
  { label: 'One column (ACL, 77 mm)', width: 77, height: 55 },
  { label: 'Two columns (ACL, 160 mm)', width: 160, height: 80 },
  { label: 'NeurIPS text width (140 mm)', width: 140, height: 75 },
  { label: 'Slide (254 mm)', width: 254, height: 130 },
]

/** Millimetres as CSS pixels: 96 to the inch. */
export const pixelsOf = (millimetres: number): number => millimetres / 25.4 * 96

/** Page size inside a frame, never larger than life. */
export function fit({ width, height }: Pick<Print, 'width' | 'height'>, frame: { width: number, height: number }): { width: number, height: number, scale: number } {
  const scale = Math.min(1, frame.width / pixelsOf(width), frame.height / pixelsOf(height))
  return { width: pixelsOf(width) * scale, height: pixelsOf(height) * scale, scale }
}

/** The command that writes the same file again. */
export const againCommand = (what: ExportKind['what'], file: string): string => `npx mmedit ${what}s export --from ${/^[\w./:\\-]+$/.test(file) ? file : `'${file.replaceAll('\'', '\'\\\'\'')}'`}`

export const fileName = (path: string): string => path.split(/[/\\]/).at(-1) ?? path
