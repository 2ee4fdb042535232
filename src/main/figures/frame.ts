// The legend and the room that it takes. An option does not know how wide it will be drawn, so `media` gives the top for every width.

interface Room {
  readonly legend: Record<string, unknown>
  readonly top: number
  readonly right: number
  /** ECharts' media queries; `count` grids move down together. */
  readonly media: (count?: number) => readonly object[]
}

/** What stands before a name: a stretch of line, a point or a filled box. */
export type Marks = 'lines' | 'points' | 'boxes'
const icons = { lines: { itemWidth: 28, itemHeight: 9 }, points: { itemWidth: 11, itemHeight: 11 }, boxes: { itemWidth: 18, itemHeight: 11 } } as const

const widths = [420, 560, 700, 860, 1040, 1260]
const rowHeight = 20
/** Names that a legend above the drawing holds; more stand in a column at the right. */
const mostAbove = 8

const itemWidth = (name: string): number => Math.min(320, name.length * 6.8) + 46

/** Rows that the names take at this width, as ECharts wraps them. */
export function legendRows(names: readonly string[], width: number): number {
  return names.reduce(({ row, used }, name) => {
    const own = itemWidth(name)
    return used > 0 && used + own > width - 24 ? { row: row + 1, used: own } : { row, used: used + own }
  }, { row: 1, used: 0 }).row
}

/** `head`: pixels between legend and drawing, for titles. */
export function legendRoom(names: readonly string[], { head = 12, right = 16, marks = 'lines' }: { readonly head?: number, readonly right?: number, readonly marks?: Marks } = {}): Room {
  const data = [...names]
  const base = { data, ...icons[marks], itemGap: 12 }
  if (names.length <= 1)
    return { legend: { ...base, top: 2, show: names.length > 0 }, top: head + 22, right, media: () => [] }
  if (names.length > mostAbove) {
    const room = Math.min(260, Math.max(...names.map(itemWidth)))
    return {
      legend: { ...base, orient: 'vertical', align: 'left', right: 4, top: 6, itemGap: 5, textStyle: { width: room - 44, overflow: 'truncate' }, tooltip: { show: true } },
      top: head + 6,
      right: room + right,
      media: () => [],
    }
  }
  const topAt = (width: number): number => 6 + head + legendRows(names, width) * rowHeight
  return {
    legend: { ...base, top: 2, left: 'center', textStyle: { width: 320, overflow: 'truncate' } },
    top: topAt(widths[0]!),
    right,
    media: (count = 1) => widths.map(width => ({ query: { minWidth: width }, option: { grid: count === 1 ? { top: topAt(width) } : Array.from({ length: count }, () => ({ top: topAt(width) })) } })),
  }
}

/** Pixels that hold the longest of the names as labels of an axis. */
export function labelRoom(names: readonly string[], most = 220): number {
  return Math.min(most, Math.max(24, ...names.map(name => Math.ceil(name.length * 6.3)))) + 14
}
