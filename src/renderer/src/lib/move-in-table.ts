// Arrow keys between the buttons of a table's cells.

const steps: Readonly<Record<string, readonly [row: number, column: number]>> = {
  ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], Home: [0, -Infinity], End: [0, Infinity],
}

/** Focuses the next cell button in the key's direction, over cells without one; false if the key moves nothing or `target` is no cell. */
export function moveInTable(key: string, table: HTMLTableElement, target: EventTarget | null): boolean {
  const step = steps[key]
  const from = target instanceof HTMLElement ? target.closest('td') : null
  if (!step || !from || !target || !(target as HTMLElement).matches('button.cell'))
    return false
  const rows = [...table.querySelectorAll<HTMLTableRowElement>('tbody tr')]
  const [rowStep, columnStep] = step
  const at = { row: rows.findIndex(row => row.contains(from)), column: from.cellIndex }
  const buttonAt = (row: number, column: number): HTMLButtonElement | null | undefined => rows[row]?.cells[column]?.querySelector<HTMLButtonElement>('button.cell')
  if (!Number.isFinite(columnStep)) {
    const columns = [...rows[at.row]?.cells ?? []].map((_, i) => i)
    const found = (columnStep < 0 ? columns : columns.reverse()).find(column => buttonAt(at.row, column))
    if (found !== undefined)
      buttonAt(at.row, found)?.focus()
    return true
  }
  for (let row = at.row + rowStep, column = at.column + columnStep; rows[row]?.cells[column]; row += rowStep, column += columnStep) {
    const button = buttonAt(row, column)
    if (button) {
      button.focus()
      break
    }
  }
  return true
}
