// Every row against the baseline's row of the same records: paired differences, one test a cell, corrected over the whole table.
import type { Delta } from '../../preload/contract/comparison.ts'
import type { ScoreColumns } from '../workspace/score-columns.ts'
import { dataOf } from '../query/report-run.ts'
import type { ReportInput } from '../query/report-run.ts'
import { pairedDifference } from '../statistics/paired-difference.ts'
import type { PairedDifference } from '../statistics/paired-difference.ts'
import { holm } from '../statistics/paired-tests.ts'
import type { Column } from './columns.ts'
import type { TableRun } from './table.ts'

export interface Deltas {
  readonly of: (row: TableRun, column: Column) => Delta | undefined
  /** Tests that Holm's correction counts. */
  readonly tests: number
  /** Which tests these are. */
  readonly kinds: ReadonlySet<Delta['test']>
  /** Smallest and largest of what the tests would have found, by unit. */
  readonly detectable: Readonly<Partial<Record<'share' | 'nats', readonly [least: number, most: number]>>>
}

/** For every row of `a` the row of the same record in `b`, −1 where there is none. */
function matchRows(a: ScoreColumns, b: ScoreColumns): readonly number[] {
  const places = new Map(b.records.map((record, row) => [record, row]))
  return a.records.map(record => places.get(record) ?? -1)
}

/** The baseline's row over the same data and slice; undefined for its own rows and where it has none. */
export function baselineOf({ runs, baseline }: Pick<ReportInput, 'runs' | 'baseline'>, row: TableRun): TableRun | undefined {
  return row.run.id === baseline ? undefined : runs.find(other => other.run.id === baseline && other.slice?.id === row.slice?.id && dataOf(other.run) === dataOf(row.run))
}

const none: Deltas = { of: () => undefined, tests: 0, kinds: new Set(), detectable: {} }

/** Run minus baseline for every row and column, on the records where both have the score. */
export function deltasOf(input: Pick<ReportInput, 'runs' | 'baseline'>, rows: readonly TableRun[], columns: readonly Column[]): Deltas {
  if (input.baseline === undefined)
    return none
  return correct(rows.flatMap((row) => {
    const base = baselineOf(input, row)
    return base ? differencesOf(row, base, columns) : []
  }))
}

interface Difference { readonly row: TableRun, readonly column: Column, readonly found: PairedDifference }

/** By columns of the row, then of its baseline: the same two are compared by every table, at every look. */
const known = new WeakMap<ScoreColumns, WeakMap<ScoreColumns, Map<string, PairedDifference | undefined>>>()

/** One row minus another, column by column; nothing where they share no record. */
export function differencesOf(row: TableRun, base: TableRun, columns: readonly Column[]): Difference[] {
  const [own, other] = [row.records, base.records]
  if (!own || !other)
    return []
  const ofOwn = known.get(own) ?? new WeakMap<ScoreColumns, Map<string, PairedDifference | undefined>>()
  known.set(own, ofOwn)
  const ofPair = ofOwn.get(other) ?? new Map<string, PairedDifference | undefined>()
  ofOwn.set(other, ofPair)
  let places: readonly number[] | undefined
  return columns.flatMap((column) => {
    const key = keyOf(column)
    if (!ofPair.has(key)) {
      const [a, b] = [own, other].map(({ scores }) => scores[column.metric.id]?.[column.variant.id])
      places ??= matchRows(own, other)
      ofPair.set(key, a && b && pairedDifference(a, places.map(place => b[place] ?? null), { unit: column.variant.unit }))
    }
    const found = ofPair.get(key)
    return found ? [{ row, column, found }] : []
  })
}

/** Holm's correction over all of them: they stand in one table. */
export function correct(differences: readonly Difference[]): Deltas {
  const adjusted = holm(differences.map(({ found }) => found.p))
  const deltas = new Map<TableRun, Map<string, Delta>>()
  differences.forEach(({ row, column, found }, i) => {
    const ofRow = deltas.get(row) ?? new Map<string, Delta>()
    deltas.set(row, ofRow)
    ofRow.set(keyOf(column), { ...found, adjusted: adjusted[i]! })
  })
  return {
    of: (row, column) => deltas.get(row)?.get(keyOf(column)),
    tests: differences.length,
    kinds: new Set(differences.map(({ found }) => found.test)),
    detectable: Object.fromEntries((['share', 'nats'] as const).flatMap((unit) => {
      const all = differences.filter(({ column }) => column.variant.unit === unit).map(({ found }) => found.detectable)
      return all.length > 0 ? [[unit, [Math.min(...all), Math.max(...all)]]] : []
    })),
  }
}

const keyOf = ({ metric, variant }: Column): string => `${metric.id}/${variant.id}`
