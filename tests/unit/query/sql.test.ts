// SQL over a study: what the tables hold, what is refused, what comes back as JSON.
import { appendFileSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createImageStore } from '../../../src/main/datasets/image-store.ts'
import { namesTable, whyNotRun, wordsOf } from '../../../src/main/query/read-only-sql.ts'
import { createRecordQueries } from '../../../src/main/query/records.ts'
import { createStudyDatabase } from '../../../src/main/query/study-database.ts'
import type { StudyDatabase } from '../../../src/main/query/study-database.ts'
import { studyTables } from '../../../src/main/query/views.ts'
import { importDataset } from '../../../src/main/workspace/import-dataset.ts'
import { openWorkspace } from '../../../src/main/workspace/open-workspace.ts'
import type { Study } from '../../../src/main/workspace/open-workspace.ts'
import { createRun } from '../../../src/main/workspace/runs.ts'
import { writeSlice } from '../../../src/main/workspace/slices.ts'
import { RecordQuery } from '../../../src/preload/contract/datasets.ts'
import type { DatasetId, RunId } from '../../../src/preload/contract/identifiers.ts'
import { QueryResult } from '../../../src/preload/contract/queries.ts'
import type { QueryValue } from '../../../src/preload/contract/queries.ts'
import { RunPlan } from '../../../src/preload/contract/runs.ts'
import { mmeditRecord, putDataset, temporaryFolder, temporaryStudy } from '../workspace/study.ts'

interface Opened { study: Study, database: StudyDatabase, dataset: DatasetId, run: RunId, ask: (sql: string, limit?: number) => Promise<QueryValue[][]> }

const answer = (text: string): object => ({ text, expected: [], generated: [] })
const line = (record: string, change: object = {}): string => `${JSON.stringify({
  record, status: 'done', steps: 3, losses: [1], editMs: 12.5, elapsedMs: 20, scores: { 'reliability': { strict: 1, free: 0 }, 'text-locality': { kl: 0.25 } },
  probes: [{ kind: 'textRephrase', index: 0, before: answer('no'), after: answer('no') }, { kind: 'edit', index: 0, before: answer('dog'), after: answer('cat') }], verdict: 'proper', cost: { seconds: 0.5, forwardPasses: 1, backwardPasses: 1, peakBytes: 1 }, ...change,
})}\n`

async function open(): Promise<Opened> {
  const study = await temporaryStudy()
  const { id: dataset } = await importDataset(study, { file: putDataset(temporaryFolder(), [
    mmeditRecord(0, { src: 'It\'s "what"?', port_new: [{ 'port_type': '1-hop', 'Q&A': { Question: 'Where?', Answer: 'here' } }, { 'port_type': '2-hop', 'Q&A': { Question: 'Who?', Answer: 'me' } }] }),
    mmeditRecord(1), mmeditRecord(2),
  ]) })
  const plan = RunPlan.parse({ model: 'm', dataset, method: { id: 'mend', config: { a: { b: [1] } } }, scope: 'both', seed: 7 })
  const { id: run } = await createRun(study, { name: 'It\'s a run', plan, status: 'finished', createdAt: '2026-01-02T03:04:05.678Z', recordCount: 3, doneCount: 2, failedCount: 1, recordsPerSecond: null, secondsLeft: null, versions: {} })
  writeFileSync(study.layout.run(run).results, line('00000', { verdict: 'failed', steps: 1 }) + line('00001', { status: 'failed', reason: 'x', scores: {}, probes: [], verdict: undefined, cost: undefined }) + line('00000'))
  const database = createStudyDatabase(study)
  onTestFinished(database.close)
  return { study, database, dataset, run, ask: async (sql, limit = 100) => QueryResult.parse(await database.run(sql, limit)).rows }
}

