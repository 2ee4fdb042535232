import { describe, expect, it } from 'vitest'
import { createRandom } from '../../../src/main/base/random.ts'
import type { Random } from '../../../src/main/base/random.ts'
import { createElementSplitter, maxElementBytes } from '../../../src/main/datasets/formats/json-elements.ts'
import type { Element } from '../../../src/main/datasets/formats/json-elements.ts'

/** Splits text (or bytes) given in pieces of these sizes, repeated. */
function split(text: string | Uint8Array, sizes: readonly number[] = [1 << 20]): Element[] {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text
  const splitter = createElementSplitter('x.json')
  const out: Element[] = []
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const size = sizes[i % sizes.length]!
    out.push(...splitter.push(bytes.subarray(at, at + size)))
    at += size
  }
  return [...out, ...splitter.end()]
}

const values = (elements: readonly Element[]): unknown[] => elements.flatMap(element => 'value' in element ? [element.value] : [])
const errors = (elements: readonly Element[]): number[] => elements.flatMap(element => 'error' in element ? [element.index] : [])
const notes = (elements: readonly Element[]): string[] => elements.flatMap(element => 'note' in element ? [element.note] : [])

const pieces = ['a', 'ü', '日', '🙂', '"', '\\', '{', '}', '[', ']', ',', ':', '\n', '\t', '\u0000', '\u2028', '\\"', ' ']

function randomText(random: Random): string {
  return Array.from({ length: random.below(8) }, () => random.pick(pieces)).join('')
}

function randomValue(random: Random, depth: number): unknown {
  const kind = random.below(depth > 2 ? 5 : 8)
  if (kind === 0)
    return random.normal() * 1e6
  if (kind === 1)
    return random.pick([true, false, null, 0, -0.5, 1e-9])
  if (kind < 5)
    return randomText(random)
  if (kind === 5)
    return Array.from({ length: random.below(4) }, () => randomValue(random, depth + 1))
  return Object.fromEntries(Array.from({ length: random.below(4) }, () => [randomText(random), randomValue(random, depth + 1)]))
}

describe('element splitter', () => {
  it('gives what JSON.parse gives, wherever the chunks end', () => {
    const random = createRandom(1)
    for (let round = 0; round < 300; round++) {
      const list = Array.from({ length: random.below(6) }, () => randomValue(random, 0))
      const text = (random.below(2) ? '\uFEFF' : '') + JSON.stringify(list, null, random.pick(['', ' ', '\t']))
      const sizes = Array.from({ length: 5 }, () => 1 + random.below(random.pick([2, 7, 100])))
      const elements = split(text, sizes)
      expect(values(elements), text).toEqual(JSON.parse(text.replace(/^\uFEFF/, '')))
      expect(elements.map(element => element.index)).toEqual(list.map((_, i) => i))
    }
  })

  it('tells where each element begins', () => {
    expect(split(' [ {"a":1} ,\n{"a":2}]', [3]).map(({ position }) => position)).toEqual([3, 13])
    expect(split('\uFEFF[1]')[0]?.position).toBe(4)
  })

  it.each([
    ['an unclosed quote before a line end', '[{"a":"x},\n{"a":"y"}]'],
    ['an unclosed quote inside one long line', '[{"a":"x, "b":"z"},{"a":"y"}]'],
    ['a trailing comma in an object', '[{"a":"x",},{"a":"y"}]'],
    ['the wrong bracket', '[{"a":"x"],"c":1},{"a":"y"}]'],
    ['a word that is no JSON', '[{"a":NaN},{"a":"y"}]'],
    ['a raw tab in a text', '[{"a":"x\tx"},{"a":"y"}]'],
  ])('loses one element to %s and reads the next', (_what, text) => {
    for (const sizes of [[1 << 20], [1], [2, 3], [7]]) {
      const elements = split(text, sizes)
      expect(errors(elements)).toEqual([0])
      expect(values(elements)).toEqual([{ a: 'y' }])
      expect(notes(elements)).toEqual([])
    }
  })

  it('loses only the element that is not UTF-8', () => {
    const bytes = Buffer.from('[{"a":"?"},{"a":"y"}]')
    bytes[bytes.indexOf('?')] = 0xFF
    const elements = split(bytes, [1])
    expect(elements[0]).toMatchObject({ index: 0, error: expect.stringContaining('not valid JSON in UTF-8') })
    expect(values(elements)).toEqual([{ a: 'y' }])
  })

  it('says where a file was cut off', () => {
    expect(split('[{"a":1},{"a":')).toEqual([
      { index: 0, position: 1, value: { a: 1 } },
      { index: 1, position: 9, error: 'The file ends at byte 14, inside the element that begins at byte 9. Is it complete?' },
    ])
    expect(notes(split('[1'))).toEqual([])
    expect(errors(split('[1'))).toEqual([0])
    expect(notes(split('[1,'))).toEqual(['The file ends at byte 3 without the closing \']\'. Is it complete?'])
  })

  it('notes what costs nothing', () => {
    expect(notes(split('[1,,2]'))).toEqual(['At byte 3 there is a comma without an element before it.'])
    expect(notes(split('[1,]'))).toEqual(['At byte 3 the list ends after a comma.'])
    expect(notes(split('[{} {}]'))).toEqual(['At byte 4 a comma is missing before the element.'])
    expect(values(split('[{} {}]'))).toEqual([{}, {}])
    expect(notes(split('[1] [2]'))).toEqual(['After the list ended, more text follows at byte 4. It was not read.'])
  })

  it.each([
    ['{"a":1}', 'one JSON object'],
    ['', 'is empty'],
    ['   ', 'is empty'],
    ['hello', 'does not begin with \'[\''],
    [Buffer.from([0xFF, 0xFE, 0x5B, 0]), 'UTF-16'],
    [Buffer.from([0x1F, 0x8B, 8]), 'compressed'],
  ])('refuses what is no list: %j', (text, sentence) => {
    expect(() => split(text, [1])).toThrow(sentence)
    expect(() => split(text)).toThrow('File \'x.json\'')
  })

  it('gives up on an element that never ends, with bounded memory', () => {
    const splitter = createElementSplitter('x.json')
    const chunk = Buffer.alloc(1 << 20, 'a')
    const out = [...splitter.push(Buffer.from('[{"a":"'))]
    for (let i = 0; i < maxElementBytes / chunk.length + 3; i++)
      out.push(...splitter.push(chunk))
    out.push(...splitter.push(Buffer.from('"},{"a":"y"}]')), ...splitter.end())
    expect(errors(out)).toEqual([0])
    expect(values(out)).toEqual([{ a: 'y' }])
  })

  it('is not confused by deep nesting', () => {
    const deep = `[{"a":${'['.repeat(200_000)}${']'.repeat(200_000)}},{"a":"y"}]`
    const elements = split(deep)
    expect(elements).toHaveLength(2)
    expect(elements[1]).toMatchObject({ value: { a: 'y' } })
  })
})
