// The study as tables: each is loaded when a query names it, and only the files that changed are read again.
import { stat } from 'node:fs/promises'
import type { QueryResult, QueryTable } from '../../preload/contract/queries.ts'
import { createSerial } from '../base/async.ts'
import type { Study } from '../workspace/open-workspace.ts'
import { listRuns } from '../workspace/runs.ts'
import type { Duckdb, Reading } from './duckdb.ts'
import { namesTable, whyNotRun } from './read-only-sql.ts'
import type { RunSql } from './slice-records.ts'
import { studyTables } from './views.ts'
import type { Source, StudyTable } from './views.ts'

export interface StudyDatabase extends RunSql {
  readonly tables: () => QueryTable[]
  /** At most `limit` rows of one statement that only reads. Throws a sentence. */
  readonly run: (sql: string, limit: number, signal?: AbortSignal) => Promise<QueryResult>
  readonly close: () => Promise<void>
}

interface Loaded { readonly table: string, readonly stamp: string, readonly rows: number }

/** More rows than this are not records of a study. */
const mostOfSlice = 5_000_000

/** Undefined: the file is gone since it was listed. */
async function stampOf({ path, select }: Source): Promise<string | undefined> {
  const found = await stat(path).catch(() => undefined)
  return found && `${found.size} ${found.mtimeMs} ${select}`
}

const named = (sql: string): StudyTable[] => studyTables.filter(({ name }) => namesTable(sql, name))

const columnsOf = (table: StudyTable): string => table.columns.map(({ name, type }) => `"${name}" ${type}`).join(', ')

export function createStudyDatabase(study: Study): StudyDatabase {
  let opened: Promise<Duckdb> | undefined
  let counter = 0
  /** table → path → what was loaded of it */
  const loaded = new Map<string, Map<string, Loaded>>()
  const inOrder = createSerial()

  async function open(): Promise<Duckdb> {
    // The binding is 50 MB of native code: loaded by the first query, not by every start.
    const { openDuckdb } = await import('./duckdb.ts')
    const database = await openDuckdb()
    for (const table of studyTables)
      await defineView(database, table, [])
    return database
  }

  async function defineView(database: Duckdb, table: StudyTable, parts: readonly string[]): Promise<void> {
    const empty = `SELECT ${table.columns.map(({ name, type }) => `NULL::${type} AS "${name}"`).join(', ')} WHERE false`
    await database.define(`CREATE OR REPLACE VIEW ${table.name} AS ${parts.length === 0 ? empty : parts.map(part => `SELECT * FROM data.${part}`).join(' UNION ALL ')}`)
  }

  async function sourcesOf(tables: readonly StudyTable[]): Promise<Map<StudyTable, Source[]>> {
    const { runs } = tables.some(({ readsRuns }) => readsRuns) ? await listRuns(study) : { runs: [] }
    return new Map(await Promise.all(tables.map(async table => [table, await table.sources(study, runs)] as const)))
  }

  async function refresh(database: Duckdb, table: StudyTable, sources: readonly Source[]): Promise<void> {
    const before = loaded.get(table.name) ?? new Map<string, Loaded>()
    const now = new Map<string, Loaded>()
    for (const source of sources) {
      const stamp = await stampOf(source)
      if (stamp === undefined)
        continue
      const known = before.get(source.path)
      if (known?.stamp === stamp) {
        now.set(source.path, known)
        continue
      }
      const name = `${table.name}_${++counter}`
      now.set(source.path, { table: name, stamp, rows: await database.load(name, columnsOf(table), source.select) })
    }
    const parts = [...now.values()].map(part => part.table)
    const gone = [...before.values()].map(part => part.table).filter(part => !parts.includes(part))
    loaded.set(table.name, now)
    if (gone.length > 0 || parts.length !== before.size)
      await defineView(database, table, parts)
    for (const part of gone)
      await database.define(`DROP TABLE data.${part}`)
  }

  /** The tables as the files are now, held still for one query. */
  function prepare(sql: string): Promise<Reading> {
    return inOrder(async () => {
      opened ??= open()
      opened.catch(() => {
        opened = undefined
      })
      const database = await opened
      for (const [table, sources] of await sourcesOf(named(sql)))
        await refresh(database, table, sources)
      return await database.begin()
    })
  }

  async function run(sql: string, limit: number, signal?: AbortSignal): Promise<QueryResult> {
    const reason = whyNotRun(sql)
    if (reason !== undefined)
      throw new Error(reason)
    const reading = await prepare(sql)
    try {
      return await reading.run(sql, limit, signal)
    }
    finally {
      await reading.end()
    }
  }

  return {
    run,
    async all(sql) {
      const result = await run(sql, mostOfSlice)
      if (result.truncated)
        throw new Error(`The query gives more than ${mostOfSlice.toLocaleString('en-GB')} rows.`)
      return result
    },
    async version(sql) {
      const sources = [...(await sourcesOf(named(sql))).values()].flat()
      return (await Promise.all(sources.map(stampOf))).join('\n')
    },
    tables: () => studyTables.map(({ name, summary, columns }) => {
      const parts = loaded.get(name)
      return { name, summary, columns: [...columns], ...(parts ? { rowCount: [...parts.values()].reduce((sum, part) => sum + part.rows, 0) } : {}) }
    }),
    close: () => inOrder(async () => {
      const database = await opened?.catch(() => undefined)
      database?.close()
      opened = undefined
      loaded.clear()
    }),
  }
}
