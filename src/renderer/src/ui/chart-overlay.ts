// What lies over a chart: the marked records, the line that is being drawn, the ring of the keyboard. A canvas of its own, so that nothing
// beneath is drawn again.
import type { Box, GridFrame, Points, Projected } from './chart-points.ts'

export interface OverlayColours { readonly page: string, readonly accent: string, readonly series: readonly string[] }

export interface Overlay {
  readonly points: Points
  readonly at: Projected
  readonly frames: readonly (GridFrame | undefined)[]
  /** Per record of the figure: marked or not; undefined: nothing is marked anywhere. */
  readonly marked: Uint8Array | undefined
  /** Per group: whether what is marked is among its records. */
  readonly isMarkable: readonly boolean[]
  /** Of a drag: a box, or a closed line x, y, x, y, … */
  readonly box: Box | undefined
  readonly line: readonly number[] | undefined
  /** Pixels around which a ring is drawn. */
  readonly ring: readonly [number, number] | undefined
  readonly colours: OverlayColours
}

/** Sizes the canvas to its element at the screen's density. */
export function fitCanvas(canvas: HTMLCanvasElement): CanvasRenderingContext2D | null {
  const density = window.devicePixelRatio || 1
  const [width, height] = [Math.round(canvas.clientWidth * density), Math.round(canvas.clientHeight * density)]
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width
    canvas.height = height
  }
  const context = canvas.getContext('2d')
  context?.setTransform(density, 0, 0, density, 0, 0)
  return context
}

export function clearOverlay(canvas: HTMLCanvasElement): void {
  canvas.getContext('2d')?.clearRect(0, 0, canvas.width, canvas.height)
}

export function drawOverlay(canvas: HTMLCanvasElement, overlay: Overlay): void {
  const context = fitCanvas(canvas)
  if (!context)
    return
  context.clearRect(0, 0, canvas.clientWidth, canvas.clientHeight)
  if (overlay.marked)
    drawMarked(context, overlay, overlay.marked)
  drawDrag(context, overlay)
  if (overlay.ring) {
    context.strokeStyle = overlay.colours.accent
    context.lineWidth = 2
    context.beginPath()
    context.arc(overlay.ring[0], overlay.ring[1], 8, 0, 2 * Math.PI)
    context.stroke()
  }
}

/** Everything else steps back, the marked ones stand in front in the colour of their series. */
function drawMarked(context: CanvasRenderingContext2D, { points, at, frames, isMarkable, colours }: Overlay, marked: Uint8Array): void {
  context.globalAlpha = 0.62
  context.fillStyle = colours.page
  for (const grid of new Set(points.groups.map(({ grid }) => grid))) {
    const frame = frames[grid]
    if (frame)
      context.fillRect(frame.left, frame.top, frame.right - frame.left, frame.bottom - frame.top)
  }
  context.globalAlpha = 1
  // Many lie over each other: where they are dense shows through.
  const isMany = points.count > 3000
  const size = isMany ? 2.5 : 6
  context.globalAlpha = isMany ? 0.55 : 1
  points.groups.forEach((_, group) => {
    if (!isMarkable[group])
      return
    context.fillStyle = colours.series[group] ?? colours.accent
    for (let i = 0; i < points.count; i++) {
      if (points.group[i] === group && marked[points.record[i]!] && at.x[i]! > 0)
        context.fillRect(at.x[i]! - size / 2, at.y[i]! - size / 2, size, size)
    }
  })
  context.globalAlpha = 1
}

function drawDrag(context: CanvasRenderingContext2D, { box, line, colours }: Overlay): void {
  if (!box && !line)
    return
  context.strokeStyle = colours.accent
  context.fillStyle = colours.accent
  context.lineWidth = 1.25
  context.beginPath()
  if (box)
    context.rect(box.left, box.top, box.right - box.left, box.bottom - box.top)
  else if (line) {
    for (let i = 0; i + 1 < line.length; i += 2)
      context.lineTo(line[i]!, line[i + 1]!)
    context.closePath()
  }
  context.globalAlpha = 0.12
  context.fill()
  context.globalAlpha = 1
  context.stroke()
}
