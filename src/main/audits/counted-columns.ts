// A run's score columns as a policy of the audit counts them: values without probes that count are blanked, fixed ones replaced.
import type { Verdict } from '../../preload/contract/methods.ts'
import type { ProbeRef } from '../../preload/contract/decisions.ts'
import type { ProbeKind } from '../../preload/contract/records.ts'
import type { Scores } from '../../preload/contract/runs.ts'
import { later } from '../base/later.ts'
import { metrics } from '../metrics/index.ts'
import { verdictOf } from '../metrics/verdict.ts'
import type { ScoreColumns, StoredColumns } from '../workspace/score-columns.ts'
import type { Fate, Ruling } from './ruling.ts'

/** Scores of single probes; a record's own are kept only where it has several probes of the kind. */
export interface ProbeScores {
  /** Index → metric → reading → value; a probe that is not scored has no entry. Undefined: the run is older than such lines. */
  readonly ownOf: (record: string, kind: ProbeKind) => ReadonlyMap<number, Scores> | undefined
  /** What a re-run with the fix of this hash found; undefined: there is none. */
  readonly fixedOf: (record: string, kind: ProbeKind, index: number, fix: string) => Scores | undefined
}

export interface CountedColumns {
  readonly columns: StoredColumns
  /** Probes that are scored with their fix. */
  readonly fixed: readonly ProbeRef[]
  /** Fixed ones that the run was not asked; they leave. */
  readonly waiting: readonly ProbeRef[]
  /** Records of which a metric left although a probe of it counts, because scores of single probes were not kept. */
  readonly unknown: readonly string[]
}

const rowsKnown = new WeakMap<ScoreColumns, ReadonlyMap<string, number>>()

export function rowOfRecord(columns: ScoreColumns): ReadonlyMap<string, number> {
  const rows = rowsKnown.get(columns) ?? new Map(columns.records.map((record, row) => [record, row]))
  rowsKnown.set(columns, rows)
  return rows
}

/** Kind → the run's metrics that its probes judge; only kinds that have any. */
function judgedBy({ scores }: ScoreColumns, { kinds }: Ruling): ReadonlyMap<ProbeKind, readonly string[]> {
  return new Map(kinds
    .map(kind => [kind, metrics.all.filter(({ id, judges }) => judges === kind && scores[id]).map(({ id }) => id)] as const)
    .filter(([, ids]) => ids.length > 0))
}

/** Records of the run with a kind of which some probes stay and others do not. */
export function partialRecords(columns: ScoreColumns, ruling: Ruling): string[] {
  const judged = judgedBy(columns, ruling)
  const rows = rowOfRecord(columns)
  const partial: string[] = []
  for (const [record, kinds] of ruling.fates) {
    for (const [kind, fates] of kinds) {
      if (fates.length > 1 && fates.includes('stays') && judged.has(kind) && rows.has(record)) {
        partial.push(record)
        break
      }
    }
  }
  return partial
}

/** Reading → value; null: nothing is left of the metric. */
type Value = Readonly<Record<string, number>> | null
interface Change { readonly rows: number[], readonly values: Value[] }

/**
 * `base` itself where nothing of it changes. A record's score is the mean over its probes that count, as a run's is over all; records, their
 * order and their lines stay.
 */
export function countColumns(base: StoredColumns, ruling: Ruling, scores: ProbeScores): CountedColumns {
  const rows = rowOfRecord(base)
  const judged = judgedBy(base, ruling)
  const changes = new Map<string, Change>()
  for (const id of [...judged.values()].flat())
    changes.set(id, { rows: [], values: [] })
  const [fixed, waiting]: [ProbeRef[], ProbeRef[]] = [[], []]
  const unknown: string[] = []
  for (const [record, kinds] of ruling.fates) {
    const row = rows.get(record)
    if (row === undefined)
      continue
    for (const [kind, fates] of kinds) {
      const ids = judged.get(kind)
      if (!ids)
        continue
      // Most records have one probe of a kind, and most that do not stay leave.
      const found = fates.length === 1 && fates[0] === 'leaves' ? nothing : scoresOf(record, kind, fates, scores)
      fixed.push(...found.fixed)
      waiting.push(...found.waiting)
      if (found.isUnknown)
        unknown.push(record)
      for (const id of ids) {
        const { rows, values } = changes.get(id)!
        rows.push(row)
        values.push(found.scores.length === 0 ? null : meanOf(found.scores, id))
      }
    }
  }
  for (const [id, { rows }] of changes) {
    if (rows.length === 0)
      changes.delete(id)
  }
  return { columns: changes.size === 0 ? base : replaced(base, changes), fixed, waiting, unknown }
}

