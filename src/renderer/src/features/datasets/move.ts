// Where a key moves the selection in a list drawn in columns.

/** New position for `key`, or undefined if the key does not move. `page` is how many items fill the window. */
export function moveSelection(key: string, position: number | undefined, total: number, columns: number, page: number): number | undefined {
  if (total === 0)
    return undefined
  const at = position ?? -1
  const steps: Readonly<Record<string, number>> = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns, PageDown: page, PageUp: -page }
  if (key === 'Home')
    return 0
  if (key === 'End')
    return total - 1
  const step = steps[key]
  if (step === undefined)
    return undefined
  if (position === undefined)
    return 0
  const next = at + step
  // A row up or down that does not exist keeps the selection where it is; a page clamps to the ends.
  if ((key === 'ArrowUp' || key === 'ArrowDown') && (next < 0 || next >= total))
    return at
  return Math.min(Math.max(next, 0), total - 1)
}
