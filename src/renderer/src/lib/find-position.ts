// Where a record stands in its dataset. Its id is the index in the source file, and only dropped entries lie between the two.
import type { EditRecord } from '@contract/records.ts'

type FetchRecords = (offset: number, limit: number) => Promise<{ total: number, records: readonly EditRecord[] }>

const windowSize = 500

/** Position of `record` from 0, or undefined if the dataset no longer has it. Asks for two pages at most in the usual case. */
export async function findPosition(record: Pick<EditRecord, 'id' | 'index'>, fetch: FetchRecords): Promise<number | undefined> {
  // Nothing can stand later than its index, so the search starts there and goes back by what is missing.
  let last = record.index
  for (;;) {
    const { total, records: [at] } = await fetch(last, 1)
    if (at?.id === record.id)
      return last
    const distance = at ? at.index - record.index : windowSize
    const offset = Math.max(0, Math.min(last, total) - Math.max(1, Math.min(distance, windowSize - 1)))
    const { records } = await fetch(offset, windowSize)
    const found = records.findIndex(one => one.id === record.id)
    if (found >= 0)
      return offset + found
    if (offset === 0)
      return undefined
    last = offset
  }
}