describe('the tables of a study', () => {
  it('hold records, probes, runs, results and scores', async () => {
    const { ask, dataset, run } = await open()
    expect(await ask('SELECT * FROM records ORDER BY position LIMIT 1')).toEqual([[dataset, '00000', 0, 'e-vqa', 'It\'s "what"?', 'cat 0', 'dog', 'val2014/a.png']])
    expect(await ask('SELECT kind, index, prompt, expected, label FROM probes WHERE record = \'00000\' AND kind IN (\'portability\', \'unrelatedText\') ORDER BY ALL')).toEqual([
      ['portability', 0, 'Where?', 'here', '1-hop'], ['portability', 1, 'Who?', 'me', '2-hop'], ['unrelatedText', 0, 'nq question: who was king 0', 'nobody', null]])
    expect(await ask('SELECT count(*) FROM probes')).toEqual([[14]])
    expect(await ask('SELECT run, name, kind, model, dataset, "method", "scope", protocol, "group", seed, status, created_at, finished_at, done_count FROM runs'))
      .toEqual([[run, 'It\'s a run', 'score', 'm', dataset, 'mend', 'both', 'single', 1, 7, 'finished', '2026-01-02 03:04:05.678', null, 2]])
    // The last line of a record counts; a failed one has neither answers nor scores.
    expect(await ask('SELECT * FROM results ORDER BY record')).toEqual([[run, dataset, '00000', 'done', 'proper', 3, 12.5, 0.5, 'dog', 'cat'], [run, dataset, '00001', 'failed', null, 3, 12.5, null, null, null]])
    expect(await ask('SELECT * FROM scores ORDER BY ALL')).toEqual([[run, '00000', 'reliability', 'free', 0], [run, '00000', 'reliability', 'strict', 1], [run, '00000', 'text-locality', 'kl', 0.25]])
    expect(await ask('SELECT * FROM retention')).toEqual([])
    expect(await ask('SELECT * FROM decisions')).toEqual([])
    expect(await ask('FROM records SELECT method, count(*) GROUP BY ALL').catch((error: Error) => error.message)).toContain('method')
  })

  it('describe themselves as they are', async () => {
    const { ask, database } = await open()
    expect(await ask('SHOW TABLES')).toEqual(studyTables.map(({ name }) => [name]).sort())
    for (const { name, columns } of studyTables)
      expect(await ask(`SELECT column_name, column_type FROM (DESCRIBE ${name})`)).toEqual(columns.map(column => [column.name, column.type]))
    expect(database.tables().find(({ name }) => name === 'records')?.rowCount).toBe(3)
  })

  it('follow their files: grown, torn, damaged, removed', async () => {
    const { ask, study, run, dataset } = await open()
    const count = async (): Promise<QueryValue | undefined> => (await ask('SELECT count(*) FROM results'))[0]?.[0]
    expect(await count()).toBe(2)
    const path = study.layout.run(run).results
    appendFileSync(path, line('00002'))
    expect(await count()).toBe(3)
    appendFileSync(path, 'no json\n{"record": "torn')
    expect(await count()).toBe(3)
    rmSync(study.layout.run(run).folder, { recursive: true })
    expect(await count()).toBe(0)
    const audits = join(study.layout.audits, dataset)
    mkdirSync(audits, { recursive: true })
    const said = { record: '00001', kind: 'textRephrase', index: 0, id: 'first-line', decision: 'reject', reason: 'wrong', at: '2026-01-01T00:00:00.000Z' }
    writeFileSync(join(audits, 'ann.jsonl'), [
      said,
      { ...said, id: 'second-line', annotator: 'Ann', role: 'adjudicator', decision: 'fix', reason: undefined, fix: { prompt: 'Better?' }, note: 'n', flag: true, seconds: 1.5, batch: 'b', at: '2026-01-01T00:00:01.000Z' },
      { ...said, id: 'third-line', decision: 'none', undoes: 'first-line', at: '2026-01-01T00:00:02.000Z' },
    ].map(one => `${JSON.stringify(one)}\n`).join(''))
    // Neither settings nor findings nor what a crash left are decisions; a line without a decision is none.
    writeFileSync(join(audits, 'audit.json'), '{"kinds": ["textRephrase"]}')
    writeFileSync(join(audits, 'findings.json'), '{"record": "x", "decision": "keep"}')
    writeFileSync(join(audits, 'bo.jsonl.mmedit-tmp-1-1'), `${JSON.stringify(said)}\n`)
    writeFileSync(join(audits, 'bo.jsonl'), '{"record": "x"}\n{"torn')
    expect(await ask('SELECT * FROM decisions ORDER BY id')).toEqual([
      [dataset, 'ann', 'annotator', '00001', 'textRephrase', 0, 'reject', 'wrong', null, null, null, null, null, null, 'first-line', null, '2026-01-01 00:00:00'],
      [dataset, 'Ann', 'adjudicator', '00001', 'textRephrase', 0, 'fix', null, 'Better?', null, 'n', true, 1.5, 'b', 'second-line', null, '2026-01-01 00:00:01'],
      [dataset, 'ann', 'annotator', '00001', 'textRephrase', 0, 'none', 'wrong', null, null, null, null, null, null, 'third-line', 'first-line', '2026-01-01 00:00:02'],
    ])
    // A study whose run.json cannot be read still answers.
    mkdirSync(join(study.layout.runs, 'half'))
    writeFileSync(join(study.layout.runs, 'half', 'results.jsonl'), line('00000'))
    expect(await ask('SELECT dataset, record FROM results')).toEqual([[null, '00000']])
    writeFileSync(join(study.layout.runs, 'half', 'run.json'), '{ broken')
    expect(await ask('SELECT record FROM results')).toEqual([['00000']])
    expect(await ask('SELECT run FROM runs')).toEqual([])
  })

  it('are found in a folder whose name is a pattern', async () => {
    const folder = temporaryFolder()
    for (const name of ['it\'s [1]', 'it\'s 1'])
      mkdirSync(join(folder, name))
    const studies = await Promise.all(['it\'s [1]', 'it\'s 1'].map(async name => openWorkspace(join(folder, name))))
    onTestFinished(async () => {
      for (const study of studies)
        await study.close()
    })
    for (const [i, study] of studies.entries())
      await importDataset(study, { file: putDataset(temporaryFolder(), [mmeditRecord(0, { alt: `answer ${i}` })]) })
    const database = createStudyDatabase(studies[0]!)
    onTestFinished(database.close)
    expect((await database.run('SELECT target FROM records', 9)).rows).toEqual([['answer 0']])
  })

  it('answer several questions at once', async () => {
    const { ask } = await open()
    expect(await Promise.all(Array.from({ length: 8 }, async (_, i) => ask(`SELECT ${i} + count(*) FROM records`)))).toEqual(Array.from({ length: 8 }, (_, i) => [[i + 3]]))
  })
})

