// One file of decisions, read as it grows. A torn last line is left out until it is whole, a spoilt one is named and left out.
import { open, stat } from 'node:fs/promises'
import type { Stats } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { Decision } from '../../preload/contract/decisions.ts'
import { hasCode, messageOf } from '../base/errors.ts'
import { parseLine, readLines } from './jsonl-file.ts'
import type { Line, Written } from './jsonl-file.ts'

type Look = Pick<Stats, 'ino' | 'size' | 'mtimeMs'>

export interface FollowedFile {
  /** Lines that were not told before. `replaced`: it is not the file any more whose lines were told. */
  readonly read: () => Promise<Decision[] | 'replaced'>
  /** These lines were just written at its end by this program and need not be told. `before`, `after`: the file then and since then. */
  readonly skip: (written: Written, lines: number, before: Look, after: Look) => void
  readonly notes: () => readonly string[]
}

/** So many bytes before the end of what was read must still be there, or it is another file: a whole line with its id. */
const tailBytes = 1024
const mostNotes = 5
/** As we write it: texts of this form sort by time. */
const plainTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/

/** audits/DATASET/NAME.jsonl: long enough to find it. */
const shortPath = (path: string): string => join('audits', basename(dirname(path)), basename(path)).replaceAll('\\', '/')

/** A line as a decision, its time in our form, or the sentence that says what is wrong with it. */
export function parseDecision(line: Line, path: string): { readonly value: Decision } | { readonly reason: string } {
  // Some editors begin a file with a mark of its encoding.
  const parsed = parseLine({ ...line, text: line.text.replace(/^\uFEFF/, '') }, Decision, path)
  if ('reason' in parsed || plainTime.test(parsed.value.at))
    return parsed
  const time = new Date(parsed.value.at)
  return Number.isNaN(time.getTime()) || time.getUTCFullYear() > 9999 || time.getUTCFullYear() < 0
    ? { reason: `File '${path}', line ${line.number}: at: '${parsed.value.at}' is no time such as 2026-01-31T09:00:00.000Z; it is left out.` }
    : { value: { ...parsed.value, at: time.toISOString() } }
}

/** Every decision of a file that need not be the study's own, and what could not be used, in sentences about a file of this name. */
export async function readDecisionFile(path: string, name = shortPath(path)): Promise<{ readonly lines: Decision[], readonly notes: readonly string[] }> {
  const file = followFile(path, name)
  const lines = await file.read()
  return { lines: lines === 'replaced' ? [] : lines, notes: file.notes() }
}

const isSame = (a: Look, b: Look): boolean => a.ino === b.ino && a.size === b.size && a.mtimeMs === b.mtimeMs

export function followFile(path: string, name = shortPath(path)): FollowedFile {
  /** Behind the last whole line that was told. */
  let end = 0
  let count = 0
  let tail: Buffer = Buffer.alloc(0)
  let known: Look | undefined
  const spoilt: string[] = []
  let spoiltCount = 0
  /** About the file as a whole or its torn end: says only how it is now. */
  let current: string | undefined

  async function tailAt(to: number): Promise<Buffer> {
    const handle = await open(path, 'r')
    try {
      const buffer = Buffer.alloc(Math.min(tailBytes, to))
      await handle.read(buffer, 0, buffer.length, to - buffer.length)
      return buffer
    }
    finally {
      await handle.close()
    }
  }

  async function readOn(): Promise<Decision[]> {
    const found: Decision[] = []
    current = undefined
    for await (const line of readLines(path, end, count + 1)) {
      const isEmpty = line.text.trim() === ''
      const parsed = isEmpty ? undefined : parseDecision(line, name)
      if (parsed && 'value' in parsed)
        found.push(parsed.value)
      if (line.isTorn) {
        // Whole but for its line end (written by hand): it counts, and is read again with its line end.
        if (parsed && 'reason' in parsed)
          current = parsed.reason
        break
      }
      if (parsed && 'reason' in parsed && ++spoiltCount <= mostNotes)
        spoilt.push(parsed.reason)
      end = line.offset + line.length + 1
      count = line.number
    }
    tail = await tailAt(end)
    return found
  }

  return {
    async read() {
      try {
        const { ino, size, mtimeMs } = await stat(path)
        if (known && isSame(known, { ino, size, mtimeMs }))
          return []
        const isOther = known !== undefined && (known.ino !== ino || size < end || known.size === size || !(await tailAt(end)).equals(tail))
        if (isOther)
          return 'replaced'
        const found = await readOn()
        known = { ino, size, mtimeMs }
        return found
      }
      catch (error) {
        if (hasCode(error, 'ENOENT'))
          return known ? 'replaced' : []
        // A file that may not be read hides only itself.
        current = `File '${name}' could not be read (${messageOf(error)}); its decisions are left out.`
        return []
      }
    },
    skip({ from, data }, lines, before, after) {
      // Only where all before them was told: else they are found by reading.
      if (!known || !isSame(known, before) || end !== from || after.ino !== before.ino || after.size !== from + data.length)
        return
      end = after.size
      count += lines
      tail = Buffer.concat([tail, data]).subarray(-tailBytes)
      known = after
    },
    notes: () => [
      ...spoilt,
      ...spoiltCount > mostNotes ? [`File '${name}' has more lines that cannot be used (${spoiltCount - mostNotes} beside those named); they are left out.`] : [],
      ...current === undefined ? [] : [current],
    ],
  }
}
