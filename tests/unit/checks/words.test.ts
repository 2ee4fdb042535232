import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { contentStems, holdsWords, listed, plainText, quoted, quotedPath, stem } from '../../../src/main/checks/words.ts'

describe('plain text', () => {
  it.each([
    ['What\u2019s  THIS?', 'what s this'],
    ['Ｗｈａｔ is\u00A0this ？', 'what is this'],
    ['cafe\u0301', 'café'],
    ['soft\u00ADhyphen zero\u200Bwidth', 'softhyphen zerowidth'],
    [' a - b. ', 'a b'],
    ['C++ costs $5', 'c++ costs $5'],
    ['?', '?'],
    [' !! ', '!!'],
    ['', ''],
  ])('%j is %j', (text, plain) => expect(plainText(text)).toBe(plain))

  it('says the same of plain letters as of any others', () => {
    fc.assert(fc.property(fc.string({ unit: fc.constantFrom(...Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i))) }), (text) => {
      // A letter that is not ASCII sends the same text through the general way.
      const general = plainText(`é ${text}`)
      const plain = plainText(`e ${text}`)
      expect(general.replace(/^é/, 'e')).toBe(plain)
    }))
  })

  it('changes nothing the second time', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      expect(plainText(plainText(text))).toBe(plainText(text))
    }))
  })
})

it('finds whole words in a row only', () => {
  expect(holdsWords('the red cat sat', 'red cat')).toBe(true)
  expect(holdsWords('the red cats sat', 'red cat')).toBe(false)
  expect(holdsWords('the cat red', 'red cat')).toBe(false)
  expect(holdsWords('anything', '')).toBe(false)
})

it.each([['dogs', 'dog'], ['cherries', 'cherry'], ['buses', 'bus'], ['boxes', 'box'], ['churches', 'church'], ['glass', 'glass'], ['bus', 'bus'], ['iris', 'iris'], ['is', 'is'], ['gas', 'gas']])('the stem of %s is %s', (word, expected) => {
  expect(stem(word)).toBe(expected)
})

it('keeps what a text is about, each once', () => {
  expect(contentStems('What are the dogs doing with a dog on the beaches?')).toEqual(['dog', 'doing', 'beach'])
})

it('quotes on one line and shortens what is long, a file name at its front', () => {
  expect(quoted(' a\n b ')).toBe('\'a b\'')
  expect([...quoted('🦓'.repeat(200))]).toHaveLength(92)
  expect(quotedPath(`${'long/'.repeat(40)}end.png`)).toMatch(/^'….*end\.png'$/)
})

it('lists up to three, and says how many more', () => {
  expect(listed(['a'], 'record')).toBe('record a')
  expect(listed(['a', 'b'], 'record')).toBe('records a and b')
  expect(listed(['a', 'b', 'c'])).toBe('a, b and c')
  expect(listed(['a', 'b', 'c', 'd', 'e'], 'record')).toBe('records a, b, c and 2 more')
})
