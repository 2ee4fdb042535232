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

/** Column id → rows with the best mean there; only where there is something to compare. Ties are all best. */
export function bestRows(table: Table, higherIsBetter: boolean): Record<string, string[]> {
  const best: Record<string, string[]> = {}
  for (const { id } of table.columns) {
    const means = table.rows.flatMap(row => row.cells[id]?.mean === undefined ? [] : [{ row: row.id, mean: row.cells[id].mean }])
    if (means.length < 2)
      continue
    const top = means.reduce((a, b) => (higherIsBetter ? b.mean > a.mean : b.mean < a.mean) ? b : a).mean
    const rows = means.filter(one => one.mean === top).map(one => one.row)
    if (rows.length < means.length)
      best[id] = rows
  }
  return best
}
