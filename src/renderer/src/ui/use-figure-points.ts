// Pointing at records in a scatter, enclosing them with a box or a line, zooming in on them; what is marked elsewhere is marked here.
import type { ECharts } from 'echarts/core'
import { computed, onBeforeUnmount, ref, shallowRef, watch } from 'vue'
import type { Ref, ShallowRef } from 'vue'
import { readToken } from '../lib/theme.ts'
import { seriesOf } from './chart-marks.ts'
import type { Drawable } from './chart-marks.ts'
import { clearOverlay, drawOverlay } from './chart-overlay.ts'
import { brushedOf, insideBox, insideLine, nearest, pointsOf, project } from './chart-points.ts'
import type { Box, Brushed, GridFrame, Projected } from './chart-points.ts'
import { frameOf, zoomedOption } from './chart-zoom.ts'
import type { Ends } from './chart-zoom.ts'

export type DragMode = 'box' | 'lasso' | 'zoom'

export interface FigurePointsOptions {
  readonly chart: ShallowRef<ECharts | undefined>
  readonly canvas: Readonly<ShallowRef<HTMLCanvasElement | null>>
  readonly figure: () => Drawable
  readonly selected: () => ReadonlySet<string> | undefined
  /** Runs whose records `selected` are; undefined: all. */
  readonly selectedRuns: () => ReadonlySet<string> | undefined
  readonly brush: (brushed: readonly Brushed[], isDone: boolean) => void
  readonly open: (series: string, record: string) => void
  /** The figure as it was, unzoomed. */
  readonly redraw: () => void
}

export interface FigurePoints {
  readonly hasPoints: Readonly<Ref<boolean>>
  readonly mode: Ref<DragMode>
  readonly isZoomed: Readonly<Ref<boolean>>
  /** Text at the pointer, where there is a record under it. */
  readonly hover: Readonly<ShallowRef<{ readonly x: number, readonly y: number, readonly text: string } | undefined>>
  readonly ring: ShallowRef<readonly [number, number] | undefined>
  readonly down: (event: PointerEvent) => void
  readonly move: (event: PointerEvent) => void
  readonly up: (event: PointerEvent) => void
  readonly leave: () => void
  readonly reset: () => void
  readonly clear: () => void
  /** After the chart was drawn or resized: where points lie now. */
  readonly place: () => void
}

const dragFrom = 4
const hoverRadius = 7
const tellEveryMs = 120

