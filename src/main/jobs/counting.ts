// Scores under a policy of the audit: probes that do not count are blanked, fixed ones take what a re-run found.
import type { Counts } from '../../preload/contract/comparison.ts'
import type { Run } from '../../preload/contract/runs.ts'
import type { AuditBooks } from '../audits/books.ts'
import type { Study } from '../workspace/open-workspace.ts'
import { readScoreColumns } from '../workspace/score-columns.ts'
import type { StoredColumns } from '../workspace/score-columns.ts'
import { notYet } from './not-yet.ts'

export interface Counting {
  /** The run's columns as they count. The same object for the same results, decisions and policy; `all`: as they were measured. */
  readonly columnsOf: (run: Run, counts: Counts) => Promise<StoredColumns>
}

export interface CountingOptions {
  readonly study: Study
  readonly books: AuditBooks
  readonly listRuns: () => readonly Run[]
}

export function createCounting({ study }: CountingOptions): Counting {
  return { columnsOf: (run, counts) => counts === 'all' ? readScoreColumns(study, run.id) : notYet('what counts') }
}
