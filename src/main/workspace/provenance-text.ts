// The text inside an exported file that says what it was made from: one line of JSON that is legal in every format we write.
import { stableJson } from '../base/hash.ts'

/** Stands in front of the text in every format. */
export const provenanceMark = 'mmedit-provenance'
/** The same as a key of a PDF's information dictionary. */
export const provenanceKey = 'MMEditProvenance'

/**
 * JSON in printable ASCII without `<`, `>`, `&` and `--`, keys sorted: it needs no escaping in XML, HTML, comments of CSV, Markdown and
 * LaTeX, and only brackets and backslashes need it in PDF.
 */
export function provenanceText(value: unknown): string {
  const code = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
  return stableJson(value).replace(/[<>&\u007f-\uffff]|-(?=-)/g, code)
}

/** The text inside a file of any format, or undefined if it has none. Never throws, whatever the bytes are. */
export function findProvenance(bytes: Uint8Array): string | undefined {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (file.subarray(0, 8).equals(pngSignature))
    return pngChunks(file).find(({ type, data }) => type === 'iTXt' && data.subarray(0, provenanceMark.length + 1).equals(Buffer.from(`${provenanceMark}\0`)))?.data.subarray(provenanceMark.length + 5).toString('utf8')
  if (file.subarray(0, 5).toString('latin1') === '%PDF-')
    return pdfString(file)
  // Ours is the first: it stands in front of everything that people have named. Between mark and text is at most the end of a tag.
  let start = -1
  for (let at = file.indexOf(provenanceMark); at >= 0 && start < 0; at = file.indexOf(provenanceMark, at + 1))
    start = [1, 2].map(gap => at + provenanceMark.length + gap).find(place => file[place] === brace) ?? -1
  if (start < 0)
    return undefined
  const end = [10, 13, 60].map(byte => file.indexOf(byte, start)).filter(place => place >= 0).reduce((a, b) => Math.min(a, b), file.length)
  const line = file.subarray(start, end).toString('utf8')
  return line.slice(0, line.lastIndexOf('}') + 1)
}

const brace = 0x7B

export const pngSignature = Buffer.from([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])

/** Chunks of a PNG in order, as far as they are whole. */
export function pngChunks(png: Buffer): { readonly type: string, readonly data: Buffer, readonly start: number, readonly end: number }[] {
  const chunks = []
  for (let start = 8; start + 12 <= png.length;) {
    const end = start + 12 + png.readUInt32BE(start)
    if (end > png.length)
      break
    chunks.push({ type: png.toString('latin1', start + 4, start + 8), data: png.subarray(start + 8, end - 4), start, end })
    start = end
  }
  return chunks
}

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' }

/** The literal string that our key names: an object of its own, brackets and backslashes escaped (PDF 32000-1, 7.3.4.2 and 7.3.10). */
function pdfString(pdf: Buffer): string | undefined {
  const key = pdf.lastIndexOf(`/${provenanceKey} `)
  const [, object] = key < 0 ? [] : /^(\d{1,10}) 0 R/.exec(pdf.toString('latin1', key + provenanceKey.length + 2, key + provenanceKey.length + 20)) ?? []
  const head = `\n${object} 0 obj\n(`
  const at = object === undefined ? -1 : pdf.indexOf(head)
  if (at < 0)
    return undefined
  const characters: string[] = []
  for (let i = at + head.length; i < pdf.length; i++) {
    const character = String.fromCharCode(pdf[i]!)
    if (character === ')')
      return characters.join('')
    if (character === '\\') {
      const escaped = String.fromCharCode(pdf[++i] ?? 0)
      characters.push(escapes[escaped] ?? escaped)
    }
    else {
      characters.push(character)
    }
  }
  return undefined
}
