// The text inside exports: legal in every format, found again byte for byte, and nothing that is handed in can break the reading.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findProvenance, pngChunks, pngSignature, provenanceKey, provenanceMark, provenanceText } from '../../../src/main/workspace/provenance-text.ts'

/** Also what ends comments, tags and strings. */
const texts = fc.array(fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('--', '---', '-->', '</script>', ']]>', '\n', '\\', ')', '(', '*/', provenanceMark, '{', '}'))).map(parts => parts.join(''))
const values = fc.dictionary(fc.string(), fc.oneof(texts, fc.double({ noNaN: true, noDefaultInfinity: true }), fc.array(fc.string())))

function png(keyword: string, text: string): Buffer {
  const data = Buffer.from(`${keyword}\0\0\0\0\0${text}`)
  const head = Buffer.alloc(8)
  head.writeUInt32BE(data.length)
  head.write('iTXt', 4, 'latin1')
  return Buffer.concat([pngSignature, head, data, Buffer.alloc(4)])
}

const pdf = (text: string): Buffer => Buffer.from(`%PDF-1.7\n1 0 obj\n<<\n/${provenanceKey} 12 0 R\n>>\nendobj\n12 0 obj\n(${text.replace(/[\\()]/g, character => `\\${character}`)})\nendobj\n`)

describe('provenanceText', () => {
  it('is one line of printable ASCII that no markup and no comment ends', () => {
    fc.assert(fc.property(values, (value) => {
      const text = provenanceText(value)
      expect(text).toMatch(/^[\x20-\x7e]*$/)
      expect(text).not.toMatch(/[<>&]|--/)
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)))
    }))
  })

  it('is found in every format', () => {
    fc.assert(fc.property(values, (value) => {
      const text = provenanceText(value)
      const files = [
        `<svg>\n<metadata id="${provenanceMark}">${text}</metadata></svg>`,
        `<!doctype html><script type="application/json" id="${provenanceMark}">${text}</script>`,
        `# ${provenanceMark} ${text}\r\na,b\r\n`,
        `<!-- ${provenanceMark} ${text} -->\n| a |`,
        `% ${provenanceMark} ${text}\n\\begin{table}`,
      ]
      for (const file of files)
        expect(findProvenance(Buffer.from(file))).toBe(text)
      expect(findProvenance(png(provenanceMark, text))).toBe(text)
      expect(findProvenance(pdf(text))).toBe(text)
    }))
  })
})

describe('findProvenance', () => {
  it('passes over the mark in prose, which may be long', () => {
    expect(findProvenance(Buffer.from(`The element ${provenanceMark}. `.repeat(3) + `# ${provenanceMark} {"a":1}\n{}`))).toBe('{"a":1}')
  })

  it('finds nothing in what has none', () => {
    for (const file of ['', '{}', 'a,b\n1,2', '<svg></svg>', `${provenanceMark} but no text`, `# ${provenanceMark} and much later {}`, '%PDF-1.7\nno key'])
      expect(findProvenance(Buffer.from(file))).toBeUndefined()
    expect(findProvenance(png('Comment', '{}'))).toBeUndefined()
  })

  it('never throws, whatever the bytes are', () => {
    const starts = [Buffer.alloc(0), pngSignature, Buffer.from('%PDF-1.7\n'), Buffer.from(`%PDF-1.7\n/${provenanceKey} 12 0 R\n12 0 obj\n(`), Buffer.from(`# ${provenanceMark} {`), png(provenanceMark, '{}').subarray(0, 30)]
    fc.assert(fc.property(fc.constantFrom(...starts), fc.uint8Array({ maxLength: 200 }), (start, bytes) => {
      expect(() => findProvenance(Buffer.concat([start, bytes]))).not.toThrow()
    }))
    // A chunk that says it is longer than the file, and one that is at its very end.
    expect(pngChunks(Buffer.concat([pngSignature, Buffer.from([255, 255, 255, 255, 1, 2, 3, 4, 0, 0, 0, 0])]))).toEqual([])
  })
})