describe('values', () => {
  it('come as JSON without losing digits', async () => {
    const { database } = await open()
    const { columns, rows } = await database.run(`SELECT 9007199254740993::BIGINT AS big, 42::BIGINT AS small, 1.25::DECIMAL(18,3) AS price, DATE '2026-01-02' AS day, TIMESTAMP '2026-01-02 03:04:05' AS at_time,
      true AS yes, NULL AS nothing, [1, 2] AS list, {'a': 1, 'b': 'x'} AS pair, MAP {'k': 2.5} AS map, 'NaN'::DOUBLE AS nan, 'text' AS words, 170141183460469231731687303715884105727::HUGEINT AS huge, 0.5::FLOAT AS half`, 10)
    expect(rows).toEqual([['9007199254740993', 42, 1.25, '2026-01-02', '2026-01-02 03:04:05', true, null, '["1","2"]', '{"a":"1","b":"x"}', '[{"key":"k","value":"2.5"}]', 'NaN', 'text', '170141183460469231731687303715884105727', 0.5]].map(row => row.map((value, i) => i === 7 || i === 8 || i === 9 ? expect.any(String) as string : value)))
    expect(columns.map(({ kind }) => kind)).toEqual(['number', 'number', 'number', 'time', 'time', 'boolean', 'number', 'other', 'other', 'other', 'number', 'text', 'number', 'number'])
    expect(JSON.parse(String(rows[0]![8]))).toMatchObject({ b: 'x' })
  })

  it('stop at the limit and say so', async () => {
    const { database } = await open()
    expect(await database.run('SELECT * FROM range(10)', 10)).toMatchObject({ truncated: false, rows: { length: 10 } })
    const start = performance.now()
    expect(await database.run('SELECT * FROM range(1000000000000)', 10)).toMatchObject({ truncated: true, rows: { length: 10 } })
    expect(performance.now() - start).toBeLessThan(10_000)
    expect((await database.run('SELECT 1 WHERE false', 5)).rows).toEqual([])
  })

  it('can be given up', async () => {
    const { database } = await open()
    const stop = new AbortController()
    const going = database.run('SELECT count(*) FROM range(100000000000) t(a), range(1000) u(b) WHERE (a * b) % 7 = 3', 1, stop.signal)
    setTimeout(() => stop.abort(), 100)
    await expect(going).rejects.toMatchObject({ name: 'AbortError' })
    expect((await database.run('SELECT 1', 1)).rows).toEqual([[1]])
  })
})

