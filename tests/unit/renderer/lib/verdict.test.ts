// Whether an answer's change was wanted decides the mark that people look at first.
import { expect, it } from 'vitest'
import { verdictOf } from '../../../../src/renderer/src/lib/verdict.ts'

it.each([
  ['edit', 'cup', 'dog', 'dog', 'now right', true],
  ['edit', 'cup', 'Dog.', 'dog', 'now right', true],
  ['textRephrase', 'dog', 'dog', 'dog', 'still right', true],
  ['imageRephrase', 'cup', 'cat', 'dog', 'still wrong', false],
  ['portability', 'dog', 'cat', 'dog', 'now wrong', false],
  ['unrelatedText', 'Paris', 'paris', 'Paris', 'unchanged', true],
  ['unrelatedText', 'Rome', 'Rome', 'Paris', 'unchanged', true],
  ['unrelatedImage', 'cup', 'dog', 'dog', 'changed', false],
  ['blindness', 'cup', 'dog', 'dog', 'fires', false],
  ['blindness', 'dog', 'dog', 'dog', 'said before', false],
  ['blindness', 'cup', 'cat', 'dog', 'does not fire', true],
])('%s: %s → %s, expected %s: %s', (kind, before, after, expected, text, isGood) => {
  expect(verdictOf(kind, before, after, expected)).toMatchObject({ text, isGood })
})
