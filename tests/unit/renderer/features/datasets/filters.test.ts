// Chips: every filter that is set has one, named as the backend names it.
import { expect, it } from 'vitest'
import { SliceId } from '@contract/identifiers.ts'
import { chipsOf } from '../../../../../src/renderer/src/features/datasets/filters.ts'

it('names everything that narrows the records', () => {
  const chips = chipsOf({ search: 'dog', facets: { answer: ['cat', 'dog'], unknown: ['x'] }, slice: SliceId.parse('hard'), records: ['1', '2'] }, [{ facet: 'answer', label: 'Target answer' }], 'Hard ones')
  expect(chips.map(({ name, value }) => `${name}: ${value}`)).toEqual(['Slice: Hard ones', 'Only: 2 selected records', 'Text: dog', 'Target answer: cat', 'Target answer: dog', 'unknown: x'])
  expect(new Set(chips.map(({ key }) => key)).size).toBe(chips.length)
})
it('has none where nothing is set', () => {
  expect(chipsOf({ search: '', facets: {} }, [], undefined)).toEqual([])
})
