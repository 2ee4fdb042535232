// Runs that ask only what was fixed in an audit: planned from the run they complete, read back when its numbers are counted with fixes.
import type { DatasetId, RunId } from '../../preload/contract/identifiers.ts'
import type { Run } from '../../preload/contract/runs.ts'
import type { AuditBooks } from '../audits/books.ts'
import type { Study } from '../workspace/open-workspace.ts'
import { notYet } from './not-yet.ts'
import type { Queue } from './queue.ts'

export interface Repairs {
  readonly rerun: (request: { readonly dataset: DatasetId, readonly runs: readonly RunId[] }) => Promise<{ runs: Run[], refused: { run: RunId, reason: string }[] }>
}

export interface RepairOptions {
  readonly study: Study
  readonly books: AuditBooks
  readonly queue: Pick<Queue, 'list' | 'get' | 'start'>
}

export function createRepairs(_options: RepairOptions): Repairs {
  return { rerun: () => notYet('audits rerun') }
}
