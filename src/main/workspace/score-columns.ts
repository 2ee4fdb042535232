// A run's scores column by column: what tables, figures and filters of 10,000 results need, in a file a tenth the size of the results.
import { stat } from 'node:fs/promises'
import type { Stats } from 'node:fs'
import type { z } from 'zod'
import type { RunId } from '../../preload/contract/identifiers.ts'
import type { Verdict } from '../../preload/contract/methods.ts'
import { RecordResult } from '../../preload/contract/runs.ts'
import { hasCode } from '../base/errors.ts'
import { later } from '../base/later.ts'
import { now } from '../base/log.ts'
import { readColumnFile, writeColumnFile } from './column-file.ts'
import { parseLine, readLines } from './jsonl-file.ts'
import type { Study } from './open-workspace.ts'

/** Records that were edited and scored, in the order of the results; failed ones are not among them. */
export interface ScoreColumns {
  readonly records: readonly string[]
  readonly verdicts: readonly (Verdict | null)[]
  readonly steps: readonly number[]
  readonly editMs: readonly number[]
  /** Of the edit alone, in seconds; null where it was not measured. */
  readonly seconds: readonly (number | null)[]
  /** metric id → variant id → one value a record; null where the record has no such probe. */
  readonly scores: Readonly<Record<string, Readonly<Record<string, readonly (number | null)[]>>>>
  /** Records that failed. */
  readonly failed: readonly string[]
}

/** Where lines of the results are, in bytes without their line end. */
export interface Lines { readonly offsets: readonly number[], readonly lengths: readonly number[] }

/** Columns of a results file: pages of it are read without reading the rest. */
export interface StoredColumns extends ScoreColumns {
  /** Of `records`, and of `failed`. */
  readonly lines: Lines
  readonly failedLines: Lines
}

/** What is read of a line; our own file was checked when it was written. */
const Line = RecordResult.pick({ record: true, status: true, scores: true, verdict: true, steps: true, editMs: true, cost: true })
type Line = z.infer<typeof Line>
interface Placed extends Line { readonly offset?: number, readonly length?: number }

const linesOf = (results: readonly Placed[]): Lines => ({ offsets: results.map(({ offset }) => offset ?? 0), lengths: results.map(({ length }) => length ?? 0) })

/** Puts results into columns; of several results of a record the last counts. */
export function columnsOf(results: readonly Placed[]): StoredColumns {
  const last = new Map<string, Placed>()
  for (const result of results) {
    last.delete(result.record)
    last.set(result.record, result)
  }
  const done = [...last.values()].filter(({ status }) => status === 'done')
  const failed = [...last.values()].filter(({ status }) => status === 'failed')
  const scores: Record<string, Record<string, (number | null)[]>> = {}
  done.forEach((result, row) => {
    for (const [metric, variants] of Object.entries(result.scores)) {
      for (const [variant, value] of Object.entries(variants)) {
        const column = (scores[metric] ??= {})[variant] ??= new Array<number | null>(done.length).fill(null)
        column[row] = value
      }
    }
  })
  return {
    records: done.map(({ record }) => record),
    verdicts: done.map(({ verdict }) => verdict ?? null),
    steps: done.map(({ steps }) => steps),
    editMs: done.map(({ editMs }) => editMs),
    seconds: done.map(({ cost }) => cost?.seconds ?? null),
    scores,
    failed: failed.map(({ record }) => record),
    lines: linesOf(done),
    failedLines: linesOf(failed),
  }
}

/** Every column through a function, each when it is first looked at. */
function mapColumns(columns: ScoreColumns, map: <T>(values: readonly T[]) => readonly T[]): ScoreColumns {
  const scores: Record<string, Record<string, readonly (number | null)[]>> = {}
  for (const [metric, variants] of Object.entries(columns.scores)) {
    scores[metric] = {}
    for (const variant of Object.keys(variants))
      later(scores[metric], variant, () => map(variants[variant]!))
  }
  const mapped = { records: map(columns.records), failed: columns.failed, scores } as { -readonly [K in keyof ScoreColumns]: ScoreColumns[K] }
  later(mapped, 'verdicts', () => map(columns.verdicts))
  later(mapped, 'steps', () => map(columns.steps))
  later(mapped, 'editMs', () => map(columns.editMs))
  later(mapped, 'seconds', () => map(columns.seconds))
  return mapped
}

/** Only the columns' rows for which `keep` is true. */
export function selectRows(columns: ScoreColumns, keep: (record: string, row: number) => boolean): ScoreColumns {
  const rows = columns.records.flatMap((record, row) => keep(record, row) ? [row] : [])
  return rows.length === columns.records.length ? columns : mapColumns(columns, values => rows.map(row => values[row]!))
}

