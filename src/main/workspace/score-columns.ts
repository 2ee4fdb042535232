// A run's scores column by column: what tables, figures and filters of 10,000 results need, in a file a hundredth the size of the results.
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import type { z } from 'zod'
import type { RunId } from '../../preload/contract/identifiers.ts'
import type { Verdict } from '../../preload/contract/methods.ts'
import { RecordResult } from '../../preload/contract/runs.ts'
import { hasCode } from '../base/errors.ts'
import { readColumnFile, writeColumnFile } from './column-file.ts'
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

/** What is read of a line; our own file was checked when it was written. */
const Line = RecordResult.pick({ record: true, status: true, scores: true, verdict: true, steps: true, editMs: true, cost: true })

/** Puts results into columns; a later result of the same record takes the earlier one's place. */
export function columnsOf(results: readonly z.infer<typeof Line>[]): ScoreColumns {
  const last = new Map(results.map(result => [result.record, result]))
  const done = [...last.values()].filter(({ status }) => status === 'done')
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
    failed: [...last.values()].filter(({ status }) => status === 'failed').map(({ record }) => record),
  }
}

/** Only the columns' rows for which `keep` is true. */
export function selectRows(columns: ScoreColumns, keep: (record: string, row: number) => boolean): ScoreColumns {
  const rows = columns.records.flatMap((record, row) => keep(record, row) ? [row] : [])
  if (rows.length === columns.records.length)
    return columns
  const pick = <T>(values: readonly T[]): T[] => rows.map(row => values[row]!)
  return {
    records: pick(columns.records),
    verdicts: pick(columns.verdicts),
    steps: pick(columns.steps),
    editMs: pick(columns.editMs),
    seconds: pick(columns.seconds),
    scores: Object.fromEntries(Object.entries(columns.scores).map(([metric, variants]) =>
      [metric, Object.fromEntries(Object.entries(variants).map(([variant, values]) => [variant, pick(values)]))])),
    failed: columns.failed,
  }
}

async function readLines(path: string): Promise<z.infer<typeof Line>[]> {
  const lines: z.infer<typeof Line>[] = []
  for await (const text of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
    try {
      const parsed = Line.safeParse(JSON.parse(text))
      if (parsed.success)
        lines.push(parsed.data)
    }
    catch {
      // A torn line is not a result; readResults says so where results are shown.
    }
  }
  return lines
}

/** Columns in memory, the last few runs; a file that has grown is read again. */
const kept = new Map<string, { readonly bytes: number, readonly changed: number, readonly columns: Promise<ScoreColumns> }>()
const mostKept = 40

async function load(study: Study, id: RunId, bytes: number): Promise<ScoreColumns> {
  const { results, scores } = study.layout.run(id)
  const stored = await readColumnFile(scores, bytes)
  if (stored)
    return stored
  const columns = columnsOf(await readLines(results))
  // Derived from the results, so it may be deleted, and is written again whenever they changed.
  if (study.access === 'write')
    await writeColumnFile(scores, bytes, columns)
  return columns
}

/** The run's columns, also while it is going; empty before its first result. */
export async function readScoreColumns(study: Study, id: RunId): Promise<ScoreColumns> {
  const path = study.layout.run(id).results
  const file = await stat(path).catch((error: unknown) => {
    if (hasCode(error, 'ENOENT'))
      return undefined
    throw error
  })
  if (!file)
    return columnsOf([])
  const known = kept.get(path)
  if (known?.bytes === file.size && known.changed === file.mtimeMs)
    return known.columns
  const columns = load(study, id, file.size)
  kept.delete(path)
  kept.set(path, { bytes: file.size, changed: file.mtimeMs, columns })
  columns.catch(() => kept.delete(path))
  const oldest = kept.keys().next().value
  if (kept.size > mostKept && oldest !== undefined)
    kept.delete(oldest)
  return columns
}
