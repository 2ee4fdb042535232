// What a mark opens: exactly the records that it was made from.
import type { RunId } from '../../preload/contract/identifiers.ts'
import type { ResultFilter } from '../../preload/contract/runs.ts'
import type { ReportInput, ReportRun } from '../query/report-run.ts'

export interface Links {
  /** Place of this row's records, with these conditions, among all links. */
  readonly to: (row: ReportRun, more?: Partial<Omit<ResultFilter, 'id'>>) => number
  readonly all: ResultFilter[]
}

/** Equal filters are kept once. */
export function createLinks(input: Pick<ReportInput, 'runs' | 'comparability' | 'over' | 'counted'>): Links {
  const all: ResultFilter[] = []
  const places = new Map<string, number>()
  const amongOf = amongRuns(input)
  return {
    all,
    to(row, more = {}) {
      const among = amongOf(row)
      const filter: ResultFilter = { id: row.run.id, status: 'done', ...(row.slice ? { slice: row.slice.id } : {}), ...(among ? { among } : {}), ...(input.counted ? { counts: input.counted.counts } : {}), ...more }
      const key = JSON.stringify(filter)
      const place = places.get(key) ?? all.push(filter) - 1
      places.set(key, place)
      return place
    },
  }
}

/** The runs whose common records a row is over; undefined where it has all of its own. */
function amongRuns({ runs, comparability, over = 'common' }: Pick<ReportInput, 'runs' | 'comparability' | 'over'>): (row: ReportRun) => RunId[] | undefined {
  const partial = new Set(over === 'common' ? comparability.common.filter(({ count, most }) => count < most).map(({ dataset }) => dataset) : [])
  const dataOf = ({ run }: ReportRun): string => `${run.plan.dataset}\n${run.versions['data'] ?? ''}`
  return (row) => {
    if (!partial.has(row.run.plan.dataset))
      return undefined
    const among = [...new Set(runs.filter(other => other.run.plan.kind !== 'train' && dataOf(other) === dataOf(row)).map(({ run }) => run.id))]
    return among.length > 1 ? among : undefined
  }
}
