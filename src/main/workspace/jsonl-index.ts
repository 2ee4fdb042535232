// Where each line of a JSONL file begins: pages of a long file are read without reading the file. 16 bytes a line.
import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import type { z } from 'zod'
import { createSerial } from '../base/async.ts'
import { hasCode } from '../base/errors.ts'

export interface JsonlIndex<T> {
  /** Lines known so far. */
  readonly count: () => number
  /** Looks for lines that were appended since; cheap when there are none. Calls `visit` with each new line's text. */
  readonly refresh: (visit?: (text: string, index: number) => void) => Promise<void>
  /** The values of these lines (0 = first), in the order asked for. Throws a sentence for a line that is not usable. */
  readonly read: (lines: readonly number[]) => Promise<T[]>
}

const newline = 0x0A
const chunkBytes = 1024 * 1024

/**
 * Hands the file over from a byte on, in pieces; `take` says how much of a piece it used, the rest comes again with the next one.
 * Without a promise a line: 100,000 of them would cost as much as reading. Between pieces everything else gets its turn. A missing file is empty.
 */
async function eachChunk(path: string, from: number, take: (data: Buffer, offset: number) => number): Promise<void> {
  let rest: Buffer = Buffer.alloc(0)
  let offset = from
  try {
    for await (const chunk of createReadStream(path, { start: from, highWaterMark: chunkBytes }) as AsyncIterable<Buffer>) {
      const data = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk
      const used = take(data, offset)
      rest = data.subarray(used)
      offset += used
    }
  }
  catch (error) {
    if (!hasCode(error, 'ENOENT'))
      throw error
  }
}

/** Only whole lines are indexed; a torn last line waits until it is closed or cut away. */
export function createJsonlIndex<T extends z.ZodType>(path: string, schema: T): JsonlIndex<z.output<T>> {
  let offsets = new Float64Array(1024)
  let lengths = new Float64Array(1024)
  let count = 0
  let end = 0
  const grow = (): void => {
    const [wider, widerLengths] = [new Float64Array(count * 2), new Float64Array(count * 2)]
    wider.set(offsets)
    widerLengths.set(lengths)
    offsets = wider
    lengths = widerLengths
  }
  // Two refreshes at once would index the same lines twice.
  const inOrder = createSerial()
  return {
    count: () => count,
    refresh: async visit => inOrder(async () => {
      await eachChunk(path, end, (data, offset) => {
        let begin = 0
        for (let stop = data.indexOf(newline); stop >= 0; stop = data.indexOf(newline, begin)) {
          if (stop > begin) {
            if (count === offsets.length)
              grow()
            offsets[count] = offset + begin
            lengths[count] = stop - begin
            visit?.(data.toString('utf8', begin, stop), count)
            count++
          }
          begin = stop + 1
        }
        end = offset + begin
        return begin
      })
    }),
    async read(lines) {
      if (lines.length === 0)
        return []
      const handle = await open(path, 'r')
      try {
        return await Promise.all(lines.map(async (line) => {
          const length = lengths[line]
          const offset = offsets[line]
          if (line >= count || length === undefined || offset === undefined)
            throw new Error(`File '${path}' has ${count} lines; line ${line + 1} was asked for.`)
          const bytes = Buffer.alloc(length)
          await handle.read(bytes, 0, length, offset)
          const parsed = schema.safeParse(JSON.parse(bytes.toString('utf8')))
          if (!parsed.success)
            throw new Error(`File '${path}', line ${line + 1} does not have the expected form: ${parsed.error.issues[0]?.message ?? ''}. Import the dataset again.`)
          return parsed.data
        }))
      }
      finally {
        await handle.close()
      }
    },
  }
}