const evil = [
  'DROP VIEW records', 'CREATE TABLE x (a INT)', 'INSERT INTO data.records_1 VALUES (1)', 'DELETE FROM records', 'UPDATE records SET prompt = \'\'', 'ALTER VIEW records RENAME TO r', 'TRUNCATE records',
  'COPY records TO \'OUT/x.csv\'', 'COPY (SELECT 1) TO \'OUT/x.parquet\'', 'EXPORT DATABASE \'OUT\'', 'IMPORT DATABASE \'OUT\'', 'ATTACH \'OUT/x.db\' AS x', 'DETACH memory', 'USE data',
  'INSTALL httpfs', 'LOAD httpfs', 'FORCE INSTALL json', 'PRAGMA database_list', 'PRAGMA enable_profiling', 'CALL pragma_version()', 'SET enable_external_access = true', 'SET memory_limit = \'100GB\'', 'RESET threads',
  'BEGIN', 'COMMIT', 'ROLLBACK', 'CHECKPOINT', 'VACUUM', 'PREPARE q AS SELECT 1', 'EXECUTE q', 'DEALLOCATE q', 'CREATE SECRET s (TYPE s3)', 'CREATE MACRO m() AS 1', 'COMMENT ON VIEW records IS \'x\'',
  'SELECT 1; DROP VIEW records', 'SELECT 1;; SELECT 2', '/* ; */ SELECT 1; -- x\nDROP VIEW records', ';', '', '-- nothing', '(((', 'EXPLAIN ANALYZE INSERT INTO data.records_1 SELECT * FROM records', 'EXPLAIN ANALYZE COPY records TO \'OUT/x.csv\'', 'EXPLAIN DROP VIEW records',
  'EXPLAIN (FORMAT json) DROP VIEW records', 'EXPLAIN ANALYZE (FORMAT json) INSERT INTO data.records_1 SELECT * FROM records', 'WITH x AS (SELECT 1) INSERT INTO data.records_1 SELECT * FROM records', 'WITH x AS (SELECT 1) DELETE FROM data.records_1',
  'SELECT * FROM read_csv(\'/etc/passwd\')', 'SELECT * FROM read_text(\'/etc/passwd\')', 'SELECT * FROM read_blob(\'/etc/passwd\')', 'SELECT * FROM read_json(\'OUT/../study/workspace.json\')', 'SELECT * FROM read_parquet(\'x\')', 'SELECT * FROM \'/etc/passwd\'', 'FROM \'OUT/x.csv\'',
  'SELECT * FROM glob(\'/etc/*\')', 'SELECT * FROM sniff_csv(\'/etc/passwd\')', 'SELECT * FROM read_csv(\'https://example.org/x.csv\')', 'SELECT * FROM parquet_metadata(\'x\')', 'SELECT getenv(\'HOME\')', 'SELECT * FROM query(\'DROP VIEW records\')', 'SELECT * FROM query(\'FROM read_text(\'\'/etc/passwd\'\')\')',
  'SELECT * FROM query_table(\'/etc/passwd\')', 'SELECT nextval(\'s\')', 'SELECT write_log(1, 2, 3, 4)', 'SHOW DATABASES; SELECT 1', 'DESCRIBE SELECT * FROM read_text(\'/etc/passwd\')', 'SUMMARIZE \'/etc/passwd\'', 'VALUES (1); DROP VIEW records', 'SELECT ?', 'SELECT $name', 'SELECT * FROM load_aws_credentials()',
  '\u00A0DROP VIEW records', '\uFEFFDROP VIEW records', 'select/**/1;drop/**/view records', 'SELECT $$a$$; DROP VIEW records', 'SELECT \'a\'\'; b\'; DROP VIEW records', 'SELECT "a""; b"; DROP VIEW records', 'SELECT $tag$ ; $tag$; DROP VIEW records',
  'MERGE INTO records USING records ON true', 'PIVOT records ON task; DROP VIEW records', 'SELECT json_execute_serialized_sql(\'x\')', 'SELECT * FROM pragma_storage_info(\'nope\')', 'SELECT * FROM sqlite_scan(\'OUT/x.db\', \'t\')', 'SELECT * FROM arrow_scan(1, 2, 3)', 'SELECT * FROM pandas_scan(1)', 'SELECT * FROM seq_scan(1)',
]

