// Pages, facets and selection of the Datasets view.
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, expect, it } from 'vitest'
import { DatasetId } from '@contract/identifiers.ts'
import type { EditRecord } from '@contract/records.ts'
import { allDatasets, useDatasetsStore } from '../../../../../src/renderer/src/features/datasets/datasets-store.ts'

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

it('finds a record of several datasets by both names, and forgets it with its page', () => {
  const store = useDatasetsStore()
  store.id = allDatasets
  store.addPage(0, { total: 2, records: [record('a'), record('a')], datasets: [DatasetId.parse('one'), DatasetId.parse('two')], facets: [] })
  store.select(1)
  expect(store.chosen).toEqual({ dataset: 'two', record: 'a' })
  expect(store.position).toBe(1)
  store.dropRows(0, 100)
  expect(store.rows.size).toBe(0)
  expect(store.position).toBeUndefined()
})

it('asks for what is set, and for all datasets without an id', () => {
  const store = useDatasetsStore()
  store.id = 'd'
  expect(store.query).toEqual({ id: 'd', search: '', facets: {} })
  expect(store.isPlain).toBe(true)
  store.only = [{ dataset: 'd', record: '1' }]
  store.search = ' dog '
  expect(store.query).toEqual({ id: 'd', search: 'dog', facets: {}, records: ['1'] })
  store.id = allDatasets
  expect(store.query).toEqual({ search: 'dog', facets: {}, records: ['d/1'] })
  store.clearFilters()
  expect(store.isFiltered).toBe(false)
})

it('drops with a run what was sorted, filtered and shown by it', () => {
  const store = useDatasetsStore()
  store.id = 'd'
  store.setRun('r')
  store.toggleFacet('verdict', 'Failed')
  store.toggleFacet('answer', 'dog')
  store.sortBy('reliability/strict')
  store.columns = ['prompt', 'verdict', 'reliability/strict']
  store.badge = 'verdict'
  store.setRun(undefined)
  expect({ facets: store.facets, sort: store.sort, columns: store.columns, badge: store.badge }).toEqual({ facets: { answer: ['dog'] }, sort: undefined, columns: ['prompt'], badge: undefined })
})

it('sorts up, down and not at all', () => {
  const store = useDatasetsStore()
  const seen = [1, 2, 3, 4].map(() => {
    store.sortBy('target')
    return store.sort?.descending
  })
  expect(seen).toEqual([false, true, undefined, false])
})

it('takes results of a run with their records', () => {
  const store = useDatasetsStore()
  store.id = 'd'
  store.addPage(0, { total: 2, records: [record('a'), record('b')], datasets: ids, facets: [], results: [{ verdict: 'proper', scores: { 'reliability/strict': 1 } }, null] })
  expect(store.rows.get(0)).toMatchObject({ verdict: 'proper', scores: { 'reliability/strict': 1 } })
  expect(store.rows.get(1)?.scores).toEqual({})
})