export function useFigurePoints({ chart, canvas, figure, selected, selectedRuns, brush, open, redraw }: FigurePointsOptions): FigurePoints {
  const points = computed(() => pointsOf(figure()))
  const hasPoints = computed(() => points.value.count > 0)
  const mode = ref<DragMode>('box')
  const zoom = shallowRef<Ends>()
  const hover = shallowRef<{ x: number, y: number, text: string }>()
  const ring = shallowRef<readonly [number, number]>()
  let frames: (GridFrame | undefined)[] = []
  let at: Projected = { x: new Float32Array(), y: new Float32Array() }
  let drag: { readonly x: number, readonly y: number, readonly id: number, line: number[], isOn: boolean, box: Box | undefined } | undefined
  let own: Uint8Array | undefined
  let next = 0
  let told = 0

  /** Marked records by their place; a drag of one's own stands before what is marked elsewhere. */
  function marked(): Uint8Array | undefined {
    if (own)
      return own
    const chosen = selected()
    const { records = [] } = figure()
    return chosen && chosen.size > 0 ? Uint8Array.from(records, record => chosen.has(record) ? 1 : 0) : undefined
  }

  function paint(): void {
    next = 0
    if (!canvas.value)
      return
    if (!hasPoints.value && !ring.value) {
      clearOverlay(canvas.value)
      return
    }
    const runs = own ? undefined : selectedRuns()
    const shown = points.value
    const colours = new Map(seriesOf(figure()).map(series => [series.id, colourOf(series)]))
    drawOverlay(canvas.value, {
      points: shown,
      at,
      frames,
      marked: marked(),
      isMarkable: shown.groups.map(({ series }) => runs?.has(series.split('/')[0] ?? '') ?? true),
      box: drag?.isOn && mode.value !== 'lasso' ? drag.box : undefined,
      line: drag?.isOn && mode.value === 'lasso' ? drag.line : undefined,
      ring: ring.value,
      colours: { page: readToken('surface'), accent: readToken('accent'), series: shown.groups.map(({ series, isHidden }) => isHidden ? readToken('series-2') : colours.get(series) ?? readToken('accent')) },
    })
  }

  const paintSoon = (): void => {
    next ||= requestAnimationFrame(paint)
  }

  function place(): void {
    if (!chart.value || !hasPoints.value) {
      paintSoon()
      return
    }
    const grids = Math.max(0, ...points.value.groups.map(({ grid }) => grid + 1))
    frames = Array.from({ length: grids }, (_, grid) => frameOf(chart.value!, figure(), grid, zoom.value))
    at = project(points.value, frames)
    paintSoon()
  }

  function isOver({ offsetX, offsetY }: PointerEvent): boolean {
    return frames.some(frame => frame && offsetX >= frame.left && offsetX <= frame.right && offsetY >= frame.top && offsetY <= frame.bottom)
  }

  const isSeen = (group: number): boolean => zoom.value !== undefined || points.value.groups[group]?.isHidden === false

  function under({ offsetX, offsetY }: PointerEvent): number | undefined {
    return nearest(points.value, at, offsetX, offsetY, hoverRadius, isSeen)
  }

  function textOf(i: number): string {
    const group = points.value.groups[points.value.group[i]!]!
    const value = (number: number): string => String(Number((group.isLog ? 10 ** number : number).toPrecision(3)))
    return `${group.name}, ${figure().records?.[points.value.record[i]!] ?? ''}: ${value(points.value.x[i]!)}, ${value(points.value.y[i]!)}`
  }

  function enclosed(): Uint32Array {
    if (!drag?.box)
      return new Uint32Array()
    return mode.value === 'lasso' ? insideLine(points.value, at, drag.line) : insideBox(points.value, at, drag.box)
  }

  function markEnclosed(isDone: boolean): void {
    const found = enclosed()
    own = new Uint8Array(figure().records?.length ?? 0)
    for (const i of found)
      own[points.value.record[i]!] = 1
    // Here every frame shows what is enclosed; others follow at a pace that lets them draw it.
    const time = performance.now()
    if (isDone || time - told >= tellEveryMs) {
      told = time
      brush(brushedOf(points.value, figure().records ?? [], found), isDone)
    }
  }

  function down(event: PointerEvent): void {
    if (event.button !== 0 || !hasPoints.value || !isOver(event))
      return
    drag = { x: event.offsetX, y: event.offsetY, id: event.pointerId, line: [event.offsetX, event.offsetY], isOn: false, box: undefined }
  }

  function move(event: PointerEvent): void {
    if (!hasPoints.value)
      return
    if (!drag) {
      const i = isOver(event) ? under(event) : undefined
      hover.value = i === undefined ? undefined : { x: at.x[i]!, y: at.y[i]!, text: textOf(i) }
      return
    }
    const { offsetX: x, offsetY: y } = event
    if (!drag.isOn && Math.hypot(x - drag.x, y - drag.y) < dragFrom)
      return
    if (!drag.isOn)
      (event.currentTarget as HTMLElement).setPointerCapture(drag.id)
    hover.value = undefined
    drag.isOn = true
    drag.line.push(x, y)
    drag.box = { left: Math.min(x, drag.x), right: Math.max(x, drag.x), top: Math.min(y, drag.y), bottom: Math.max(y, drag.y) }
    if (mode.value !== 'zoom')
      markEnclosed(false)
    paintSoon()
  }

  function up(event: PointerEvent): void {
    const done = drag
    if (!done)
      return
    if (!done.isOn) {
      drag = undefined
      const i = under(event)
      const record = i === undefined ? undefined : figure().records?.[points.value.record[i]!]
      if (i !== undefined && record !== undefined)
        open(points.value.groups[points.value.group[i]!]!.series, record)
      else if (isSeenAnywhere())
        clear()
      return
    }
    if (mode.value === 'zoom' && done.box)
      zoomTo(done.box)
    else
      markEnclosed(true)
    drag = undefined
    // From here on, what is marked is what the owner says.
    own = undefined
    paintSoon()
  }

  const isSeenAnywhere = (): boolean => (selected()?.size ?? 0) > 0

  function clear(): void {
    drag = undefined
    own = undefined
    brush([], true)
    paintSoon()
  }

  function zoomTo({ left, right, top, bottom }: Box): void {
    const frame = frames.find(one => one && left <= one.right && right >= one.left && top <= one.bottom && bottom >= one.top)
    if (!frame || right - left < dragFrom || bottom - top < dragFrom)
      return
    const value = (pixel: number, [offset, factor]: readonly [number, number]): number => (pixel - offset) / factor
    const clamp = (pixel: number, low: number, high: number): number => Math.min(high, Math.max(low, pixel))
    zoom.value = {
      x: [value(clamp(left, frame.left, frame.right), frame.x), value(clamp(right, frame.left, frame.right), frame.x)],
      y: [value(clamp(bottom, frame.top, frame.bottom), frame.y), value(clamp(top, frame.top, frame.bottom), frame.y)],
    }
    chart.value?.setOption(zoomedOption(figure(), points.value, zoom.value, readToken('series-1')))
    place()
  }

  function reset(): void {
    if (!zoom.value)
      return
    zoom.value = undefined
    redraw()
  }

  watch([selected, selectedRuns, ring], paintSoon)
  watch(figure, () => {
    zoom.value = undefined
    hover.value = undefined
  })
  onBeforeUnmount(() => cancelAnimationFrame(next))

  return { hasPoints, mode, isZoomed: computed(() => zoom.value !== undefined), hover, ring, down, move, up, leave: () => (hover.value = undefined), reset, clear, place }
}

function colourOf(series: ReturnType<typeof seriesOf>[number]): string {
  const { color } = (series as { readonly itemStyle?: { readonly color?: unknown } }).itemStyle ?? {}
  const name = typeof color === 'string' ? /^var\(--([\w-]+)\)$/.exec(color)?.[1] : undefined
  return name === undefined ? String(color ?? readToken('accent')) : readToken(name)
}
