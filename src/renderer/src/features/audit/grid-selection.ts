// Which probes of a grid are selected: single ones, and a range that grows and shrinks from where it began.

export interface GridSelection {
  /** Items that were selected before the range began. */
  readonly base: ReadonlySet<number>
  readonly selected: ReadonlySet<number>
  /** Place where a range begins: the one that was last selected or looked at by itself. */
  readonly anchor: number | undefined
}

export const noSelection: GridSelection = { base: new Set(), selected: new Set(), anchor: undefined }

/** Selects the probe at a place, or takes it out; a range begins here. */
export function toggleAt({ selected }: GridSelection, items: ArrayLike<number>, place: number): GridSelection {
  const item = items[place]
  const next = new Set(selected)
  if (item !== undefined && !next.delete(item))
    next.add(item)
  return { base: next, selected: next, anchor: place }
}

/** Everything from the anchor to `place`, beside what was selected before. Without an anchor the range begins at `from`. */
export function extendTo({ base, anchor }: GridSelection, items: ArrayLike<number>, from: number, place: number): GridSelection {
  const start = anchor ?? from
  const next = new Set(base)
  for (let i = Math.min(start, place); i <= Math.max(start, place); i++) {
    const item = items[i]
    if (item !== undefined)
      next.add(item)
  }
  return { base, selected: next, anchor: start }
}

export function selectAll(items: ArrayLike<number>): GridSelection {
  const all = new Set(Array.from(items))
  return { base: all, selected: all, anchor: undefined }
}

/** Moving on without Shift: the next range begins here. */
export function moveTo({ selected }: GridSelection, place: number): GridSelection {
  return { base: selected, selected, anchor: place }
}

/** What is still in the list; nobody decides about what is not shown. */
export function keepIn(selection: GridSelection, items: ArrayLike<number>): GridSelection {
  if (selection.selected.size === 0)
    return noSelection
  const there = new Set(Array.from(items))
  const kept = new Set([...selection.selected].filter(item => there.has(item)))
  return { base: kept, selected: kept, anchor: undefined }
}

/** Parts of at most `size`, in order. */
export function chunksOf<T>(list: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, i) => list.slice(i * size, (i + 1) * size))
}
