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

/** The run's metrics that a kind of probe judges. */
const judgedBy = (columns: ScoreColumns, kind: ProbeKind): string[] => metrics.all.filter(({ id, judges }) => judges === kind && columns.scores[id]).map(({ id }) => id)

/** Records of the run with a kind of which some probes stay and others do not. */
export function partialRecords(columns: ScoreColumns, { fates }: Ruling): string[] {
  const rows = rowOfRecord(columns)
  return [...fates].flatMap(([record, kinds]) => rows.has(record) && [...kinds].some(([kind, all]) => all.includes('stays') && judgedBy(columns, kind).length > 0) ? [record] : [])
}

/** Reading → value; null: nothing is left of the metric. */
type Value = Readonly<Record<string, number>> | null

/**
 * `base` itself where nothing of it changes. A record's score is the mean over its probes that count, as a run's is over all; records, their
 * order and their lines stay.
 */
export function countColumns(base: StoredColumns, ruling: Ruling, scores: ProbeScores): CountedColumns {
  const rows = rowOfRecord(base)
  const judged = new Map(ruling.kinds.map(kind => [kind, judgedBy(base, kind)]))
  const changes = new Map<string, { readonly rows: number[], readonly values: Value[] }>()
  const [fixed, waiting]: [ProbeRef[], ProbeRef[]] = [[], []]
  const unknown: string[] = []
  for (const [record, kinds] of ruling.fates) {
    const row = rows.get(record)
    for (const [kind, fates] of row === undefined ? [] : kinds) {
      const ids = judged.get(kind) ?? []
      if (ids.length === 0)
        continue
      const found = scoresOf(record, kind, fates, scores)
      fixed.push(...found.fixed)
      waiting.push(...found.waiting)
      if (found.isUnknown)
        unknown.push(record)
      for (const id of ids) {
        const change = changes.get(id) ?? { rows: [], values: [] }
        changes.set(id, change)
        change.rows.push(row!)
        change.values.push(meanOf(found.scores, id))
      }
    }
  }
  return { columns: changes.size === 0 ? base : replaced(base, changes), fixed, waiting, unknown }
}

interface Found { readonly scores: readonly Scores[], readonly fixed: ProbeRef[], readonly waiting: ProbeRef[], readonly isUnknown: boolean }

/** Scores of the record's probes that count. */
function scoresOf(record: string, kind: ProbeKind, fates: readonly Fate[], { ownOf, fixedOf }: ProbeScores): Found {
  const own = fates.includes('stays') ? ownOf(record, kind) : undefined
  const found: Found & { scores: Scores[] } = { scores: [], fixed: [], waiting: [], isUnknown: fates.includes('stays') && !own }
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
function replaced(base: StoredColumns, changes: ReadonlyMap<string, { readonly rows: readonly number[], readonly values: readonly Value[] }>): StoredColumns {
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
