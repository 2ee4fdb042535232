// What a run found about the records of a table: scores and verdicts in the order of its rows.
import type { DatasetId } from '../../preload/contract/identifiers.ts'
import type { Verdict } from '../../preload/contract/methods.ts'
import { verdictInfos } from '../metrics/verdict.ts'
import type { ScoreColumns } from '../workspace/score-columns.ts'
import { createFacetColumn } from './record-index.ts'
import type { FacetColumn } from './record-index.ts'
import type { RecordTable } from './record-table.ts'

export interface RunScores {
  readonly columns: readonly {
    readonly metric: string
    readonly variant: string
    /** One number a row of the table; NaN where the run has none. */
    readonly keys: () => Float64Array
  }[]
  readonly verdict: FacetColumn
  /** What a page shows of a row; null = the run has not scored it. */
  readonly resultOf: (row: number) => { verdict?: Verdict, scores: Record<string, number> } | null
  readonly orders: Map<string, Uint32Array>
}

/** Beside the verdicts: records that stopped with an error, and those the run has not reached or does not hold. */
const otherValues = { error: 'Stopped with an error', none: 'Not scored' } as const

export function alignScores(table: RecordTable, dataset: DatasetId, scores: ScoreColumns): RunScores {
  /** 1 + row of the scores; 0 = none, −1 = failed. */
  const at = new Int32Array(table.count)
  scores.failed.forEach((record) => {
    const row = table.rowOf(dataset, record)
    if (row !== undefined)
      at[row] = -1
  })
  scores.records.forEach((record, i) => {
    const row = table.rowOf(dataset, record)
    if (row !== undefined)
      at[row] = i + 1
  })
  const labels = new Map(verdictInfos.map(({ id, label }) => [id, [label]]))
  const [error, none] = [[otherValues.error], [otherValues.none]]
  const { column, add } = createFacetColumn({ id: 'verdict', label: 'Verdict', most: 10 })
  for (const place of at)
    add(place > 0 ? labels.get(scores.verdicts[place - 1] ?? '' as Verdict) ?? none : place < 0 ? error : none)
  const columns = Object.entries(scores.scores).flatMap(([metric, variants]) => Object.entries(variants).map(([variant, values]) => ({
    metric,
    variant,
    values,
    keys: () => Float64Array.from(at, place => (place > 0 ? values[place - 1] : undefined) ?? NaN),
  })))
  return {
    columns,
    verdict: column,
    orders: new Map(),
    resultOf(row) {
      const place = at[row] ?? 0
      if (place <= 0)
        return null
      const verdict = scores.verdicts[place - 1]
      const found: Record<string, number> = {}
      for (const { metric, variant, values } of columns) {
        const value = values[place - 1]
        if (value !== null && value !== undefined)
          found[`${metric}/${variant}`] = value
      }
      return { ...(verdict ? { verdict } : {}), scores: found }
    },
  }
}