/** `added` behind `known`; a record of both is taken from `added`. */
function extend(known: StoredColumns, added: StoredColumns): StoredColumns {
  const again = new Set([...added.records, ...added.failed])
  const rows = known.records.flatMap((record, row) => again.has(record) ? [] : [row])
  const failedRows = known.failed.flatMap((record, row) => again.has(record) ? [] : [row])
  const pick = <T>(values: readonly T[], from = rows): T[] => from.map(row => values[row]!)
  const join = (a: Lines, b: Lines, from: readonly number[]): Lines => ({ offsets: [...pick(a.offsets, [...from]), ...b.offsets], lengths: [...pick(a.lengths, [...from]), ...b.lengths] })
  const scores: Record<string, Record<string, readonly (number | null)[]>> = {}
  const nothing = (count: number): null[] => new Array<null>(count).fill(null)
  for (const [metric, variants] of [...Object.entries(known.scores), ...Object.entries(added.scores)]) {
    for (const variant of Object.keys(variants)) {
      const [before, after] = [known, added].map(columns => columns.scores[metric]?.[variant])
      ;(scores[metric] ??= {})[variant] ??= [...before ? pick(before) : nothing(rows.length), ...after ?? nothing(added.records.length)]
    }
  }
  return {
    records: [...pick(known.records), ...added.records],
    verdicts: [...pick(known.verdicts), ...added.verdicts],
    steps: [...pick(known.steps), ...added.steps],
    editMs: [...pick(known.editMs), ...added.editMs],
    seconds: [...pick(known.seconds), ...added.seconds],
    scores,
    failed: [...pick(known.failed, failedRows), ...added.failed],
    lines: join(known.lines, added.lines, rows),
    failedLines: join(known.failedLines, added.failedLines, failedRows),
  }
}

interface Loaded { readonly columns: StoredColumns, /** Byte behind the last whole line that was read. */ readonly end: number, readonly isStored: boolean }

/** Whole lines from this byte on; torn and spoilt ones are left out, readResults says so where results are shown. */
async function parseFrom(path: string, from: number): Promise<{ columns: StoredColumns, end: number }> {
  const results: Placed[] = []
  let end = from
  for await (const line of readLines(path, from)) {
    if (line.isTorn)
      break
    end = line.offset + line.length + 1
    const parsed = parseLine(line, Line, path)
    if ('value' in parsed)
      results.push({ ...parsed.value, offset: line.offset, length: line.length })
  }
  return { columns: columnsOf(results), end }
}

/** Columns in memory, the last few runs; of a file that has grown only the new lines are read. */
const kept = new Map<string, { readonly bytes: number, readonly changed: number, readonly file: string, readonly loaded: Promise<Loaded> }>()
const mostKept = 40

/** Column files that did not fit their results, though the size did. */
const distrusted = new Set<string>()

/** Two files of one name: a run that was removed, and the next of its number. */
const identityOf = ({ ino, birthtimeMs }: Stats): string => `${ino} ${birthtimeMs}`

/** A file that has not been touched for this long is not being written. */
const restingMs = 10_000

async function load(study: Study, id: RunId, { size, mtimeMs }: Stats): Promise<Loaded> {
  const { results, scores } = study.layout.run(id)
  const stored = distrusted.has(scores) ? undefined : await readColumnFile(scores, size)
  if (stored)
    return { columns: stored, end: size, isStored: true }
  const { columns, end } = await parseFrom(results, 0)
  // Derived from the results, so it may be deleted; while the run goes it would change with every result.
  const isStored = study.access === 'write' && end === size && now() - mtimeMs > restingMs
  if (isStored)
    await write(scores, size, columns)
  return { columns, end, isStored }
}

async function write(path: string, bytes: number, columns: StoredColumns): Promise<void> {
  await writeColumnFile(path, bytes, columns)
  distrusted.delete(path)
}

async function loaded(study: Study, id: RunId): Promise<Loaded> {
  const path = study.layout.run(id).results
  const file = await stat(path).catch((error: unknown) => {
    if (hasCode(error, 'ENOENT'))
      return undefined
    throw error
  })
  if (!file)
    return { columns: columnsOf([]), end: 0, isStored: false }
  const known = kept.get(path)
  if (known?.bytes === file.size && known.changed === file.mtimeMs && known.file === identityOf(file))
    return known.loaded
  const grown = known && known.bytes < file.size && known.file === identityOf(file) ? known.loaded : undefined
  const found = grown
    ? grown.then(async (before): Promise<Loaded> => {
        const { columns, end } = await parseFrom(path, before.end)
        return { columns: extend(before.columns, columns), end, isStored: false }
      })
    : load(study, id, file)
  kept.delete(path)
  kept.set(path, { bytes: file.size, changed: file.mtimeMs, file: identityOf(file), loaded: found })
  found.catch(() => kept.delete(path))
  const oldest = kept.keys().next().value
  if (kept.size > mostKept && oldest !== undefined)
    kept.delete(oldest)
  return found
}

/** The run's columns, also while it is going; empty before its first result. */
export async function readScoreColumns(study: Study, id: RunId): Promise<StoredColumns> {
  return (await loaded(study, id)).columns
}

/** Writes the columns of a run whose turn has ended, so that nobody parses its results again. */
export async function saveScoreColumns(study: Study, id: RunId): Promise<void> {
  const { columns, end, isStored } = await loaded(study, id)
  if (!isStored && end > 0)
    await write(study.layout.run(id).scores, end, columns)
}

/** Reads the results anew at the next question: a line was not where the columns say. */
export function forgetScoreColumns(study: Study, id: RunId): void {
  const { results, scores } = study.layout.run(id)
  kept.delete(results)
  distrusted.add(scores)
}
