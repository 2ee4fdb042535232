// One answer as bytes, exact to the last bit: a JSON header, the raw arrays, and a digest that finds damage.
import { createHash } from 'node:crypto'
import type { Answer } from '../models/model.ts'

const magic = 'MMEDIT-ANSWER-1\n'
const digestBytes = 16

interface Header {
  readonly expected: readonly number[]
  readonly rows: number
  readonly vocabulary: number
  readonly sequence: number
  readonly generated: Answer['generated']
}

const digest = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest().subarray(0, digestBytes)
const bytesOf = (values: Float32Array | Int32Array): Buffer => Buffer.from(values.buffer, values.byteOffset, values.byteLength)

/** Layout: magic, header length (uint32), header, padding to 4, logits (fp32), top10 (int32), digest of all before. Little-endian. */
export function encodeAnswer(answer: Answer): Uint8Array {
  const { expected, positions, sequence, generated } = answer
  const header: Header = { expected, rows: positions.rows, vocabulary: positions.vocabulary, sequence, generated }
  let json = JSON.stringify(header)
  json += ' '.repeat((4 - Buffer.byteLength(json) % 4) % 4)
  const text = Buffer.from(json)
  const length = Buffer.alloc(4)
  length.writeUInt32LE(text.length)
  const body = Buffer.concat([Buffer.from(magic), length, text, bytesOf(positions.logits), bytesOf(answer.top10)])
  return Buffer.concat([body, digest(body)])
}

/** The answer, or undefined if the bytes are damaged, cut short or of another version. */
export function decodeAnswer(bytes: Uint8Array): Answer | undefined {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const body = file.subarray(0, Math.max(0, file.length - digestBytes))
  if (file.length < magic.length + 4 + digestBytes || file.toString('latin1', 0, magic.length) !== magic || !digest(body).equals(file.subarray(body.length)))
    return undefined
  const start = magic.length + 4
  const end = start + file.readUInt32LE(magic.length)
  const header = JSON.parse(file.toString('utf8', start, end)) as Header
  const split = end + header.rows * header.vocabulary * 4
  // Copies, because typed arrays need aligned offsets and must not keep the file's buffer alive.
  const raw = (from: number, to: number): ArrayBuffer => Uint8Array.from(body.subarray(from, to)).buffer
  return {
    expected: header.expected,
    positions: { logits: new Float32Array(raw(end, split)), rows: header.rows, vocabulary: header.vocabulary },
    top10: new Int32Array(raw(split, body.length)),
    sequence: header.sequence,
    generated: header.generated,
  }
}