interface Found { readonly scores: readonly Scores[], readonly fixed: readonly ProbeRef[], readonly waiting: readonly ProbeRef[], readonly isUnknown: boolean }
const nothing: Found = { scores: [], fixed: [], waiting: [], isUnknown: false }

/** Scores of the record's probes that count. */
function scoresOf(record: string, kind: ProbeKind, fates: readonly Fate[], { ownOf, fixedOf }: ProbeScores): Found {
  const own = fates.includes('stays') ? ownOf(record, kind) : undefined
  const found = { scores: [] as Scores[], fixed: [] as ProbeRef[], waiting: [] as ProbeRef[], isUnknown: fates.includes('stays') && !own }
  fates.forEach((fate, index) => {
    if (fate === 'stays') {
      const scores = own?.get(index)
      if (scores)
        found.scores.push(scores)
    }
    else if (fate !== 'leaves') {
      const scores = fixedOf(record, kind, index, fate.fix)
      if (scores)
        found.scores.push(scores)
      found[scores ? 'fixed' : 'waiting'].push({ record, kind, index })
    }
  })
  return found.isUnknown ? { ...found, scores: [] } : found
}

function meanOf(all: readonly Scores[], metric: string): Value {
  const sums = new Map<string, { sum: number, n: number }>()
  for (const scores of all) {
    for (const [reading, value] of Object.entries(scores[metric] ?? {})) {
      const known = sums.get(reading) ?? { sum: 0, n: 0 }
      sums.set(reading, { sum: known.sum + value, n: known.n + 1 })
    }
  }
  return sums.size === 0 ? null : Object.fromEntries([...sums].map(([reading, { sum, n }]) => [reading, sum / n]))
}

/** Every column is made when it is first looked at, as those of a file are. */
function replaced(base: StoredColumns, changes: ReadonlyMap<string, Change>): StoredColumns {
  const scores: Record<string, Record<string, readonly (number | null)[]>> = {}
  for (const [metric, variants] of Object.entries(base.scores)) {
    const change = changes.get(metric)
    if (!change) {
      scores[metric] = variants as Record<string, readonly (number | null)[]>
      continue
    }
    scores[metric] = {}
    for (const variant of Object.keys(variants)) {
      later(scores[metric], variant, () => {
        const values = [...variants[variant]!]
        change.rows.forEach((row, i) => values[row] = change.values[i]?.[variant] ?? null)
        return values
      })
    }
  }
  const columns = { records: base.records, failed: base.failed, failedLines: base.failedLines, scores } as { -readonly [K in keyof StoredColumns]: StoredColumns[K] }
  later(columns, 'verdicts', () => {
    const verdicts: (Verdict | null)[] = [...base.verdicts]
    for (const row of new Set([...changes.values()].flatMap(({ rows }) => rows)))
      verdicts[row] = verdictOf(strictOf(scores, row)) ?? null
    return verdicts
  })
  later(columns, 'steps', () => base.steps)
  later(columns, 'editMs', () => base.editMs)
  later(columns, 'seconds', () => base.seconds)
  later(columns, 'lines', () => base.lines)
  return columns
}

/** What a verdict looks at. */
function strictOf(scores: StoredColumns['scores'], row: number): Scores {
  return Object.fromEntries(Object.entries(scores).flatMap(([metric, { strict }]) => {
    const value = strict?.[row] ?? null
    return value === null ? [] : [[metric, { strict: value }]]
  }))
}
