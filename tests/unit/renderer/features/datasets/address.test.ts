// A reload returns to the same place: what is written is what is read.
import { expect, it } from 'vitest'
import { parseAddress, writeAddress } from '../../../../../src/renderer/src/features/datasets/address.ts'
import type { DatasetsAddress } from '../../../../../src/renderer/src/features/datasets/address.ts'

const full: DatasetsAddress = { search: 'a dog & cat', facets: { artist: ['noto', 'twemoji'], hops: ['1'] }, slice: 'dogs', run: 'mend-01', sort: { by: 'reliability/strict', descending: true }, layout: 'table', columns: ['prompt', 'reliability/strict'], badge: 'verdict', recordId: '00042', recordDataset: 'e-vqa' }
const empty: DatasetsAddress = { search: '', facets: {}, slice: undefined, run: undefined, sort: undefined, layout: 'grid', columns: undefined, badge: undefined, recordId: undefined, recordDataset: undefined }

it.each([['everything', full], ['nothing', empty]])('reads back %s', (_, address) => {
  expect(parseAddress(writeAddress(address) as never)).toEqual(address)
})
it('writes nothing for what is as it starts', () => {
  expect(writeAddress(empty)).toEqual({})
})
it('takes one value of a facet as a list, and leaves out empty ones', () => {
  expect(parseAddress({ 'is-artist': 'noto', 'is-none': '', 'other': 'x' }).facets).toEqual({ artist: ['noto'] })
})

it('tells a record of all datasets from one of the dataset that is shown', () => {
  expect(parseAddress({ record: '00042' })).toMatchObject({ recordId: '00042', recordDataset: undefined })
  expect(parseAddress({ record: 'e-ic/00042' })).toMatchObject({ recordId: '00042', recordDataset: 'e-ic' })
})
it.each([['target', false], ['-target', true]])('reads the order %s', (sort, descending) => {
  expect(parseAddress({ sort }).sort).toEqual({ by: 'target', descending })
})
