// Reads one huge JSON list element by element: a small state machine over bytes finds where an element ends,
// JSON.parse reads that piece alone. Memory is one element and one chunk, whatever the size of the file.
import { backslash, byteOrderMark, closeList, closeObject, comma, hints, isBlank, openList, openObject, plain, quote } from './json-bytes.ts'

/** One element of the list; or why the bytes at `position` are none (`error`); or a fault that cost nothing (`note`). */
export type Element = { readonly index: number, readonly position: number } & (
  | { readonly value: unknown }
  | { readonly error: string }
  | { readonly note: string }
)

export interface ElementSplitter {
  /** The elements that these bytes complete, in order. */
  push: (chunk: Uint8Array) => Element[]
  /** What the end of the file means: nothing, or one more element with an error. */
  end: () => Element[]
}

/** Longest single element. Real records have a few kilobytes; an unclosed quote would otherwise swallow the file. */
export const maxElementBytes = 16 * 1024 * 1024

type State = 'start' | 'between' | 'element' | 'lost' | 'done'

/**
 * A splitter for one file. Throws one sentence (beginning with `name`) if the file is not a JSON list at all.
 * A broken element becomes an entry with `error`; reading goes on at the next object that begins with the same key.
 */
export function createElementSplitter(name: string): ElementSplitter {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  let state: State = 'start'
  let buffer: Buffer = Buffer.alloc(0)
  let offset = 0 // file position of buffer[0]
  let at = 0 // next byte to look at
  let begin = 0 // where the element begins
  let open: number[] = [] // closing brackets that are still to come, innermost last
  let inString = false
  let index = 0
  let keyBegin = -1
  let firstKey: Buffer | undefined // `"src"`: where to go on after a broken element
  let afterComma = false
  let wasBroken = false // brackets of the element before were out of step: what follows may not be an element
  let trailing: string | undefined
  let out: Element[] = []

  const fail = (error: string): void => {
    out.push({ index: index++, position: offset + begin, error })
    inString = false
    state = 'lost'
  }

  const note = (text: string): void => {
    out.push({ index, position: offset + at, note: text })
  }

  const finish = (stop: number): void => {
    const piece = buffer.subarray(begin, stop)
    const position = offset + begin
    state = 'between'
    afterComma = false
    try {
      const value: unknown = JSON.parse(decoder.decode(piece))
      out.push({ index: index++, position, value })
    }
    catch {
      const begins = JSON.stringify(piece.toString('utf8', 0, 40))
      out.push({ index: index++, position, error: `The element at byte ${position} is not valid JSON in UTF-8. It begins with ${begins}.` })
    }
  }

  const begins = (byte: number): void => {
    if (byte === openList)
      state = 'between'
    else if (!isBlank(byte) && byte !== byteOrderMark[offset + at])
      throw new Error(`File '${name}' does not begin with '['. ${hints[byte] ?? 'A file of records is one JSON list.'}`)
  }

  const between = (byte: number): void => {
    if (isBlank(byte))
      return
    if (byte === closeList) {
      if (afterComma)
        note(`At byte ${offset + at} the list ends after a comma.`)
      state = 'done'
      return
    }
    if (byte === comma) {
      if (afterComma || index === 0)
        note(`At byte ${offset + at} there is a comma without an element before it.`)
      afterComma = true
      return
    }
    begin = at
    if (wasBroken && !(afterComma && byte === openObject)) {
      state = 'lost'
      return
    }
    if (index > 0 && !afterComma)
      note(`At byte ${offset + at} a comma is missing before the element.`)
    open = []
    wasBroken = false
    keyBegin = -1
    state = 'element'
    at--
  }

  // Runs over the bytes of one element; this is the only loop that has to be fast.
  const element = (): void => {
    const length = buffer.length
    while (at < length) {
      const byte = buffer[at]!
      if (inString) {
        if (byte === backslash) {
          at += 2
          continue
        }
        if (byte === quote) {
          inString = false
          if (firstKey === undefined && open.length === 1 && keyBegin >= 0)
            firstKey = Buffer.from(buffer.subarray(keyBegin, at + 1))
          if (open.length === 0) {
            finish(++at)
            return
          }
        }
        else if (byte < 0x20) {
          fail(`The element at byte ${offset + begin} has a text that is not closed before byte ${offset + at}.`)
          return
        }
        at++
        continue
      }
      if (byte === quote) {
        inString = true
        if (keyBegin < 0)
          keyBegin = at
      }
      else if (byte === openObject || byte === openList) {
        open.push(byte + 2) // in ASCII a closing bracket is its opening one plus 2
      }
      else if (open.length === 0 && (byte === comma || byte === closeList)) {
        finish(at)
        return
      }
      else if (byte === closeObject || byte === closeList) {
        wasBroken ||= open.pop() !== byte
        if (open.length === 0) {
          finish(++at)
          return
        }
      }
      else if (plain[byte] === 0) {
        fail(`The element at byte ${offset + begin} is not JSON: unexpected '${String.fromCharCode(byte)}' at byte ${offset + at}.`)
        return
      }
      at++
    }
  }

  /** After a broken element: looks for the next `{ "firstKey"`. False = not in these bytes. */
  const recover = (): boolean => {
    if (firstKey === undefined) {
      begin = at = buffer.length
      return false
    }
    for (let key = buffer.indexOf(firstKey, at); key >= 0; key = buffer.indexOf(firstKey, key + 1)) {
      let brace = key - 1
      while (brace > begin && isBlank(buffer[brace]!))
        brace--
      if (brace > begin && buffer[brace] === openObject) {
        begin = at = brace
        open = []
        wasBroken = false
        keyBegin = -1
        state = 'element'
        return true
      }
    }
    // Keep enough bytes to see a key that the next chunk completes, with the blanks before it.
    at = Math.max(at, buffer.length - firstKey.length - 256)
    begin = Math.max(begin, Math.min(at, buffer.length) - 256)
    return false
  }

  const scan = (): void => {
    while (at < buffer.length) {
      if (state === 'element') {
        element()
        if (state === 'element' && buffer.length - begin > maxElementBytes)
          fail(`The element at byte ${offset + begin} is longer than ${maxElementBytes} bytes. Is a quote not closed?`)
        continue
      }
      if (state === 'lost') {
        if (!recover())
          return
        continue
      }
      const byte = buffer[at]!
      if (state === 'start')
        begins(byte)
      else if (state === 'between')
        between(byte)
      else if (!isBlank(byte))
        trailing ??= `After the list ended, more text follows at byte ${offset + at}. It was not read.`
      at++
    }
  }

  return {
    push(chunk) {
      out = []
      const keep = state === 'element' || state === 'lost' ? begin : at
      const from = Math.min(keep, buffer.length)
      buffer = from < buffer.length ? Buffer.concat([buffer.subarray(from), chunk]) : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
      offset += from
      at -= from
      begin -= from
      if (keyBegin >= 0)
        keyBegin -= from
      scan()
      return out
    },
    end() {
      out = []
      const size = offset + buffer.length
      if (state === 'start')
        throw new Error(`File '${name}' is empty. A file of records is one JSON list.`)
      if (state === 'element')
        out.push({ index, position: offset + begin, error: `The file ends at byte ${size}, inside the element that begins at byte ${offset + begin}. Is it complete?` })
      else if (state === 'lost')
        out.push({ index, position: size, note: `From byte ${offset + begin} to the end at byte ${size} no further element could be told apart.` })
      else if (state === 'between')
        out.push({ index, position: size, note: `The file ends at byte ${size} without the closing ']'. Is it complete?` })
      else if (trailing !== undefined)
        out.push({ index, position: size, note: trailing })
      state = 'done'
      return out
    },
  }
}

/** The elements of a JSON list that arrives in chunks. Throws a sentence if it is no list. */
export async function* readElements(chunks: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<Element> {
  const splitter = createElementSplitter(name)
  for await (const chunk of chunks)
    yield* splitter.push(chunk)
  yield* splitter.end()
}
