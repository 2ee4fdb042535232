// Every failure is shown as a sentence, never as nothing.
import { expect, it } from 'vitest'
import { errorSentence } from '../../../../src/renderer/src/lib/error-sentence.ts'

it.each([
  [new Error('No dataset \'x\'.'), 'No dataset \'x\'.'],
  [new Error('Is it there?'), 'Is it there?'],
  [new Error('Failed to fetch'), 'Failed to fetch.'],
  ['plain', 'plain'],
])('%s', (reason, sentence) => {
  expect(errorSentence(reason)).toBe(sentence)
})
it.each([[undefined], [new Error('')], [{}]])('says something for %s', (reason) => {
  expect(errorSentence(reason)).toMatch(/\w+\.$/)
})
