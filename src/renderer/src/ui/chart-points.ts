// The records of a scatter as numbers in columns: projected to pixels, hit and enclosed without asking the chart for each.
import { seriesOf } from './chart-marks.ts'
import type { Drawable } from './chart-marks.ts'

export interface Points {
  readonly count: number
  readonly x: Float64Array
  readonly y: Float64Array
  /** Place in the figure's records. */
  readonly record: Uint32Array
  /** Place in `groups`. */
  readonly group: Uint16Array
  readonly groups: readonly PointGroup[]
}

export interface PointGroup {
  /** Of the run, with a slice's behind a slash. */
  readonly series: string
  readonly name: string
  readonly grid: number
  /** Drawn as density, so that its points are not to be seen. */
  readonly isHidden: boolean
  /** Axes carry exponents of ten. */
  readonly isLog: boolean
}

/** All points of all series of records, in the order in which they are drawn. */
export function pointsOf(figure: Drawable): Points {
  const drawn = seriesOf(figure).filter(series => series.isRecords && series.type === 'scatter')
  const hidden = figure.points ?? []
  const names = new Map(seriesOf(figure).map(series => [series.id, series.name ?? '']))
  const count = drawn.reduce((sum, { data = [] }) => sum + data.length, 0) + hidden.reduce((sum, { data }) => sum + data.length / 4, 0)
  const [x, y, record, group] = [new Float64Array(count), new Float64Array(count), new Uint32Array(count), new Uint16Array(count)]
  let at = 0
  const add = (px: number, py: number, r: number, g: number): void => {
    x[at] = px
    y[at] = py
    record[at] = r
    group[at++] = g
  }
  drawn.forEach(({ data = [] }, g) => (data as readonly (readonly number[])[]).forEach(([px = NaN, py = NaN, r = 0]) => add(px, py, r, g)))
  hidden.forEach(({ data }, k) => {
    for (let i = 0; i < data.length; i += 4)
      add(data[i]!, data[i + 1]!, data[i + 2]!, drawn.length + k)
  })
  return {
    count,
    x,
    y,
    record,
    group,
    groups: [
      ...drawn.map((series): PointGroup => ({ series: series.id ?? '', name: series.name ?? '', grid: series.xAxisIndex ?? 0, isHidden: false, isLog: series.scale === 'log10' })),
      ...hidden.map(({ series, grid }): PointGroup => ({ series, name: names.get(`${series}#bins`) ?? '', grid, isHidden: true, isLog: true })),
    ],
  }
}

export interface Box { readonly left: number, readonly top: number, readonly right: number, readonly bottom: number }

/** A grid's pixels, and its axes as straight lines: pixel = offset + factor × value. */
export interface GridFrame extends Box { readonly x: readonly [offset: number, factor: number], readonly y: readonly [offset: number, factor: number] }

export interface Projected { readonly x: Float32Array, readonly y: Float32Array }

/** Pixels of all points; those outside of their grid (zoomed away) become NaN and are never hit. */
export function project(points: Points, frames: readonly (GridFrame | undefined)[]): Projected {
  const [x, y] = [new Float32Array(points.count), new Float32Array(points.count)]
  const byGroup = points.groups.map(({ grid }) => frames[grid])
  for (let i = 0; i < points.count; i++) {
    const frame = byGroup[points.group[i]!]
    const px = frame ? frame.x[0] + frame.x[1] * points.x[i]! : NaN
    const py = frame ? frame.y[0] + frame.y[1] * points.y[i]! : NaN
    const isIn = frame && px >= frame.left - 0.5 && px <= frame.right + 0.5 && py >= frame.top - 0.5 && py <= frame.bottom + 0.5
    x[i] = isIn ? px : NaN
    y[i] = isIn ? py : NaN
  }
  return { x, y }
}

/** The nearest point at most `radius` pixels away that may be seen; of equals the one drawn last. */
export function nearest(points: Points, at: Projected, px: number, py: number, radius: number, isSeen: (group: number) => boolean = () => true): number | undefined {
  let [best, least]: [number | undefined, number] = [undefined, radius * radius]
  for (let i = 0; i < points.count; i++) {
    const dx = at.x[i]! - px
    const dy = at.y[i]! - py
    const distance = dx * dx + dy * dy
    if (distance <= least && isSeen(points.group[i]!)) {
      best = i
      least = distance
    }
  }
  return best
}

export function insideBox(points: Points, at: Projected, { left, top, right, bottom }: Box): Uint32Array {
  const found = new Uint32Array(points.count)
  let count = 0
  for (let i = 0; i < points.count; i++) {
    if (at.x[i]! >= left && at.x[i]! <= right && at.y[i]! >= top && at.y[i]! <= bottom)
      found[count++] = i
  }
  return found.subarray(0, count)
}

/** Points inside a closed line, by the even–odd rule; `line` = x, y, x, y, … */
export function insideLine(points: Points, at: Projected, line: readonly number[]): Uint32Array {
  let box: Box = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity }
  for (let i = 0; i + 1 < line.length; i += 2)
    box = { left: Math.min(box.left, line[i]!), right: Math.max(box.right, line[i]!), top: Math.min(box.top, line[i + 1]!), bottom: Math.max(box.bottom, line[i + 1]!) }
  return insideBox(points, at, box).filter(i => isInside(line, at.x[i]!, at.y[i]!))
}

function isInside(line: readonly number[], px: number, py: number): boolean {
  let inside = false
  for (let i = 0, j = line.length - 2; i + 1 < line.length; j = i, i += 2) {
    const [xi, yi, xj, yj] = [line[i]!, line[i + 1]!, line[j]!, line[j + 1]!]
    if (yi > py !== yj > py && px < (xj - xi) * (py - yi) / (yj - yi) + xi)
      inside = !inside
  }
  return inside
}

/** What was enclosed, run by run (with a slice's id behind a slash), each record once. */
export interface Brushed { readonly series: string, readonly records: readonly string[] }

export function brushedOf(points: Points, records: readonly string[], found: Uint32Array): Brushed[] {
  const byGroup = new Map<number, Set<string>>()
  for (const i of found) {
    const record = records[points.record[i]!]
    const group = points.group[i]!
    if (record !== undefined)
      byGroup.set(group, (byGroup.get(group) ?? new Set<string>()).add(record))
  }
  return [...byGroup].map(([group, set]) => ({ series: points.groups[group]!.series, records: [...set] }))
}
