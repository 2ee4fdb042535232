// The first records of a file, before anything of it is indexed: what a person sees first should not wait for 100,000 lines.
import { EditRecord } from '../../preload/contract/records.ts'
import { readJsonl } from '../workspace/jsonl-file.ts'

/** Records this far into a file are read from its beginning; further ones through the index. */
export const mostFromFile = 2000

/** Records [offset, offset + limit) of the file, fewer at its end. */
export async function readFirst(path: string, offset: number, limit: number): Promise<EditRecord[]> {
  const records: EditRecord[] = []
  let at = 0
  for await (const record of readJsonl(path, EditRecord)) {
    if (at++ >= offset)
      records.push(record)
    if (records.length >= limit)
      break
  }
  return records
}
