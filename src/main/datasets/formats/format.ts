// A dataset format: recognises a file and reads it into the neutral form. One file in this folder, one line in index.ts.
import type { EditRecord, Problem, Task } from '../../../preload/contract/records.ts'

/** What a format sees of a file before it is asked to read it. */
export interface Sample {
  /** File name without folder. */
  readonly fileName: string
  /** The first bytes of the file (at most 256 KiB). */
  readonly head: Uint8Array
}

export interface Match {
  readonly task: Task
  /** Missing where the task is certain; otherwise a sentence: how it was guessed. */
  readonly doubt?: string
}

export interface Source extends Sample {
  /** The whole file, in chunks. */
  readonly chunks: AsyncIterable<Uint8Array>
  readonly task: Task
}

/** The way back: records as a file of this format, so that reading it gives the same records, numbered anew. */
export interface Writer {
  /** A file name that says what the content does not (the task), from a name without ending. */
  readonly fileName: (name: string, task: Task) => string
  /** What the format cannot say of this record, as half a sentence; undefined = it is said whole. */
  readonly refuses: (record: EditRecord) => string | undefined
  /** The file piece by piece. Throws a sentence for a record that is refused. */
  readonly pieces: (records: AsyncIterable<EditRecord> | Iterable<EditRecord>) => AsyncGenerator<string>
}

export interface DatasetFormat {
  readonly id: string
  readonly label: string
  readonly summary: string
  /** Recognises the file; undefined = not mine. Never throws. */
  readonly match: (sample: Sample) => Match | undefined
  /** Every record and every problem, in file order. Throws a sentence if the file is not of this format at all. */
  readonly read: (source: Source) => AsyncGenerator<EditRecord | Problem>
  /** Left out: files of this format are only read. */
  readonly write?: Writer
}

export function defineFormat(format: DatasetFormat): DatasetFormat {
  return format
}

/** The sentence for a record that a writer refuses; `fault` is its half sentence. */
export function refused(id: string, fault: string): Error {
  return new Error(`Record '${id}' has ${fault}: the format cannot say that, so the dataset was not written.`)
}

export function isProblem(item: EditRecord | Problem): item is Problem {
  return 'severity' in item
}
