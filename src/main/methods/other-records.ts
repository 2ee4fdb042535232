// Records that an edit may learn from: all in memory but the ones it edits, whose probes it must not see.
import type { EditRecord } from '../../preload/contract/records.ts'
import type { Example } from '../models/model.ts'
import type { Memory } from './method.ts'

const isSame = ({ edit }: EditRecord, { question, expected }: Example): boolean =>
  edit.prompt === question.prompt && edit.expected === expected && (edit.image === undefined ? question.image === undefined : question.image?.endsWith(edit.image.path) === true)

/** The memory without the records of these examples (somebody may edit a record of the memory itself). */
export const recordsBeside = (examples: readonly Example[], { records }: Pick<Memory, 'records'>): EditRecord[] =>
  records.filter(record => !examples.some(example => isSame(record, example)))
