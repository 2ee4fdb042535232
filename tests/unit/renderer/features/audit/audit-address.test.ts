// The Audit view's address: everything that is shown comes back from it.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { auditTabs, isNarrowed, parseAddress, shows, sorts, startAddress, wholeQueue, writeAddress } from '../../../../../src/renderer/src/features/audit/audit-address.ts'
import type { AuditAddress } from '../../../../../src/renderer/src/features/audit/audit-address.ts'
import { probeKinds } from '../../../../../src/preload/contract/records.ts'

const word = fc.stringMatching(/^[\w-]{1,12}$/)
const address: fc.Arbitrary<AuditAddress> = fc.record({
  tab: fc.constantFrom(...auditTabs),
  show: fc.constantFrom(...shows),
  kinds: fc.subarray([...probeKinds]),
  checks: fc.uniqueArray(word, { maxLength: 3 }),
  search: fc.string({ maxLength: 20 }),
  slice: fc.option(word, { nil: undefined }),
  sort: fc.constantFrom(...sorts),
  sample: fc.option(fc.integer({ min: 1, max: 100_000 }), { nil: undefined }),
  seed: fc.nat(),
  record: fc.option(word, { nil: undefined }),
  kind: fc.option(fc.constantFrom(...probeKinds), { nil: undefined }),
  index: fc.nat({ max: 20 }),
})

describe('the address', () => {
  it('is empty at the start', () => {
    expect(writeAddress(startAddress)).toEqual({})
    expect(parseAddress({})).toEqual(startAddress)
  })
  it('brings everything back', () => {
    fc.assert(fc.property(address, (shown) => {
      // A seed without a draw, and a kind without a record, say nothing.
      const said = { ...shown, seed: shown.sort === 'random' || shown.sample !== undefined ? shown.seed : 0, ...(shown.record === undefined ? { kind: undefined, index: 0 } : {}) }
      expect(parseAddress(writeAddress(shown) as Record<string, string>)).toEqual(said)
    }))
  })
  it('leaves unknown values alone', () => {
    expect(parseAddress({ tab: 'lab', show: 'mine', kinds: 'edit,imageRephrase', sort: 'up', sample: '0', seed: '-1', index: 'x', kind: 'edit', record: ['00042', '1'] }))
      .toEqual({ ...startAddress, kinds: ['imageRephrase'], record: '00042' })
  })
  it('says whether anything is left out', () => {
    expect([isNarrowed(wholeQueue), isNarrowed({ ...wholeQueue, sort: 'random', seed: 3 }), isNarrowed({ ...wholeQueue, show: 'open' }), isNarrowed({ ...wholeQueue, sample: 9 })]).toEqual([false, false, true, true])
  })
})
