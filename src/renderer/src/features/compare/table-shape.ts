// How a table's columns are headed, and which cells are best.
import type { Table } from '@contract/tables.ts'

export interface ColumnGroup { readonly label: string, readonly span: number }

/** Neighbours of one group share a heading; ungrouped neighbours share an empty one. */
export function columnGroups(columns: Table['columns']): ColumnGroup[] {
  const groups: { label: string, span: number }[] = []
  for (const { group = '' } of columns) {
    const last = groups.at(-1)
    if (last?.label === group)
      last.span += 1
    else
      groups.push({ label: group, span: 1 })
  }
  return groups
}

/**
 * Column id → rows with the best mean there, dataset by dataset (means of different records do not compete);
 * only where there is something to compare. Ties are all best. A column for which `isHigherBetter` knows nothing has no best.
 */
export function bestRows(table: Table, isHigherBetter: (column: string) => boolean | undefined): Record<string, string[]> {
  const best: Record<string, string[]> = {}
  const datasets = [...new Set(table.rows.map(datasetOf))]
  for (const { id } of table.columns) {
    const higher = isHigherBetter(id)
    if (higher === undefined)
      continue
    const rows = datasets.flatMap((dataset) => {
      const means = table.rows.filter(row => datasetOf(row) === dataset).flatMap(row => row.cells[id]?.mean === undefined ? [] : [{ row: row.id, mean: row.cells[id].mean }])
      if (means.length < 2)
        return []
      const top = means.reduce((a, b) => (higher ? b.mean > a.mean : b.mean < a.mean) ? b : a).mean
      const winners = means.filter(one => one.mean === top)
      return winners.length < means.length ? winners.map(one => one.row) : []
    })
    if (rows.length > 0)
      best[id] = rows
  }
  return best
}

const datasetOf = (row: Table['rows'][number]): string => row.cells['dataset']?.text ?? ''
