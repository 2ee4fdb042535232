// SQL over the study's tables.
import type { QueryResult, QueryTable } from '../../preload/contract/queries.ts'
import type { Study } from '../workspace/open-workspace.ts'
import { notYet } from './not-yet.ts'

export interface QueryCases {
  readonly listTables: () => Promise<QueryTable[]>
  /** Throws a sentence for anything but one statement that only reads. */
  readonly run: (sql: string, limit: number, signal?: AbortSignal) => Promise<QueryResult>
}

export function createQueryCases(_options: { readonly study: Study }): QueryCases {
  const fail = (): never => {
    throw notYet('The SQL console')
  }
  return { listTables: fail, run: fail }
}
