// Pages of records and problems of a study's datasets: filtered, sorted and counted in memory, read from disk only to be shown.
import type { RecordColumn, RecordFilter, RecordPage, RecordQuery } from '../../preload/contract/datasets.ts'
import type { DatasetId, RunId } from '../../preload/contract/identifiers.ts'
import { EditRecord } from '../../preload/contract/records.ts'
import type { Problem } from '../../preload/contract/records.ts'
import type { ImageStore } from '../datasets/image-store.ts'
import { listDatasets } from '../workspace/datasets.ts'
import { readJsonl } from '../workspace/jsonl-file.ts'
import type { Study } from '../workspace/open-workspace.ts'
import { readRun } from '../workspace/runs.ts'
import { readScoreColumns } from '../workspace/score-columns.ts'
import type { ScoreColumns } from '../workspace/score-columns.ts'
import { createAuditColumns } from './audit-column.ts'
import type { StatesOf } from './audit-column.ts'
import { createOpenDatasets } from './open-datasets.ts'
import { mostFromFile, readFirst } from './page-from-file.ts'
import { recordColumns, rowOrder } from './record-order.ts'
import type { RecordTable } from './record-table.ts'
import { alignScores } from './run-scores.ts'
import type { RunScores } from './run-scores.ts'
import { countFacets, findRows } from './search-records.ts'
import { createSliceRecords } from './slice-records.ts'
import type { RunSql, SliceRecords } from './slice-records.ts'

export interface RecordQueries extends SliceRecords {
  /** One page, with facet counts over the whole result and picture hashes filled in. Throws a sentence for an unknown dataset or facet. */
  readonly query: (query: RecordQuery) => Promise<RecordPage>
  /** What the records of a dataset can be sorted by. */
  readonly columns: (id: DatasetId | undefined, run: RunId | undefined) => Promise<RecordColumn[]>
  /** Ids of everything that matches, in order. */
  readonly ids: (query: Omit<RecordQuery, 'offset' | 'limit' | 'counts'>) => Promise<{ dataset: DatasetId, record: string }[]>
  /** One record with picture hashes. Throws a sentence for an unknown id. */
  readonly get: (id: DatasetId, record: string) => Promise<EditRecord>
  /** A record that was read elsewhere, with picture hashes. */
  readonly withHashes: (id: DatasetId, record: EditRecord) => Promise<EditRecord>
  readonly problems: (id: DatasetId, offset: number, limit: number) => Promise<{ total: number, problems: Problem[] }>
  /** The first `limit` records in file order, for runs; without hashes. */
  readonly stream: (id: DatasetId, limit?: number) => AsyncGenerator<EditRecord>
  /** All records of a dataset by facets: for the search for weak slices. */
  readonly table: (id: DatasetId) => Promise<RecordTable>
  /** Drops what is known of a dataset that was removed or imported again, and stops serving its pictures. */
  readonly forget: (id: DatasetId) => void
}

interface Matching { readonly table: RecordTable, readonly run: RunScores | undefined, readonly misses: Uint32Array, readonly total: number, readonly facets: RecordPage['facets'] }

