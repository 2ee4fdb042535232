// Score columns on disk: a safetensors file (8 bytes of header length, JSON, numbers), which every language of the field can read.
// A column is decoded when it is first looked at: a table of one reading touches a sixth of them.
import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { verdicts } from '../../preload/contract/methods.ts'
import { hasCode } from '../base/errors.ts'
import { later } from '../base/later.ts'
import { writeFileAtomically } from './json-file.ts'
import type { StoredColumns } from './score-columns.ts'

const Tensor = z.object({ dtype: z.literal('F64'), shape: z.tuple([z.int().nonnegative()]), data_offsets: z.tuple([z.int().nonnegative(), z.int().nonnegative()]) })
const version = '2'
const Metadata = z.object({ version: z.literal(version), bytes: z.string(), records: z.string(), failed: z.string(), failedLines: z.string() })
const Names = z.array(z.string())
const Lines = z.object({ offsets: z.array(z.int().nonnegative()), lengths: z.array(z.int().nonnegative()) })
const numberBytes = Float64Array.BYTES_PER_ELEMENT
const headerBytes = 8
/** Ids as the registries have them; nothing else becomes a property. */
const scoreName = /^score\/([a-z][\w-]*)\/([a-z][\w-]*)$/i

/** NaN stands for "no value". */
const numbersOf = (values: readonly (number | null)[]): Float64Array => Float64Array.from(values, value => value ?? Number.NaN)

/** Writes the columns of a results file of this size, as a whole. */
export async function writeColumnFile(path: string, bytes: number, columns: StoredColumns): Promise<void> {
  const tensors: [string, Float64Array][] = [
    ['verdict', Float64Array.from(columns.verdicts, verdict => verdict === null ? -1 : verdicts.indexOf(verdict))],
    ['steps', numbersOf(columns.steps)],
    ['editMs', numbersOf(columns.editMs)],
    ['seconds', numbersOf(columns.seconds)],
    ['offset', numbersOf(columns.lines.offsets)],
    ['length', numbersOf(columns.lines.lengths)],
    ...Object.entries(columns.scores).flatMap(([metric, variants]) => Object.entries(variants).map(([variant, values]): [string, Float64Array] => [`score/${metric}/${variant}`, numbersOf(values)])),
  ]
  const size = columns.records.length * numberBytes
  const header = JSON.stringify({
    __metadata__: { version, bytes: String(bytes), records: JSON.stringify(columns.records), failed: JSON.stringify(columns.failed), failedLines: JSON.stringify(columns.failedLines) },
    ...Object.fromEntries(tensors.map(([name], i) => [name, { dtype: 'F64', shape: [columns.records.length], data_offsets: [i * size, (i + 1) * size] }])),
  })
  // Blanks behind the JSON keep the numbers on a boundary of eight bytes.
  const text = Buffer.from(header + ' '.repeat((numberBytes - Buffer.byteLength(header) % numberBytes) % numberBytes))
  const length = Buffer.alloc(headerBytes)
  length.writeBigUInt64LE(BigInt(text.length))
  await writeFileAtomically(path, Buffer.concat([length, text, ...tensors.map(([, values]) => Buffer.from(values.buffer))]))
}

/** The columns, if the file is there, whole, and of a results file of this size; undefined: read the results. */
export async function readColumnFile(path: string, bytes: number): Promise<StoredColumns | undefined> {
  const file = await readFile(path).catch((error: unknown) => {
    if (hasCode(error, 'ENOENT'))
      return undefined
    throw error
  })
  try {
    return file && parse(file, bytes)
  }
  catch {
    // Whatever is wrong with it: it is derived, and made again.
    return undefined
  }
}

function parse(file: Buffer, bytes: number): StoredColumns | undefined {
  const length = Number(file.readBigUInt64LE(0))
  const { __metadata__, ...entries } = JSON.parse(file.toString('utf8', headerBytes, headerBytes + length)) as Record<string, unknown>
  const metadata = Metadata.parse(__metadata__)
  if (metadata.bytes !== String(bytes))
    return undefined
  const records = Names.parse(JSON.parse(metadata.records))
  const start = headerBytes + length
  const tensors = new Map(Object.entries(z.record(z.string(), Tensor).parse(entries)).map(([name, { shape: [rows], data_offsets: [from, to] }]) => {
    if (rows !== records.length || to - from !== rows * numberBytes || start + to > file.length)
      throw new Error(`Column '${name}' does not fit its file.`)
    return [name, { from: start + from, rows }]
  }))
  const column = (name: string): number[] => {
    const { from, rows } = tensors.get(name)!
    // A copy: a Buffer may begin anywhere, a Float64Array may not.
    return Array.from(new Float64Array(Uint8Array.prototype.slice.call(file, from, from + rows * numberBytes).buffer))
  }
  const orNull = (values: readonly number[]): (number | null)[] => values.map(value => Number.isNaN(value) ? null : value)
  const scores: Record<string, Record<string, readonly (number | null)[]>> = {}
  for (const name of tensors.keys()) {
    const [, metric, variant] = scoreName.exec(name) ?? []
    if (metric !== undefined && variant !== undefined)
      later(scores[metric] ??= {}, variant, () => orNull(column(name)))
  }
  const failed = Names.parse(JSON.parse(metadata.failed))
  const failedLines = Lines.parse(JSON.parse(metadata.failedLines))
  if (failedLines.offsets.length !== failed.length || failedLines.lengths.length !== failed.length)
    throw new Error('The failed records do not have a line each.')
  const columns = { records, failed, failedLines, scores } as unknown as StoredColumns
  later(columns, 'verdicts', () => column('verdict').map(index => verdicts[index] ?? null))
  later(columns, 'steps', () => column('steps'))
  later(columns, 'editMs', () => column('editMs'))
  later(columns, 'seconds', () => orNull(column('seconds')))
  later(columns, 'lines', () => ({ offsets: column('offset'), lengths: column('length') }))
  return columns
}
