// A reload returns to the same place: what is written is what is read.
import { expect, it } from 'vitest'
import { parseAddress, writeAddress } from '../../../../../src/renderer/src/features/datasets/address.ts'
import type { DatasetsAddress } from '../../../../../src/renderer/src/features/datasets/address.ts'

const full: DatasetsAddress = { search: 'a dog & cat', facets: { artist: ['noto', 'twemoji'], hops: ['1'] }, layout: 'table', recordId: '00042' }
const empty: DatasetsAddress = { search: '', facets: {}, layout: 'grid', recordId: undefined }

it.each([['everything', full], ['nothing', empty]])('reads back %s', (_, address) => {
  expect(parseAddress(writeAddress(address) as never)).toEqual(address)
})
it('writes nothing for what is as it starts', () => {
  expect(writeAddress(empty)).toEqual({})
})
it('takes one value of a facet as a list, and leaves out empty ones', () => {
  expect(parseAddress({ 'is-artist': 'noto', 'is-none': '', 'other': 'x' }).facets).toEqual({ artist: ['noto'] })
})
