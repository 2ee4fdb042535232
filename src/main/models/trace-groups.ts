/** Which tokens are put back together in a trace: groups of rows that cover a part. */

import type { Place } from './architectures/architecture.ts'
import type { Asked, Parts } from './ask.ts'
import type { Question } from './model.ts'

export interface TokenGroup {
  readonly id: string
  readonly label: string
  readonly rows: readonly number[]
}

const range = (from: number, to: number): number[] => Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i)
const filled = (groups: readonly TokenGroup[]): TokenGroup[] => groups.filter(({ rows }) => rows.length > 0)

/**
 * The vision tower: what stands in front of the patches (the class token), all patches, those of the middle half in both directions, and
 * those around it. Where a patch lies is the only thing known of it, whatever is in the picture.
 */
export function visionGroups({ rows, columns }: Extract<Place, { kind: 'patches' }>, tokens: number): TokenGroup[] {
  const before = tokens - rows * columns
  const isCentral = (i: number, size: number): boolean => i >= Math.floor(size / 4) && i < size - Math.floor(size / 4)
  const patches = range(0, rows * columns)
  const centre = new Set(rows < 4 || columns < 4 ? [] : patches.filter(i => isCentral(Math.floor(i / columns), rows) && isCentral(i % columns, columns)))
  return filled([
    { id: 'class', label: before > 1 ? 'Leading tokens' : 'Class token', rows: range(0, before) },
    { id: 'patches', label: 'All patches', rows: patches.map(i => before + i) },
    { id: 'centre', label: 'Patches in the centre', rows: [...centre].map(i => before + i) },
    { id: 'border', label: 'Patches around it', rows: centre.size === 0 ? [] : patches.filter(i => !centre.has(i)).map(i => before + i) },
  ])
}

/** The bridge: its queries, which have no places of their own. */
export const bridgeGroups = (tokens: number): TokenGroup[] => [{ id: 'queries', label: 'Queries', rows: range(0, tokens) }]

/** Rows of the question's own words in the sequence; the template around them is not what is asked. */
export function questionRows({ architecture, tokenizer }: Pick<Parts, 'architecture' | 'tokenizer'>, { form, prompt }: Question, { ids, slots, first }: Asked): number[] {
  const text = architecture.prompt(form, prompt)
  const at = text.indexOf(prompt)
  // Ids of a beginning of the text and of all of it agree until the last token that ends inside the beginning.
  const idsUntil = (end: number): number => {
    const own = tokenizer.encode(text.slice(0, end))
    const other = own.findIndex((id, i) => id !== ids[i])
    return other < 0 ? own.length : other
  }
  const specials = tokenizer.encode('').length
  return range(slots + Math.max(specials, idsUntil(at)), Math.min(first, slots + idsUntil(at + prompt.length)))
}

/** The language model: picture slots, the question as a whole and its first, middle and last token, the template around it, the prompt's last token, the answer so far. */
export function languageGroups(question: readonly number[], { slots, first }: Asked, tokens: number): TokenGroup[] {
  const end = first - 1
  const words = question.filter(row => row !== end)
  const [from, until] = [words[0] ?? end, words.at(-1) ?? slots - 1]
  const isPlain = question.includes(end)
  return filled([
    { id: 'slots', label: 'Picture slots', rows: range(0, slots) },
    { id: 'before', label: 'Before the question', rows: range(slots, Math.min(from, end)) },
    { id: 'question', label: question.length === 1 ? 'Question' : 'Whole question', rows: question },
    ...(question.length === 1 ? [] : [
      { id: 'question-first', label: 'First question token', rows: words.slice(0, 1) },
      { id: 'question-middle', label: 'Middle question tokens', rows: words.slice(1, isPlain ? undefined : -1) },
      { id: 'question-last', label: 'Last question token', rows: isPlain ? [] : words.slice(-1) },
    ]),
    { id: 'after', label: 'After the question', rows: range(until + 1, end).filter(row => row >= slots && row > until && words.length > 0) },
    { id: 'prompt-end', label: 'Last prompt token', rows: end >= slots ? [end] : [] },
    { id: 'answer', label: 'Answer so far', rows: range(first, tokens) },
  ])
}

/** How each part's tokens are grouped. */
export const groupings = { vision: visionGroups, bridge: bridgeGroups, language: languageGroups }
export type Groupings = typeof groupings
