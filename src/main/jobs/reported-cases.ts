// Results reported elsewhere: listed, imported, removed.
import type { Reported, ReportedImport } from '../../preload/contract/reported.ts'
import type { Study } from '../workspace/open-workspace.ts'
import { notYet } from './not-yet.ts'

export interface ReportedCases {
  /** Those of the study and those that come with the program. */
  readonly list: () => Promise<Reported[]>
  readonly import: (request: ReportedImport) => Promise<{ imported: Reported[], problems: string[] }>
  readonly remove: (id: string) => Promise<boolean>
}

export function createReportedCases(_options: { readonly study: Study, readonly checkWritable: () => void, readonly onChange: (id: string) => void }): ReportedCases {
  const fail = (): never => {
    throw notYet('Importing reported results')
  }
  return { list: () => Promise.resolve([]), import: fail, remove: fail }
}
