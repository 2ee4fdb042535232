// A number of the table as the records that it is the mean of.
import type { Counts } from '@contract/comparison.ts'
import type { ResultFilter, Run } from '@contract/runs.ts'
import type { TableCell } from '@contract/tables.ts'
import type { Row } from './table-shape.ts'

/** Undefined for a number that has no records here. With common records only what all runs of the dataset have finished. */
export function filterOfCell(row: Row, cell: TableCell, shown: readonly Run[], records: 'common' | 'own', counts: Counts): ResultFilter | undefined {
  const { run: id, metric, variant } = cell
  if (id === undefined || metric === undefined)
    return undefined
  const slice = cell.slice ?? row.slice
  return { id, metric, ...(variant === undefined ? {} : { variant }), ...(slice === undefined ? {} : { slice }), ...among(id, shown, records), ...countsOf(counts) }
}

/** The policy of the audit, where not all probes count. */
export const countsOf = (counts: Counts): Pick<ResultFilter, 'counts'> => counts === 'all' ? {} : { counts }

/** The condition that a record is common to the runs of the dataset, where that is asked. */
export function among(id: string, shown: readonly Run[], records: 'common' | 'own'): Pick<ResultFilter, 'among'> {
  const dataset = shown.find(run => run.id === id)?.plan.dataset
  const others = shown.filter(run => run.plan.dataset === dataset && run.id !== id)
  return records === 'common' && others.length > 0 ? { among: others.map(run => run.id) } : {}
}

/** Enclosed records of several series (a run's id, a slice's behind a slash) as one set; of several datasets the one with most. Undefined: nothing. */
export function gatherMarked(brushed: readonly { readonly series: string, readonly records: readonly string[] }[], shown: readonly Run[]): { dataset: string, records: string[] } | undefined {
  const found = new Map<string, Set<string>>()
  for (const { series, records } of brushed) {
    const dataset = shown.find(run => run.id === series.split('/')[0])?.plan.dataset
    if (dataset === undefined)
      continue
    const set = found.get(dataset) ?? new Set<string>()
    records.forEach(record => set.add(record))
    found.set(dataset, set)
  }
  const [most] = [...found].sort(([, a], [, b]) => b.size - a.size)
  return most && most[1].size > 0 ? { dataset: most[0], records: [...most[1]] } : undefined
}
