// Pages, facets and selection of the Datasets view.
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, expect, it } from 'vitest'
import { DatasetId } from '@contract/identifiers.ts'
import type { EditRecord } from '@contract/records.ts'
import { useDatasetsStore } from '../../../../../src/renderer/src/features/datasets/datasets-store.ts'

const record = (id: string): EditRecord => ({ id, index: 0, task: 'e-vqa', edit: { prompt: '', form: 'question', expected: '' }, stated: '', probes: {} })
const ids = ['d', 'd'].map(id => DatasetId.parse(id))

beforeEach(() => {
  setActivePinia(createPinia())
})

it('puts a page at its offset and finds the selected record there', () => {
  const store = useDatasetsStore()
  store.id = 'd'
  store.addPage(100, { total: 150, records: [record('a'), record('b')], datasets: ids, facets: [] })
  store.recordId = 'b'
  expect(store.position).toBe(101)
  expect(store.total).toBe(150)
  store.clear()
  expect(store.position).toBeUndefined()
  // The list keeps its height until the next answer.
  expect(store.total).toBe(150)
})

it('selects a record that has not arrived as soon as it does', () => {
  const store = useDatasetsStore()
  store.id = 'd'
  store.recordId = 'a'
  store.select(201)
  expect(store.position).toBe(201)
  expect(store.recordId).toBe('a')
  store.addPage(200, { total: 300, records: [record('x'), record('y')], datasets: ids, facets: [] })
  expect(store.recordId).toBe('y')
  expect(store.position).toBe(201)
})

it('adds and takes values of a facet, and drops an empty facet', () => {
  const store = useDatasetsStore()
  store.id = 'd'
  store.toggleFacet('artist', 'noto')
  store.toggleFacet('artist', 'twemoji')
  store.toggleFacet('hops', '1')
  store.toggleFacet('artist', 'noto')
  expect(store.facets).toEqual({ artist: ['twemoji'], hops: ['1'] })
  store.toggleFacet('artist', 'twemoji')
  expect(store.facets).toEqual({ hops: ['1'] })
})
