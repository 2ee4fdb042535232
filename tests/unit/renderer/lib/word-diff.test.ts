// Word diffs: examples, and against a slow search for the longest common subsequence.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { diffWords } from '../../../../src/renderer/src/lib/word-diff.ts'

const shown = (before: string, after: string): string => diffWords(before, after)
  .map(({ kind, text }) => kind === 'same' ? text : `${kind === 'added' ? '{+' : '{-'}${text.trimEnd()}}${text.endsWith(' ') ? ' ' : ''}`)
  .join('')

describe('diffWords', () => {
  it.each([
    ['a photo of', 'a picture of', 'a {-photo} {+picture} of'],
    ['What is it?', 'What is it?', 'What is it?'],
    ['What is it?', 'what is it', 'what is it'],
    ['', 'all new', '{+all new}'],
    ['all gone', '', '{-all gone}'],
    ['the dog', 'the big dog', 'the {+big} dog'],
    ['What colour is the dog?', 'What is the dog\'s colour?', 'What {-colour} is the {-dog?}{+dog\'s colour?}'],
  ])('%j → %j', (before, after, expected) => {
    expect(shown(before, after)).toBe(expected)
  })

  const words = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 9 })

  /** Tries every way: exponential, and surely right. */
  function longest(a: readonly string[], b: readonly string[]): number {
    const [x, ...as] = a, [y, ...bs] = b
    if (x === undefined || y === undefined)
      return 0
    return x === y ? 1 + longest(as, bs) : Math.max(longest(as, b), longest(a, bs))
  }

  it('keeps as many words as can be kept, and both texts come out of it', () => {
    fc.assert(fc.property(words, words, (a, b) => {
      const parts = diffWords(a.join(' '), b.join(' '))
      const joined = (...kinds: string[]): string => parts.filter(({ kind }) => kinds.includes(kind)).map(({ text }) => text).join('')
      const split = (text: string): string[] => text.split(/\s+/).filter(Boolean)
      expect(joined('same', 'added')).toBe(b.join(' '))
      expect(parts.flatMap(({ kind, text }) => kind === 'added' ? [] : split(text))).toEqual(a)
      expect(split(parts.filter(({ kind }) => kind === 'same').map(({ text }) => `${text} `).join(''))).toHaveLength(longest(a, b))
      // Neighbours of one kind are one part.
      expect(parts.some(({ kind }, i) => kind === parts[i - 1]?.kind)).toBe(false)
    }))
  })
})