/** `runSql` answers slices that are written in SQL, `statesOf` what the audit says of a dataset's records. */
export function createRecordQueries(study: Study, images: ImageStore, runSql?: RunSql, statesOf: StatesOf = () => Promise.resolve(undefined)): RecordQueries {
  const datasets = createOpenDatasets(study, images)
  const auditColumn = createAuditColumns(statesOf)
  const aligned = new WeakMap<RecordTable, Map<RunId, { readonly scores: ScoreColumns, readonly run: RunScores }>>()

  async function idsOf(id: DatasetId | undefined): Promise<DatasetId[]> {
    return id === undefined ? (await listDatasets(study)).datasets.map(dataset => dataset.id) : [id]
  }

  async function runOf(table: RecordTable, id: RunId | undefined): Promise<RunScores | undefined> {
    if (id === undefined)
      return undefined
    const { plan } = await readRun(study, id)
    const scores = await readScoreColumns(study, id)
    const known = aligned.get(table) ?? new Map<RunId, { scores: ScoreColumns, run: RunScores }>()
    aligned.set(table, known)
    const before = known.get(id)
    if (before?.scores === scores)
      return before.run
    const run = alignScores(table, plan.dataset, scores)
    known.delete(id)
    known.set(id, { scores, run })
    const [oldest] = known.keys()
    if (known.size > 4 && oldest !== undefined)
      known.delete(oldest)
    return run
  }

  /** 1 for every row that the slice and the list of records allow; undefined: all. */
  async function amongOf(table: RecordTable, { slice, records }: Pick<RecordFilter, 'slice' | 'records'>): Promise<Uint8Array | undefined> {
    if (slice === undefined && records === undefined)
      return undefined
    const votes = new Uint8Array(table.count)
    const wanted = (slice === undefined ? 0 : 1) + (records === undefined ? 0 : 1)
    for (const { dataset } of table.parts) {
      const lists = [...(records ? [new Set(records)] : []), ...(slice === undefined ? [] : [await sliceRecords.recordsOf(slice, dataset)])]
      for (const list of lists) {
        for (const record of list) {
          // Where several datasets have a record of this id, `dataset/record` means one of them.
          const row = table.rowOf(dataset, record.startsWith(`${dataset}/`) ? record.slice(dataset.length + 1) : record)
          if (row !== undefined)
            votes[row]!++
        }
      }
    }
    return votes.map(count => count === wanted ? 1 : 0)
  }

  async function matching({ id, run: runId, search, facets, slice, records }: Omit<RecordQuery, 'offset' | 'limit' | 'counts'>, withCounts: boolean): Promise<Matching> {
    const table = await datasets.table(await idsOf(id))
    const run = await runOf(table, runId)
    if (!run && facets['verdict'])
      throw new Error('Facet \'verdict\' is about a run. Choose one beside it; a slice says it in SQL: SELECT record FROM results WHERE run = \'…\' AND verdict = \'failed\'.')
    const among = await amongOf(table, { slice, records })
    const isAudit = facets['audit'] !== undefined
    const audit = isAudit || withCounts ? await auditColumn(table, isAudit) : undefined
    const columns = [...table.columns, ...(audit ? [audit] : []), ...(run ? [run.verdict] : [])]
    const { misses, total } = findRows(table, columns, { search, facets, ...(among ? { among } : {}) })
    return { table, run, misses, total, facets: withCounts ? countFacets(columns, facets, misses) : [] }
  }

  /** Matching rows [offset, offset + limit) in order. */
  function rowsOf({ table, run, misses }: Matching, sort: RecordQuery['sort'], offset: number, limit: number): number[] {
    const order = sort ? rowOrder(table, run, sort) : undefined
    const rows: number[] = []
    let skip = offset
    for (let i = 0; i < misses.length && rows.length < limit; i++) {
      const row = order ? order[i]! : i
      if (misses[row] === 0 && skip-- <= 0)
        rows.push(row)
    }
    return rows
  }

  async function readRows(table: RecordTable, rows: readonly number[]): Promise<{ records: EditRecord[], datasets: DatasetId[] }> {
    const found = new Array<EditRecord>(rows.length)
    const places = rows.map(row => table.place(row))
    for (const part of table.parts) {
      const at = [...places.keys()].filter(i => places[i]!.part === part)
      const { records } = await datasets.open(part.dataset)
      const read = await records.read(at.map(i => places[i]!.line))
      await Promise.all(read.map(async (record, i) => {
        found[at[i]!] = await images.withHashes(part.dataset, record)
      }))
    }
    return { records: found, datasets: places.map(({ part }) => part.dataset) }
  }

  /** A page near the beginning in file order, without counting or indexing anything. */
  async function firstPage({ id, offset, limit }: RecordQuery): Promise<RecordPage | undefined> {
    const ids = await idsOf(id)
    if (offset + limit > mostFromFile || ids.every(datasets.isIndexed))
      return undefined
    const page: RecordPage = { total: 0, records: [], datasets: [], facets: [] }
    for (const one of ids) {
      const { dataset, files } = await datasets.open(one)
      const from = Math.max(0, offset - page.total)
      const wanted = limit - page.records.length
      page.total += dataset.recordCount
      if (wanted <= 0 || from >= dataset.recordCount)
        continue
      for (const record of await readFirst(files.records, from, wanted)) {
        page.records.push(await images.withHashes(one, record))
        page.datasets.push(one)
      }
    }
    return page
  }

  const sliceRecords = createSliceRecords(study, async (dataset, { search, facets, records }) => {
    const { table, misses } = await matching({ id: dataset, search, facets, records }, false)
    const texts = table.texts('record')
    return new Set(texts.filter((_, row) => misses[row] === 0))
  }, runSql)

  return {
    ...sliceRecords,
    table: id => datasets.table([id]),
    async query(query) {
      const isPlain = query.search.trim() === '' && Object.keys(query.facets).length === 0 && !query.sort && !query.run && !query.slice && !query.records
      const first = isPlain && !query.counts ? await firstPage(query) : undefined
      if (first)
        return first
      const found = await matching(query, query.counts)
      const rows = rowsOf(found, query.sort, query.offset, query.limit)
      const { run, total, facets } = found
      return { total, ...await readRows(found.table, rows), facets, ...(run ? { results: rows.map(run.resultOf) } : {}) }
    },
    async columns(id, run) {
      if (id !== undefined)
        await datasets.open(id)
      return recordColumns(run === undefined ? undefined : await scoresOf(study, run))
    },
    async ids(query) {
      const found = await matching(query, false)
      const records = found.table.texts('record')
      return rowsOf(found, query.sort, 0, Infinity).map(row => ({ dataset: found.table.place(row).part.dataset, record: records[row]! }))
    },
    async get(id, record) {
      const { records } = await datasets.open(id)
      const line = (await datasets.index(id)).lineOf(record)
      if (line === undefined)
        throw new Error(`Dataset '${id}' has no record '${record}'. It has ${records.count()} records; ids look like '00042'.`)
      const [found] = await records.read([line])
      return await images.withHashes(id, found!)
    },
    async withHashes(id, record) {
      await datasets.open(id)
      return images.withHashes(id, record)
    },
    async problems(id, offset, limit) {
      const { problems } = await datasets.open(id)
      await problems.refresh()
      const total = problems.count()
      const lines = Array.from({ length: Math.max(0, Math.min(limit, total - offset)) }, (_, i) => offset + i)
      return { total, problems: await problems.read(lines) }
    },
    async* stream(id, limit = Infinity) {
      const { files } = await datasets.open(id)
      let count = 0
      if (limit <= 0)
        return
      for await (const record of readJsonl(files.records, EditRecord)) {
        yield record
        if (++count >= limit)
          return
      }
    },
    forget: datasets.forget,
  }
}

/** Metric and variant of every score that a run has. */
async function scoresOf(study: Study, id: RunId): Promise<{ metric: string, variant: string }[]> {
  await readRun(study, id)
  const { scores } = await readScoreColumns(study, id)
  return Object.entries(scores).flatMap(([metric, variants]) => Object.keys(variants).map(variant => ({ metric, variant })))
}