const good = [
  'SELECT \';\'', 'SELECT 1;', 'SELECT 1 ; -- ; done', '-- first; a remark\nSELECT 1', '/* DROP */ SELECT 1', '(SELECT 1) UNION (SELECT 2)', 'WITH a AS (SELECT 1 AS x) FROM a', 'VALUES (1), (2)', 'DESCRIBE records', 'SUMMARIZE records', 'SHOW TABLES', 'EXPLAIN SELECT 1', 'EXPLAIN ANALYZE SELECT 1',
  'FROM records LIMIT 1', 'SELECT $$;$$', 'SELECT E\'\\\'; DROP VIEW records; --\'', 'SELECT "a;b" FROM (SELECT 1 AS "a;b")', 'SELECT \'DROP\' AS drop_', 'select count(*) filter (where task = \'e-vqa\') from records', 'SELECT * FROM query(\'SELECT 1\')', 'SELECT count(*) FROM query_table(\'rec\' || \'ords\')',
]

describe('what only reads', () => {
  it('refuses everything else, without a trace', async () => {
    const { study, database, ask } = await open()
    const files = readdirSync(study.root)
    for (const sql of evil) {
      const said = await database.run(sql.replaceAll('OUT', study.root), 10).then(({ rows }) => `answered ${JSON.stringify(rows).slice(0, 200)}`, (error: Error) => error.message)
      expect.soft(said, sql).toMatch(/^(?:The query|Only one|Queries only|EXPLAIN is)/)
    }
    expect(readdirSync(study.root)).toEqual(files)
    expect(existsSync(join(study.root, 'x.csv'))).toBe(false)
    expect(await ask('SELECT count(*) FROM records')).toEqual([[3]])
    expect(await ask('SELECT current_setting(\'enable_external_access\'), current_setting(\'lock_configuration\')')).toEqual([[false, true]])
  })

  it('is refused by the database itself, too, were the words not looked at', async () => {
    const { openDuckdb } = await import('../../../src/main/query/duckdb.ts')
    const database = await openDuckdb()
    onTestFinished(database.close)
    await database.load('records_1', 'record VARCHAR', 'SELECT \'00000\'')
    await database.define('CREATE VIEW records AS SELECT * FROM data.records_1')
    const folder = temporaryFolder()
    // What DuckDB itself turns into a harmless SELECT.
    const harmless = new Set(['PRAGMA database_list', 'CALL pragma_version()', 'EXPLAIN DROP VIEW records', 'EXPLAIN (FORMAT json) DROP VIEW records'])
    for (const sql of evil.filter(text => !harmless.has(text))) {
      const reading = await database.begin()
      const said = await reading.run(sql.replaceAll('OUT', folder), 10).then(({ rows }) => `answered ${JSON.stringify(rows).slice(0, 200)}`, (error: Error) => error.message)
      expect.soft(said, sql).toMatch(/^The query does not run/)
      await reading.end()
    }
    expect(readdirSync(folder)).toEqual([])
    const reading = await database.begin()
    expect((await reading.run('SELECT count(*) FROM records', 1)).rows).toEqual([[1]])
    await reading.end()
  })

  it('allows every question', async () => {
    const { database } = await open()
    for (const sql of good)
      expect.soft(await database.run(sql, 10).then(({ columns }) => columns.length, (error: Error) => error.message), sql).toBeGreaterThan(0)
    expect((await database.run(good.at(-1)!, 10)).rows).toEqual([[3]])
  })

  it('says in one sentence what is wrong, and where', async () => {
    const { database } = await open()
    await expect(database.run('SELECT nope FROM records', 10)).rejects.toThrow(/^The query does not run: Referenced column "nope" not found in FROM clause! Candidate bindings: .*\.\n\nLINE 1: SELECT nope FROM records\n +\^$/)
    await expect(database.run('SELECT * FROM recods', 10)).rejects.toThrow('Table with name recods does not exist! Did you mean "records"?')
    await expect(database.run('SELECT * FROM records WHERE', 10)).rejects.toThrow('syntax error at end of input')
    await expect(database.run('DROP VIEW records', 10)).rejects.toThrow('Queries only read: \'DROP\' is not one of SELECT, WITH, FROM')
    await expect(database.run('SELECT 1; SELECT 2', 10)).rejects.toThrow('Only one statement is run at a time.')
    await expect(database.run('SELECT string_agg(x) FROM (SELECT repeat(\'x\', 1000000) || a AS x FROM range(5000) t(a))', 10)).rejects.toThrow(/^The query does not run: .*memory/i)
  })

  it('reads words, not texts and remarks', () => {
    expect(wordsOf('a \'b;\'\'c\' "d;""e" -- f;\n/* g; */ $x$ h; $x$ i')).toBe('a \'\' ""  \n  \'\' i')
    expect(whyNotRun('select 1')).toBeUndefined()
    expect(namesTable('SELECT * FROM Records', 'records')).toBe(true)
    expect(namesTable('SELECT * FROM recordset', 'records')).toBe(false)
    expect(namesTable('SELECT * FROM query_table(\'re\' || \'cords\')', 'records')).toBe(true)
  })
})

