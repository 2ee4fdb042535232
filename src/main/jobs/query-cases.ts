// SQL over the study's tables.
import type { QueryResult, QueryTable } from '../../preload/contract/queries.ts'
import type { StudyDatabase } from '../query/study-database.ts'

export interface QueryCases {
  readonly listTables: () => Promise<QueryTable[]>
  /** Throws a sentence for anything but one statement that only reads. */
  readonly run: (sql: string, limit: number, signal?: AbortSignal) => Promise<QueryResult>
}

export function createQueryCases({ database }: { readonly database: Pick<StudyDatabase, 'tables' | 'run'> }): QueryCases {
  return { listTables: () => Promise.resolve(database.tables()), run: database.run }
}
