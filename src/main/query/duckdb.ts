// The only place that knows DuckDB. Two databases in memory: one reads the study's files and runs only our own SQL, the other runs
// people's SQL and has no way out (no files, no network, no extensions, settings locked). Rows go from the first to the second in pieces.
import { DuckDBInstance, JsonDuckDBValueConverter, StatementType } from '@duckdb/node-api'
import type { DuckDBConnection, DuckDBResult } from '@duckdb/node-api'
import type { QueryColumn, QueryResult, QueryValue } from '../../preload/contract/queries.ts'
import { delay, withTimeout } from '../base/async.ts'
import { elapsed } from '../base/log.ts'
import { kindOf, plainValue } from './query-values.ts'

export interface Duckdb {
  /** Makes `data.<table>` anew from the rows of our own SQL, which may read files. */
  readonly load: (table: string, columns: string, select: string) => Promise<number>
  /** Our own SQL on the database that people ask. */
  readonly define: (sql: string) => Promise<void>
  /** Begins to answer: the tables are from now on as they are now. */
  readonly begin: () => Promise<Reading>
  readonly close: () => void
}

export interface Reading {
  /** At most `limit` rows of one statement that reads. Throws a sentence; throws the signal's reason when it fires. */
  readonly run: (sql: string, limit: number, signal?: AbortSignal) => Promise<QueryResult>
  readonly end: () => Promise<void>
}

/** A slice or a chart needs seconds; nobody waits longer than this by will. */
const longestMs = 120_000
const tooLong = `The query took longer than ${longestMs / 1000} seconds and was stopped. Ask for less.`
const memory = '1GB'
const threads = '2'

/** What DuckDB says, as one sentence, with its own drawing of the place below. */
export function sentenceOf(error: unknown): string {
  const text = (error instanceof Error ? error.message : String(error)).replace(/^Failed to extract statements: /, '')
  if (text.startsWith('Out of Memory Error'))
    return `The query does not run: it needs more than ${memory} of memory. Ask for less, or for fewer columns.`
  const [said = '', place] = text.split(/\n\n(?=LINE \d)/)
  const plain = said.replace(/^(?:[A-Za-z]+ )*Error: /, '').replace(/\s*\n\s*/g, ' ').trim().replace(/[.!]*$/, '')
  return `The query does not run: ${plain}.${place === undefined ? '' : `\n\n${place.trimEnd()}`}`
}

async function eachChunk(result: DuckDBResult, take: (rows: NonNullable<Awaited<ReturnType<DuckDBResult['fetchChunk']>>>) => boolean): Promise<void> {
  for (;;) {
    const chunk = await result.fetchChunk()
    if (!chunk || chunk.rowCount === 0 || !take(chunk))
      return
  }
}

async function read(connection: DuckDBConnection, sql: string, limit: number): Promise<Omit<QueryResult, 'elapsedMs'>> {
  const statements = await connection.extractStatements(sql)
  if (statements.count !== 1)
    throw new Error('Parser Error: only one statement is run at a time')
  const prepared = await statements.prepare(0)
  if (prepared.statementType !== StatementType.SELECT && prepared.statementType !== StatementType.EXPLAIN)
    throw new Error(`Parser Error: queries only read, and this is a statement of the kind ${StatementType[prepared.statementType]}`)
  if (prepared.parameterCount > 0)
    throw new Error('Binder Error: the query has parameters (? or $1), which nothing fills; write the values into it')
  const result = await prepared.stream()
  const types = result.columnTypes().map(String)
  const columns: QueryColumn[] = result.columnNames().map((name, i) => ({ name, type: types[i]!, kind: kindOf(types[i]!) }))
  const rows: QueryValue[][] = []
  let truncated = false
  await eachChunk(result, (chunk) => {
    for (const row of chunk.convertRows(JsonDuckDBValueConverter)) {
      if (rows.length === limit) {
        truncated = true
        return false
      }
      rows.push(row.map((value, i) => plainValue(value, columns[i]!.kind)))
    }
    return true
  })
  return { columns, rows, truncated }
}

/** Until the query has ended: an interruption that comes before a query has begun is forgotten by DuckDB. */
async function interrupt(connection: DuckDBConnection, ended: AbortSignal): Promise<void> {
  while (!ended.aborted) {
    connection.interrupt()
    await delay(20, ended).catch(() => undefined)
  }
}

async function begin(instance: DuckDBInstance): Promise<Reading> {
  const connection = await instance.connect()
  await connection.run('BEGIN TRANSACTION READ ONLY')
  return {
    async run(sql, limit, signal) {
      signal?.throwIfAborted()
      const start = elapsed()
      const answer = read(connection, sql, limit)
      const stopping = new AbortController()
      const stop = (): void => void interrupt(connection, stopping.signal)
      signal?.addEventListener('abort', stop, { once: true })
      try {
        return { ...await withTimeout(answer, longestMs, tooLong), elapsedMs: elapsed() - start }
      }
      catch (error) {
        stop()
        // Nothing may be going on in it when the connection is closed.
        await answer.catch(() => undefined)
        signal?.throwIfAborted()
        throw error instanceof Error && error.message === tooLong ? error : new Error(sentenceOf(error), { cause: error })
      }
      finally {
        stopping.abort()
        signal?.removeEventListener('abort', stop)
      }
    },
    end: () => {
      connection.closeSync()
      return Promise.resolve()
    },
  }
}

export async function openDuckdb(): Promise<Duckdb> {
  const files = await DuckDBInstance.create(':memory:', { threads, memory_limit: memory })
  const people = await DuckDBInstance.create(':memory:', { threads, memory_limit: memory })
  const loader = await files.connect()
  const keeper = await people.connect()
  // What no longer fits into memory is an error and no file.
  for (const setting of ['SET temp_directory = \'\'', 'SET autoinstall_known_extensions = false', 'SET autoload_known_extensions = false'])
    await loader.run(setting)
  for (const setting of ['SET temp_directory = \'\'', 'SET enable_external_access = false', 'SET lock_configuration = true', 'CREATE SCHEMA data'])
    await keeper.run(setting)
  return {
    async load(table, columns, select) {
      await keeper.run(`DROP TABLE IF EXISTS data.${table}`)
      await keeper.run(`CREATE TABLE data.${table} (${columns})`)
      const appender = await keeper.createAppender(table, 'data')
      let count = 0
      try {
        await eachChunk(await loader.stream(select), (chunk) => {
          appender.appendDataChunk(chunk)
          count += chunk.rowCount
          return true
        })
      }
      finally {
        appender.closeSync()
      }
      return count
    },
    define: async sql => void await keeper.run(sql),
    begin: () => begin(people),
    close() {
      loader.closeSync()
      keeper.closeSync()
      files.closeSync()
      people.closeSync()
    },
  }
}
