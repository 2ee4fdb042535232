// Bicubic interpolation of a square grid of positions, as torch's interpolate(mode='bicubic', align_corners=False).

/** Keys' cubic with torch's a = -0.75 (Pillow uses -0.5). */
function cubic(x: number): number {
  const a = -0.75
  const d = Math.abs(x)
  if (d <= 1)
    return ((a + 2) * d - (a + 3)) * d * d + 1
  return d < 2 ? ((a * d - 5 * a) * d + 8 * a) * d - 4 * a : 0
}

/** Weights [to, from] of one axis; positions beyond the edge repeat the edge, and shrinking does not blur (no antialias). */
export function bicubicAxis(from: number, to: number): Float64Array[] {
  return Array.from({ length: to }, (_, i) => {
    const row = new Float64Array(from)
    const center = (i + 0.5) * from / to - 0.5
    const left = Math.floor(center)
    for (let k = left - 1; k <= left + 2; k++)
      row[Math.min(from - 1, Math.max(0, k))]! += cubic(center - k)
    return row
  })
}

/** Row-major [rows·columns, grid·grid]: each new position as a weighted sum of the old ones. */
export function bicubicGrid(grid: number, rows: number, columns: number): Float32Array {
  const vertical = bicubicAxis(grid, rows)
  const horizontal = bicubicAxis(grid, columns)
  const out = new Float32Array(rows * columns * grid * grid)
  let at = 0
  for (const v of vertical) {
    for (const h of horizontal) {
      for (const y of v) {
        for (const x of h)
          out[at++] = y * x
      }
    }
  }
  return out
}
