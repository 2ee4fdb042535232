// The tables that people ask with SQL, each made from files of the study. A table is described by itself; its rows are read by DuckDB.
import { readdir, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { QueryTable } from '../../preload/contract/queries.ts'
import type { Run } from '../../preload/contract/runs.ts'
import { namesIn } from '../workspace/datasets.ts'
import { isDecisionFile } from '../workspace/layout.ts'
import type { Study } from '../workspace/open-workspace.ts'

export interface Source {
  readonly path: string
  /** Rows of this file, with the table's columns in their order. */
  readonly select: string
}

export interface StudyTable extends Pick<QueryTable, 'name' | 'summary'> {
  readonly columns: readonly QueryTable['columns'][number][]
  readonly readsRuns?: boolean
  /** `runs`: those whose run.json can be read. */
  readonly sources: (study: Study, runs: readonly Run[]) => Promise<Source[]>
}

/** A text as SQL writes it. */
export const literal = (text: string): string => `'${text.replaceAll('\'', '\'\'')}'`

const kinds = { VARCHAR: 'text', INTEGER: 'number', DOUBLE: 'number', TIMESTAMP: 'time', BOOLEAN: 'text' } as const

function column(name: string, type: keyof typeof kinds, summary?: string): QueryTable['columns'][number] {
  return { name, type, kind: kinds[type], ...(summary === undefined ? {} : { summary }) }
}

/** DuckDB takes a path for a pattern: folder "a [1]" would mean "a 1". Each special sign in brackets means itself. */
const oneFile = (path: string): string => path.replace(/[[*?]/g, '[$&]')

/** Lines of a growing file; a torn or damaged one becomes a row of nothing, which every table leaves out. */
const lines = (path: string, columns: string): string => `read_json(${literal(oneFile(path))}, format = 'newline_delimited', ignore_errors = true, columns = {${columns}})`

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(found => found.isFile() && found.size > 0, () => false)
}

async function perFolder(folder: string, file: string, select: (id: string, path: string) => string): Promise<Source[]> {
  const sources: Source[] = []
  for (const id of await namesIn(folder)) {
    const path = join(folder, id, file)
    if (await exists(path))
      sources.push({ path, select: select(id, path) })
  }
  return sources
}

/** The last line of a record counts. */
const lastOfEach = (from: string): string => `(SELECT * FROM (SELECT *, row_number() OVER () AS line FROM ${from} WHERE record IS NOT NULL) QUALIFY row_number() OVER (PARTITION BY record ORDER BY line DESC) = 1 ORDER BY line)`

const probe = 'STRUCT(prompt VARCHAR, expected VARCHAR, label VARCHAR)'
const dataset = column('dataset', 'VARCHAR', 'Dataset\'s id')
const record = column('record', 'VARCHAR', 'Record\'s id inside its dataset')
const run = column('run', 'VARCHAR', 'Run\'s id')
const score = [column('metric', 'VARCHAR', 'For example reliability, text-locality'), column('variant', 'VARCHAR', 'Reading of the metric: strict, free, easyedit, kl, …'), column('value', 'DOUBLE')] as const

const nothing = 'NULL'
const literalOr = (text: string | undefined): string => text === undefined ? nothing : literal(text)

/** One row; what is known of a run is in memory already. */
function rowOfRun({ id, name, plan, status, reason, createdAt, finishedAt, recordCount, doneCount, failedCount }: Run): string {
  const time = (text: string | undefined): string => `TRY_CAST(${literalOr(text)} AS TIMESTAMP)`
  return `(${[literal(id), literal(name), literal(plan.kind), literal(plan.model), literal(plan.dataset), literal(plan.method.id), literal(plan.scope), literal(plan.protocol), plan.group, plan.seed, literal(status), literalOr(reason), time(createdAt), time(finishedAt), recordCount, doneCount, failedCount].join(', ')})`
}

export const studyTables: readonly StudyTable[] = [
  {
    name: 'records',
    summary: 'Edit records of all datasets',
    columns: [dataset, record, column('position', 'INTEGER', 'Place in the source file, from 0'), column('task', 'VARCHAR', 'e-vqa or e-ic'), column('prompt', 'VARCHAR'),
      column('target', 'VARCHAR', 'Answer that the edit should bring about'), column('stated', 'VARCHAR', 'Wrong answer that the dataset states for the unedited model'), column('image', 'VARCHAR', 'Picture\'s path below its root')],
    sources: study => perFolder(study.layout.datasets, 'records.jsonl', (id, path) =>
      `SELECT ${literal(id)}, id, index, task, edit.prompt, edit.expected, stated, edit.image.path FROM ${lines(path, 'id: \'VARCHAR\', index: \'INTEGER\', task: \'VARCHAR\', stated: \'VARCHAR\', edit: \'STRUCT(prompt VARCHAR, expected VARCHAR, image STRUCT(path VARCHAR))\'')} WHERE id IS NOT NULL`),
  },
  {
    name: 'probes',
    summary: 'Questions that an edit is judged by, beside the edit itself',
    columns: [dataset, record, column('kind', 'VARCHAR', 'textRephrase, imageRephrase, unrelatedText, unrelatedImage, portability'), column('index', 'INTEGER', 'Among the record\'s probes of this kind, from 0'),
      column('prompt', 'VARCHAR'), column('expected', 'VARCHAR'), column('label', 'VARCHAR', 'Of portability: how many hops away')],
    sources: study => perFolder(study.layout.datasets, 'records.jsonl', (id, path) =>
      `SELECT ${literal(id)}, id, kind, (generate_subscripts(list, 1) - 1)::INTEGER, unnest(list, recursive := true) FROM (SELECT id, entry.key AS kind, entry.value AS list FROM (SELECT id, unnest(map_entries(probes)) AS entry FROM ${lines(path, `id: 'VARCHAR', probes: 'MAP(VARCHAR, ${probe}[])'`)}))`),
  },
  {
    name: 'runs',
    summary: 'Runs and trainings, as they are now',
    columns: [run, column('name', 'VARCHAR'), column('kind', 'VARCHAR', 'score or train'), column('model', 'VARCHAR'), dataset, column('method', 'VARCHAR'), column('scope', 'VARCHAR', 'text, vision or both'), column('protocol', 'VARCHAR', 'single, batch or sequential'),
      column('group', 'INTEGER', 'Edits at once, or between two scorings; "group" needs quotes'), column('seed', 'INTEGER'), column('status', 'VARCHAR'), column('reason', 'VARCHAR', 'Why it stopped'), column('created_at', 'TIMESTAMP'), column('finished_at', 'TIMESTAMP'),
      column('record_count', 'INTEGER'), column('done_count', 'INTEGER'), column('failed_count', 'INTEGER')],
    readsRuns: true,
    sources: (study, runs) => Promise.resolve(runs.length === 0 ? [] : [{ path: study.layout.runs, select: `VALUES ${runs.map(rowOfRun).join(', ')}` }]),
  },
  {
    name: 'results',
    summary: 'One row for every record that a run has edited',
    columns: [run, dataset, record, column('status', 'VARCHAR', 'done or failed'), column('verdict', 'VARCHAR', 'proper, under, over, entangled, failed'), column('steps', 'INTEGER'), column('edit_ms', 'DOUBLE'), column('seconds', 'DOUBLE', 'Of the edit alone'),
      column('answer_before', 'VARCHAR', 'To the edited question, by the unedited model'), column('answer_after', 'VARCHAR', 'To the edited question, by the edited model')],
    readsRuns: true,
    sources: (study, runs) => perFolder(study.layout.runs, 'results.jsonl', (id, path) =>
      `SELECT ${literal(id)}, ${literalOr(runs.find(known => known.id === id)?.plan.dataset)}, record, status, verdict, steps, editMs, cost.seconds, edit.before.text, edit.after.text FROM (SELECT *, list_filter(probes, lambda p: p.kind = 'edit')[1] AS edit FROM ${lastOfEach(lines(path, 'record: \'VARCHAR\', status: \'VARCHAR\', verdict: \'VARCHAR\', steps: \'INTEGER\', editMs: \'DOUBLE\', cost: \'STRUCT(seconds DOUBLE)\', probes: \'STRUCT(kind VARCHAR, before STRUCT("text" VARCHAR), after STRUCT("text" VARCHAR))[]\''))})`),
  },
  {
    name: 'scores',
    summary: 'One row for every score: run × record × metric × variant',
    columns: [run, record, ...score],
    sources: study => perFolder(study.layout.runs, 'results.jsonl', (id, path) =>
      `SELECT ${literal(id)}, record, metric, variant.key, variant.value FROM (SELECT record, entry.key AS metric, unnest(map_entries(entry.value)) AS variant FROM (SELECT record, unnest(map_entries(scores)) AS entry FROM ${lastOfEach(lines(path, 'record: \'VARCHAR\', status: \'VARCHAR\', scores: \'MAP(VARCHAR, MAP(VARCHAR, DOUBLE))\''))} WHERE status = 'done'))`),
  },
  {
    name: 'retention',
    summary: 'Scores of a sequential run\'s earlier edits after later ones',
    columns: [run, column('time', 'INTEGER', 'After how many edits'), column('edit', 'INTEGER', 'Which edit, from 0'), record, ...score],
    sources: study => perFolder(study.layout.runs, 'retention.jsonl', (id, path) =>
      `SELECT ${literal(id)}, "time", edit, record, metric, variant.key, variant.value FROM (SELECT "time", edit, record, entry.key AS metric, unnest(map_entries(entry.value)) AS variant FROM (SELECT "time", edit, record, unnest(map_entries(scores)) AS entry FROM ${lines(path, '"time": \'INTEGER\', edit: \'INTEGER\', record: \'VARCHAR\', scores: \'MAP(VARCHAR, MAP(VARCHAR, DOUBLE))\'')}))`),
  },
  {
    name: 'decisions',
    summary: 'What people said about probes in the audit: every line, also those taken back later',
    columns: [dataset, column('annotator', 'VARCHAR'), column('role', 'VARCHAR', 'annotator or adjudicator'), record, column('probe_kind', 'VARCHAR'), column('probe_index', 'INTEGER', 'Among the record\'s probes of this kind, from 0'),
      column('decision', 'VARCHAR', 'keep, reject, fix, unsure; none: taken back, or only a note or flag'), column('reason', 'VARCHAR', 'Of a rejection'), column('fix_prompt', 'VARCHAR'), column('fix_image', 'VARCHAR', 'Hash of the picture'), column('note', 'VARCHAR'), column('flag', 'BOOLEAN'),
      column('seconds', 'DOUBLE', 'Looked at before'), column('batch', 'VARCHAR', 'Decided in one stroke'), column('id', 'VARCHAR', 'Of the line: a copy has the same one'), column('undoes', 'VARCHAR', 'Id of the line that this one takes back'),
      column('decided_at', 'TIMESTAMP', 'An annotator\'s latest line about a probe holds')],
    async sources(study) {
      const sources: Source[] = []
      for (const id of await namesIn(study.layout.audits)) {
        const folder = join(study.layout.audits, id)
        const files = await readdir(folder).catch(() => [] as string[])
        for (const file of files.filter(isDecisionFile).sort()) {
          const path = join(folder, file)
          if (await exists(path)) {
            sources.push({ path, select: `SELECT ${literal(id)}, coalesce(annotator, ${literal(basename(file, '.jsonl'))}), coalesce(role, 'annotator'), record, kind, coalesce(index, 0), decision, reason, fix.prompt, fix.image, note, flag, seconds, batch, id, undoes, TRY_CAST("at" AS TIMESTAMP) FROM ${
              lines(path, ['annotator', 'role', 'record', 'kind', 'decision', 'reason', 'note', 'batch', 'id', 'undoes', '"at"'].map(name => `${name}: 'VARCHAR'`).concat('index: \'INTEGER\'', 'fix: \'STRUCT(prompt VARCHAR, image VARCHAR)\'', 'flag: \'BOOLEAN\'', 'seconds: \'DOUBLE\'').join(', '))} WHERE record IS NOT NULL AND decision IS NOT NULL` })
          }
        }
      }
      return sources
    },
  },
]
