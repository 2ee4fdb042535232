// Everything that can be searched for, folded, in one piece of memory: 100,000 records are 25 MB that are scanned in milliseconds.
import type { EditRecord } from '../../preload/contract/records.ts'
import { fold } from './text.ts'

/** After every text, so that no word is found across two of them. */
const between = '\u0001'

/** Everything a person may look for in a record. */
function textOf(record: EditRecord): string {
  const { prompt, expected } = record.edit
  let text = prompt + between + expected + between + record.stated + between + record.id
  for (const kind in record.probes) {
    for (const probe of record.probes[kind as keyof EditRecord['probes']] ?? []) {
      // Most probes repeat the edit's prompt or target.
      if (probe.prompt !== prompt)
        text += between + probe.prompt
      if (probe.expected !== expected)
        text += between + probe.expected
    }
  }
  return text + between
}

export interface SearchText {
  /** Records are added in the order of their lines. */
  readonly add: (record: EditRecord) => void
  /** Calls `found` once with every line that holds this folded word, in order. */
  readonly find: (word: string, found: (line: number) => void) => void
}

/** Texts are joined and copied by the thousand: one copy of 100 KB is much faster than a thousand of 100 bytes. */
const atOnce = 1024

export function createSearchText(): SearchText {
  let bytes: Buffer = Buffer.alloc(1 << 16)
  let used = 0
  /** End of line l in `bytes`. */
  const ends: number[] = []
  let waiting: string[] = []

  const flush = (): void => {
    if (waiting.length === 0)
      return
    const text = waiting.join('')
    const most = used + text.length * 3
    if (most > bytes.length) {
      const wider = Buffer.alloc(Math.max(bytes.length * 2, most))
      bytes.copy(wider, 0, 0, used)
      bytes = wider
    }
    const written = bytes.write(text, used, 'utf8')
    if (written === text.length) {
      for (const line of waiting)
        ends.push(used += line.length)
    }
    else {
      for (const line of waiting)
        ends.push(used += Buffer.byteLength(line))
    }
    waiting = []
  }

  return {
    add(record) {
      waiting.push(fold(textOf(record)))
      if (waiting.length === atOnce)
        flush()
    },
    find(word, found) {
      flush()
      const needle = Buffer.from(word)
      let line = 0
      const text = bytes.subarray(0, used)
      for (let at = text.indexOf(needle); at >= 0; at = text.indexOf(needle, ends[line])) {
        // The line that holds this place: after the last one found.
        let high = ends.length - 1
        while (line < high) {
          const middle = (line + high) >> 1
          if (ends[middle]! > at)
            high = middle
          else
            line = middle + 1
        }
        found(line)
      }
    },
  }
}
