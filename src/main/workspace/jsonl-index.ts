// Where each line of a JSONL file begins: pages of a long file are read without reading the file. 16 bytes a line.
import { open } from 'node:fs/promises'
import type { z } from 'zod'
import { createSerial } from '../base/async.ts'
import { readLines } from './jsonl-file.ts'

export interface JsonlIndex<T> {
  /** Lines known so far. */
  readonly count: () => number
  /** Looks for lines that were appended since; cheap when there are none. Calls `visit` with each new line's text. */
  readonly refresh: (visit?: (text: string, index: number) => void) => Promise<void>
  /** The values of these lines (0 = first), in the order asked for. Throws a sentence for a line that is not usable. */
  readonly read: (lines: readonly number[]) => Promise<T[]>
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
      for await (const line of readLines(path, end)) {
        if (line.isTorn)
          break
        end = line.offset + line.length + 1
        if (line.length === 0)
          continue
        if (count === offsets.length)
          grow()
        offsets[count] = line.offset
        lengths[count] = line.length
        visit?.(line.text, count)
        count++
      }
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
