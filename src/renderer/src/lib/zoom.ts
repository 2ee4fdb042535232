// One zoom for several pictures: how large, and which point of the picture is in the middle, as shares of its sides.

export interface Zoom {
  /** 1 = the whole picture fits its frame. */
  readonly scale: number
  /** Centre of what is seen, 0…1 of the picture's frame. */
  readonly x: number
  readonly y: number
}

export const wholePicture: Zoom = { scale: 1, x: 0.5, y: 0.5 }
export const largestScale = 16

/** The same zoom with nothing but picture in its frame. */
export function clampZoom({ scale, x, y }: Zoom): Zoom {
  const size = Math.min(Math.max(scale, 1), largestScale)
  const half = 0.5 / size
  const inside = (at: number): number => Math.min(Math.max(at, half), 1 - half)
  return { scale: size, x: inside(x), y: inside(y) }
}

/** `factor` times as large; the point under the pointer, given as shares of the frame, stays where it is. */
export function zoomAt(zoom: Zoom, factor: number, pointer: { readonly x: number, readonly y: number } = { x: 0.5, y: 0.5 }): Zoom {
  const scale = Math.min(Math.max(zoom.scale * factor, 1), largestScale)
  // Picture point under the pointer: centre + (pointer − ½) / scale, before and after.
  const keep = (centre: number, at: number): number => centre + (at - 0.5) / zoom.scale - (at - 0.5) / scale
  return clampZoom({ scale, x: keep(zoom.x, pointer.x), y: keep(zoom.y, pointer.y) })
}

/** Moved by shares of the frame: what was dragged follows the pointer. */
export function panBy(zoom: Zoom, dx: number, dy: number): Zoom {
  return clampZoom({ ...zoom, x: zoom.x - dx / zoom.scale, y: zoom.y - dy / zoom.scale })
}

/** For an element that fills its frame, with `transform-origin: 0 0`. */
export function transformOf({ scale, x, y }: Zoom): string {
  return `translate(${(0.5 - x * scale) * 100}%, ${(0.5 - y * scale) * 100}%) scale(${scale})`
}
