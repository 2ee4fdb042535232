// Files that grow: one JSON value a line, appended. A line cut off by a crash is recognised, said, and cut away before the next one.
import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { FileHandle } from 'node:fs/promises'
import type { z } from 'zod'
import { createSerial } from '../base/async.ts'
import { hasCode } from '../base/errors.ts'
import { complaint, syncFolder } from './json-file.ts'

const newline = 0x0A
const chunkBytes = 256 * 1024

export interface Written { readonly from: number, readonly data: Buffer }

export interface Appender {
  /** A sentence if the file ended in a torn line, which was cut away (or closed, if it was whole but for its line end). */
  readonly repaired: string | undefined
  /** Resolves when the line is in the file (and on the disk, with `sync`). Lines keep the order of the calls. */
  append: (value: unknown) => Promise<void>
  /** The same of several lines, with one write and one sync: what was written, from which byte on. Where that fails, it is cut away again. */
  appendAll: (values: readonly unknown[]) => Promise<Written>
  close: () => Promise<void>
}

/** Byte position after the last line end before `size`. */
async function endOfLastLine(handle: FileHandle, size: number): Promise<number> {
  const buffer = Buffer.alloc(64 * 1024)
  let end = size
  while (end > 0) {
    const from = Math.max(0, end - buffer.length)
    const { bytesRead } = await handle.read(buffer, 0, end - from, from)
    const found = buffer.subarray(0, bytesRead).lastIndexOf(newline)
    if (found >= 0)
      return from + found + 1
    end = from
  }
  return 0
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  }
  catch {
    return false
  }
}

async function repair(handle: FileHandle, path: string): Promise<string | undefined> {
  const { size } = await handle.stat()
  const end = await endOfLastLine(handle, size)
  if (end === size)
    return undefined
  const torn = Buffer.alloc(size - end)
  await handle.read(torn, 0, torn.length, end)
  if (isJson(torn.toString('utf8'))) {
    await handle.write('\n', size)
    return `File '${path}' ended without a line end, which was added.`
  }
  await handle.truncate(end)
  return `File '${path}' ended in the middle of a line (the program was stopped while writing); the ${torn.length} bytes of that line were cut away.`
}

async function writeWhole(handle: FileHandle, data: Buffer): Promise<void> {
  for (let from = 0; from < data.length;)
    from += (await handle.write(data, from, data.length - from, null)).bytesWritten
}

async function cutTo(handle: FileHandle, size: number): Promise<void> {
  if ((await handle.stat()).size > size)
    await handle.truncate(size)
}

/** Opens a file for appending, creating it if need be. `sync`: every line reaches the disk before `append` resolves. */
export async function openAppender(path: string, { sync = true }: { readonly sync?: boolean } = {}): Promise<Appender> {
  const repairing = await open(path, 'a+').then(async handle => handle.close()).then(async () => open(path, 'r+'))
  let repaired: string | undefined
  try {
    repaired = await repair(repairing, path)
    if (sync) {
      // Lines that another program was killed over may not have reached the disk yet.
      if ((await repairing.stat()).size > 0)
        await repairing.datasync()
      await syncFolder(dirname(path))
    }
  }
  finally {
    await repairing.close()
  }
  const handle = await open(path, 'a')
  const inOrder = createSerial()
  let { size } = await handle.stat()
  const appendAll = async (values: readonly unknown[]): Promise<Written> => inOrder(async () => {
    const written = { from: size, data: Buffer.from(values.map(value => `${JSON.stringify(value)}\n`).join('')) }
    if (written.data.length === 0)
      return written
    try {
      await writeWhole(handle, written.data)
      if (sync)
        await handle.datasync()
    }
    catch (error) {
      // Best effort: what stays torn is repaired when the file is opened again.
      await cutTo(handle, size).catch(() => undefined)
      throw error
    }
    size += written.data.length
    return written
  })
  return {
    repaired,
    append: async value => void await appendAll([value]),
    appendAll,
    close: async () => inOrder(async () => handle.close()),
  }
}

/** A line and where it is: bytes [offset, offset + length) without its line end. */
export interface Line { readonly text: string, readonly number: number, readonly offset: number, readonly length: number, readonly isTorn: boolean }

/** Lines of a file from a byte position on, numbered from 1; the last one is torn if it has no line end. A missing file has none. */
export async function* readLines(path: string, from = 0, firstNumber = 1): AsyncGenerator<Line> {
  let rest: Buffer = Buffer.alloc(0)
  let offset = from
  let number = firstNumber
  try {
    for await (const chunk of createReadStream(path, { start: from, highWaterMark: chunkBytes }) as AsyncIterable<Buffer>) {
      const data = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk
      let begin = 0
      for (let end = data.indexOf(newline, rest.length); end >= 0; end = data.indexOf(newline, begin)) {
        yield { text: data.toString('utf8', begin, end), number: number++, offset: offset + begin, length: end - begin, isTorn: false }
        begin = end + 1
      }
      rest = data.subarray(begin)
      offset += begin
    }
  }
  catch (error) {
    if (hasCode(error, 'ENOENT'))
      return
    throw error
  }
  if (rest.length > 0)
    yield { text: rest.toString('utf8'), number, offset, length: rest.length, isTorn: true }
}

/** One line as a value, or the sentence that says what is wrong with it. */
export function parseLine<T extends z.ZodType>(line: Line, schema: T, path: string): { readonly value: z.output<T> } | { readonly reason: string } {
  let value: unknown
  try {
    value = JSON.parse(line.text)
  }
  catch {
    return { reason: line.isTorn
      ? `File '${path}' ends in the middle of line ${line.number} (the program was stopped while writing); that line is left out.`
      : `File '${path}', line ${line.number} is not JSON; it is left out.` }
  }
  const parsed = schema.safeParse(value)
  return parsed.success ? { value: parsed.data } : { reason: `File '${path}', line ${line.number}: ${complaint(parsed.error)}; it is left out.` }
}

/** The values of a file in order; lines that cannot be used are reported and left out. */
export async function* readJsonl<T extends z.ZodType>(path: string, schema: T, report: (reason: string) => void = () => undefined): AsyncGenerator<z.output<T>> {
  for await (const line of readLines(path)) {
    if (line.text.trim() === '')
      continue
    const parsed = parseLine(line, schema, path)
    if ('reason' in parsed)
      report(parsed.reason)
    else
      yield parsed.value
  }
}
