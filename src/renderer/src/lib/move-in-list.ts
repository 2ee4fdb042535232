// Where a key moves in a list drawn in columns, and what else a key does there.

/** New position for `key`, or undefined if the key does not move. `page` is how many items fill the window. */
export function moveSelection(key: string, position: number | undefined, total: number, columns: number, page: number): number | undefined {
  if (total === 0)
    return undefined
  const at = position ?? -1
  const steps: Readonly<Record<string, number>> = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns, PageDown: page, PageUp: -page, j: 1, k: -1 }
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
  // A row up or down that does not exist keeps the place; a page clamps to the ends.
  if ((key === 'ArrowUp' || key === 'ArrowDown') && (next < 0 || next >= total))
    return at
  return Math.min(Math.max(next, 0), total - 1)
}

export type ListAction =
  | { readonly do: 'look', readonly at: number, readonly extend: boolean }
  | { readonly do: 'toggle' | 'all' | 'none' | 'open' | 'enlarge' }

/** What a key does in the grid or the table; undefined: nothing. */
export function listAction(event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey'>, position: number | undefined, total: number, columns: number, page: number): ListAction | undefined {
  const { key, shiftKey } = event
  if (event.altKey)
    return undefined
  if (event.ctrlKey || event.metaKey)
    return key === 'a' ? { do: 'all' } : undefined
  if (key === 'Escape')
    return { do: 'none' }
  if (position !== undefined && (key === 'Enter' || key === ' ' || key === 'f'))
    return { do: key === 'Enter' ? 'open' : key === ' ' ? 'toggle' : 'enlarge' }
  const at = moveSelection(key, position, total, columns, page)
  return at === undefined ? undefined : { do: 'look', at, extend: shiftKey }
}
