// The whole state of Compare as an address and back.
import { expect, it } from 'vitest'
import { parseAddress, start, writeAddress } from '../../../../../src/renderer/src/features/compare/compare-address.ts'
import type { CompareAddress } from '../../../../../src/renderer/src/features/compare/compare-address.ts'

/** As the router gives a written query back. */
const again = (address: CompareAddress): CompareAddress => parseAddress(Object.fromEntries(new URLSearchParams(Object.entries(writeAddress(address)).map(([key, value]) => [key, String(value)]))))

it('leaves a plain address plain', () => {
  expect(writeAddress(start)).toEqual({})
  expect(parseAddress({})).toEqual(start)
})

it('returns to everything that was chosen', () => {
  const address: CompareAddress = {
    tab: 'records', runs: ['a', 'b'], reported: ['x'], variant: 'free', baseline: 'a', slices: ['s', 't'], whole: false, records: 'own', counts: 'with-fixes',
    table: 'paper', figures: [{ id: 'kl-scatter' }, { id: 'forgetting-curve', metric: 'reliability' }],
    dataset: 'd', metric: 'image-locality', threshold: 0.5, pair: ['a', 'b'], pattern: 'rw', within: 's', sql: 'select 1 = 1, \'a b&c\'\nfrom x',
  }
  expect(again(address)).toEqual(address)
})

it('tells no run from no choice', () => {
  expect(again({ ...start, runs: [] }).runs).toEqual([])
  expect(again(start).runs).toBeUndefined()
})

it('keeps to what there is for values that mean nothing', () => {
  expect(parseAddress({ tab: 'nothing', records: 'some', right: 'high', pair: 'a', figure: '' })).toEqual(start)
  expect(parseAddress({ figure: 'a,b,c' }).figures).toEqual([{ id: 'a' }, { id: 'b' }])
})
