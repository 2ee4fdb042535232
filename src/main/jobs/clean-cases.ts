// What leaves an audit as files: the cleaned dataset with its manifest and diff, the decisions as CSV.
import type { z } from 'zod'
import type { audits } from '../../preload/contract/audits.ts'
import type { AuditBooks } from '../audits/books.ts'
import type { ImageStore } from '../datasets/image-store.ts'
import type { RecordQueries } from '../query/records.ts'
import type { Study } from '../workspace/open-workspace.ts'
import type { Pictures } from './pictures.ts'
import { notYet } from './not-yet.ts'

type InputOf<K extends keyof typeof audits> = z.output<NonNullable<(typeof audits)[K]['~orpc']['inputSchema']>>
type OutputOf<K extends keyof typeof audits> = z.output<NonNullable<(typeof audits)[K]['~orpc']['outputSchema']>>

export interface CleanCases {
  readonly export: (request: InputOf<'export'>) => Promise<OutputOf<'export'>>
  readonly decisions: (request: InputOf<'exportDecisions'>) => Promise<OutputOf<'exportDecisions'>>
}

export interface CleanCaseOptions {
  readonly study: Study
  readonly books: AuditBooks
  readonly queries: Pick<RecordQueries, 'stream' | 'get'>
  readonly images: ImageStore
  readonly pictures: Pick<Pictures, 'fileOf'>
  readonly checkWritable: () => void
}

export function createCleanCases(_options: CleanCaseOptions): CleanCases {
  return { export: () => notYet('audits export'), decisions: () => notYet('audits export-decisions') }
}
