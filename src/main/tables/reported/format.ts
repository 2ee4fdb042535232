// A form in which results are reported elsewhere: recognises a file and reads it into rows. One file in this folder, one line in index.ts.
import type { Reported } from '../../../preload/contract/reported.ts'

/** What the person who imports says about the file; fills what the file leaves open. */
export interface Given {
  readonly model?: string | undefined
  readonly dataset?: string | undefined
  readonly method?: string | undefined
  readonly scope?: string | undefined
}

export type ReportedRow = Omit<Reported, 'id' | 'name' | 'source' | 'shipped'> & { readonly name?: string, readonly source?: string }

export interface ReportedFormat {
  readonly id: string
  readonly label: string
  readonly summary: string
  /** Recognises the file by its name and first characters. Never throws. */
  readonly match: (fileName: string, text: string) => boolean
  /** Every row, and a sentence for all that could not be taken as it stands. Throws a sentence if there is nothing to read at all. */
  readonly read: (text: string, given: Given) => { readonly rows: readonly ReportedRow[], readonly problems: readonly string[] }
}

export function defineReportedFormat(format: ReportedFormat): ReportedFormat {
  return format
}

/** What stands for something that neither the file nor the person said. */
export const notStated = 'not stated'