describe('slices in SQL', () => {
  it('hold together with the filter, over datasets, and follow the files', async () => {
    const { study, database, dataset, run } = await open()
    const queries = createRecordQueries(study, createImageStore(), database)
    const total = async (sql: string, filter = {}): Promise<number> => {
      const { id } = await writeSlice(study, { name: 's', sql, filter: { search: '', facets: {}, ...filter } })
      return (await queries.query(RecordQuery.parse({ slice: id }))).total
    }
    expect(await total('SELECT record FROM results WHERE verdict = \'proper\'')).toBe(1)
    expect(await total('SELECT DISTINCT dataset, record FROM probes')).toBe(3)
    expect(await total('SELECT \'other\' AS dataset, record FROM records')).toBe(0)
    expect(await total('SELECT record FROM records', { search: 'number 2' })).toBe(1)
    const { id } = await writeSlice(study, { name: 'Failed', dataset, sql: 'SELECT record FROM results WHERE status = \'failed\'', filter: { search: '', facets: {} } })
    expect(await queries.recordsOf(id, dataset)).toEqual(new Set(['00001']))
    appendFileSync(study.layout.run(run).results, line('00002', { status: 'failed' }))
    expect(await queries.recordsOf(id, dataset)).toEqual(new Set(['00001', '00002']))
    await expect(total('SELECT prompt FROM records')).rejects.toThrow('Slice \'s\' has SQL without a column \'record\'; it has prompt. Select the record ids under that name')
    await expect(total('SELECT record FROM recods')).rejects.toThrow(/^Slice 's' has SQL that does not run: .*does not exist/)
    await expect(total('DROP VIEW records')).rejects.toThrow('Queries only read')
  })
})
