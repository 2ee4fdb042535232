// Parts of a run's columns and what they add up to, kept: a table, its figures and the next look at them ask for the same ones.
import type { RunSummary } from '../../preload/contract/runs.ts'
import { summariseColumns } from '../runs/summary.ts'
import { selectRows } from '../workspace/score-columns.ts'
import type { ScoreColumns } from '../workspace/score-columns.ts'

export interface Selection {
  readonly columns: ScoreColumns
  /** Made when they are looked at. */
  readonly numbers: Pick<RunSummary, 'metrics' | 'secondsPerEdit'>
}

/** A run, its slices and what it shares with others. */
const mostKept = 24
const kept = new WeakMap<ScoreColumns, Map<string, Selection>>()

/** FNV-1a over row numbers, in two lanes: equal for equal rows, and a collision of both lanes and the count is not to be met. */
function signatureOf(rows: readonly number[]): string {
  let [a, b] = [0x811C9DC5, 0x9E3779B9]
  for (const row of rows) {
    a = Math.imul(a ^ row, 0x01000193)
    b = Math.imul(b ^ (row + 0x7F4A7C15), 0x85EBCA6B)
    b ^= b >>> 13
  }
  return `${rows.length} ${a >>> 0} ${b >>> 0}`
}

/** The rows of these records. The same object is given for the same columns and records. */
export function selectionOf(columns: ScoreColumns, records: ReadonlySet<string> | 'all', seed: number): Selection {
  const rows = records === 'all' ? undefined : columns.records.flatMap((record, row) => records.has(record) ? [row] : [])
  const key = `${seed} ${rows && rows.length < columns.records.length ? signatureOf(rows) : 'all'}`
  const known = kept.get(columns) ?? new Map<string, Selection>()
  kept.set(columns, known)
  const found = known.get(key)
  if (found)
    return found
  const chosen = new Set(rows)
  const selected = rows ? selectRows(columns, (_, row) => chosen.has(row)) : columns
  const made = { columns: selected, numbers: summariseColumns(selected, seed) }
  known.set(key, made)
  const oldest = known.keys().next().value
  if (known.size > mostKept && oldest !== undefined)
    known.delete(oldest)
  return made
}
