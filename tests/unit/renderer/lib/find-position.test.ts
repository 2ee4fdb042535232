// A record's place, although entries before it were dropped.
import { expect, it } from 'vitest'
import type { EditRecord } from '@contract/records.ts'
import { findPosition } from '../../../../src/renderer/src/lib/find-position.ts'

/** A dataset whose entries `dropped` are missing. */
function dataset(count: number, dropped: (index: number) => boolean): { records: EditRecord[], calls: number[], fetch: (offset: number, limit: number) => Promise<{ total: number, records: EditRecord[] }> } {
  const records = Array.from({ length: count }, (_, index) => ({ id: String(index).padStart(5, '0'), index, task: 'e-vqa' as const, edit: { prompt: '', form: 'question' as const, expected: '' }, stated: '', probes: {} })).filter(record => !dropped(record.index))
  const calls: number[] = []
  return {
    records,
    calls,
    fetch: (offset, limit) => {
      calls.push(offset)
      return Promise.resolve({ total: records.length, records: records.slice(offset, offset + limit) })
    },
  }
}

it.each([
  ['nothing dropped', () => false],
  ['every 50th dropped', (index: number) => index % 50 === 7],
  ['the first 700 dropped', (index: number) => index < 700],
  ['nine of ten dropped', (index: number) => index % 10 !== 3],
])('finds every record: %s', async (_, dropped) => {
  const { records, fetch } = dataset(2000, dropped)
  for (let position = 0; position < records.length; position += 37)
    expect(await findPosition(records[position]!, fetch)).toBe(position)
  expect(await findPosition(records.at(-1)!, fetch)).toBe(records.length - 1)
})

it('asks once where nothing was dropped', async () => {
  const { records, fetch, calls } = dataset(300, () => false)
  await findPosition(records[250]!, fetch)
  expect(calls).toEqual([250])
})

it('gives up on a record that is gone', async () => {
  const { fetch } = dataset(600, index => index === 555)
  expect(await findPosition({ id: '00555', index: 555 }, fetch)).toBeUndefined()
})
