// What a first look shows.
import { expect, it } from 'vitest'
import { preferredDataset } from '../../../../src/renderer/src/lib/preferred-dataset.ts'

const dataset = (id: string, task: 'e-vqa' | 'e-ic') => ({ id, task }) as never

it.each([
  [['e-ic-eval', 'e-ic-train', 'e-vqa-eval', 'e-vqa-train'], 'e-vqa-eval'],
  [['e-ic-train', 'e-vqa-train'], 'e-vqa-train'],
  [['e-vqa-train', 'e-ic-eval'], 'e-ic-eval'],
  [[], undefined],
])('of %j it is %s', (ids, first) => {
  expect(preferredDataset(ids.map(id => dataset(id, id.startsWith('e-vqa') ? 'e-vqa' : 'e-ic')))).toBe(first)
})
