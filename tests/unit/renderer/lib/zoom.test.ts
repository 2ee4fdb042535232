// Zoom: the point under the pointer stays, what is dragged follows, and nothing but picture is ever in the frame.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { clampZoom, largestScale, panBy, transformOf, wholePicture, zoomAt } from '../../../../src/renderer/src/lib/zoom.ts'
import type { Zoom } from '../../../../src/renderer/src/lib/zoom.ts'

const share = fc.double({ min: 0, max: 1, noNaN: true })
const zooms = fc.record({ scale: fc.double({ min: 1, max: largestScale, noNaN: true }), x: share, y: share }).map(clampZoom)
/** Where a point of the picture is in the frame. */
const place = (at: number, centre: number, { scale }: Zoom): number => 0.5 + (at - centre) * scale

describe('zoom', () => {
  it('keeps the point under the pointer where no border is near', () => {
    const zoom = { scale: 4, x: 0.5, y: 0.5 }
    const next = zoomAt(zoom, 1.5, { x: 0.8, y: 0.3 })
    expect(next.scale).toBe(6)
    const point = { x: zoom.x + 0.3 / 4, y: zoom.y - 0.2 / 4 }
    expect(place(point.x, next.x, next)).toBeCloseTo(0.8, 10)
    expect(place(point.y, next.y, next)).toBeCloseTo(0.3, 10)
  })

  it('shows nothing but the picture, whatever is done', () => {
    fc.assert(fc.property(zooms, fc.double({ min: 0.01, max: 100, noNaN: true }), share, share, fc.double({ min: -2, max: 2, noNaN: true }), (zoom, factor, x, y, move) => {
      for (const next of [zoomAt(zoom, factor, { x, y }), panBy(zoom, move, -move)]) {
        expect(next.scale).toBeGreaterThanOrEqual(1)
        expect(next.scale).toBeLessThanOrEqual(largestScale)
        for (const centre of [next.x, next.y]) {
          expect(place(0, centre, next)).toBeLessThanOrEqual(1e-9)
          expect(place(1, centre, next)).toBeGreaterThanOrEqual(1 - 1e-9)
        }
      }
    }))
  })

  it('moves what is dragged by as much of the frame as the pointer moved', () => {
    const zoom = { scale: 8, x: 0.5, y: 0.5 }
    const next = panBy(zoom, 0.25, -0.1)
    expect(place(0.5, next.x, next)).toBeCloseTo(0.75, 10)
    expect(place(0.5, next.y, next)).toBeCloseTo(0.4, 10)
  })

  it('goes back to the whole picture', () => {
    expect(zoomAt({ scale: 3, x: 0.2, y: 0.8 }, 0.01)).toEqual(wholePicture)
    expect(transformOf(wholePicture)).toBe('translate(0%, 0%) scale(1)')
    expect(transformOf({ scale: 2, x: 0.25, y: 0.75 })).toBe('translate(0%, -100%) scale(2)')
  })
})
