// Which records a slice holds: its filter and its SQL together. Only what is asked for again without a change is remembered.
import type { RecordFilter } from '../../preload/contract/datasets.ts'
import type { DatasetId, SliceId } from '../../preload/contract/identifiers.ts'
import type { QueryResult } from '../../preload/contract/queries.ts'
import type { Slice } from '../../preload/contract/slices.ts'
import { messageOf } from '../base/errors.ts'
import type { Study } from '../workspace/open-workspace.ts'
import { readSlice } from '../workspace/slices.ts'

export interface RunSql {
  /** Every row of a query that only reads. Throws a sentence. */
  readonly all: (sql: string) => Promise<Pick<QueryResult, 'columns' | 'rows'>>
  /** Changes whenever a file changes that the tables in this query are made from. */
  readonly version: (sql: string) => Promise<string>
}

export interface SliceRecords {
  /** Ids of the slice's records in a dataset. Throws a sentence for an unknown slice or SQL that does not run. */
  readonly recordsOf: (id: SliceId, dataset: DatasetId) => Promise<ReadonlySet<string>>
  /** The same of a slice that need not be saved. */
  readonly recordsOfDraft: (slice: Pick<Slice, 'name' | 'dataset' | 'filter' | 'sql'>, dataset: DatasetId) => Promise<ReadonlySet<string>>
}

type Filter = (dataset: DatasetId, filter: Omit<RecordFilter, 'slice'>) => Promise<ReadonlySet<string>>

const kept = 50

export function createSliceRecords(study: Study, filtered: Filter, runSql: RunSql | undefined): SliceRecords {
  /** SQL and version of the tables → what it found. */
  const answers = new Map<string, Promise<readonly { readonly dataset: string | undefined, readonly record: string }[]>>()

  async function ask(name: string, sql: string): Promise<readonly { readonly dataset: string | undefined, readonly record: string }[]> {
    if (!runSql)
      throw new Error('internal: SQL is not available here.')
    const { columns, rows } = await runSql.all(sql).catch((error: unknown) => {
      throw new Error(`Slice '${name}' has SQL that does not run: ${messageOf(error)} Open it and correct the query.`, { cause: error })
    })
    const [record, dataset] = ['record', 'dataset'].map(wanted => columns.findIndex(column => column.name.toLowerCase() === wanted)) as [number, number]
    if (record < 0)
      throw new Error(`Slice '${name}' has SQL without a column 'record'; it has ${columns.map(column => column.name).join(', ')}. Select the record ids under that name, for example: SELECT dataset, record FROM records.`)
    return rows.flatMap(row => row[record] === null ? [] : [{ record: String(row[record]), dataset: dataset < 0 || row[dataset] === null ? undefined : String(row[dataset]) }])
  }

  async function bySql(name: string, sql: string, dataset: DatasetId): Promise<ReadonlySet<string>> {
    const key = `${await runSql?.version(sql) ?? ''} ${sql}`
    let answer = answers.get(key)
    if (!answer) {
      answer = ask(name, sql)
      answers.set(key, answer)
      answer.catch(() => answers.delete(key))
      const [oldest] = answers.keys()
      if (answers.size > kept && oldest !== undefined)
        answers.delete(oldest)
    }
    return new Set((await answer).filter(row => row.dataset === undefined || row.dataset === dataset).map(({ record }) => record))
  }

  async function recordsOfDraft({ name, dataset: only, filter, sql }: Pick<Slice, 'name' | 'dataset' | 'filter' | 'sql'>, dataset: DatasetId): Promise<ReadonlySet<string>> {
    if (only !== undefined && only !== dataset)
      return new Set()
    const matching = await filtered(dataset, filter)
    if (sql === undefined || sql.trim() === '')
      return matching
    const chosen = await bySql(name, sql, dataset)
    return new Set([...matching].filter(record => chosen.has(record)))
  }

  return {
    recordsOfDraft,
    recordsOf: async (id, dataset) => recordsOfDraft(await readSlice(study, id), dataset),
  }
}
