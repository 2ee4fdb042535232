// Records of a scatter: read from a figure, projected, hit and enclosed as a slow independent way finds them.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { brushedOf, insideBox, insideLine, nearest, pointsOf, project } from '../../../../src/renderer/src/ui/chart-points.ts'
import type { GridFrame } from '../../../../src/renderer/src/ui/chart-points.ts'
import { axisEnds, zoomedOption } from '../../../../src/renderer/src/ui/chart-zoom.ts'

const figure = {
  option: {
    xAxis: [{ type: 'value', min: 0, max: 10 }, { type: 'value', min: 0, max: 10 }, { type: 'category', data: ['0'] }],
    yAxis: [{ type: 'value', min: 0, max: 10 }, { type: 'value', min: 0, max: 10 }, { type: 'category', data: ['0'] }],
    series: [
      { type: 'scatter', id: 'a', name: 'A', isRecords: true, xAxisIndex: 0, data: [[1, 1, 0], [5, 5, 1], [9, 9, 2]] },
      { type: 'line', name: 'not records', data: [[1, 1]] },
      { type: 'heatmap', id: 'b/s#bins', name: 'B', data: [[0, 0, 2, 0]] },
    ],
  },
  records: ['r0', 'r1', 'r2'],
  points: [{ series: 'b/s', grid: 1, data: [1, 2, 0, 0, 3, 4, 2, 0] }],
}
/** 100 × 100 pixels, value 0 … 10, up is up. */
const frameAt = (left: number): GridFrame => ({ left, right: left + 100, top: 0, bottom: 100, x: [left, 10], y: [100, -10] })
const frames = [frameAt(0), frameAt(200)]

describe('points', () => {
  it('are those of drawn and of hidden series', () => {
    const points = pointsOf(figure)
    expect([...points.x]).toEqual([1, 5, 9, 1, 3])
    expect([...points.record]).toEqual([0, 1, 2, 0, 2])
    expect(points.groups).toEqual([
      { series: 'a', name: 'A', grid: 0, isHidden: false, isLog: false },
      { series: 'b/s', name: 'B', grid: 1, isHidden: true, isLog: true },
    ])
  })

  it('lie where their grid is, and nowhere once zoomed away', () => {
    const points = pointsOf(figure)
    const at = project(points, frames)
    expect([...at.x]).toEqual([10, 50, 90, 210, 230])
    expect([...at.y]).toEqual([90, 50, 10, 80, 60])
    const closer = project(points, [{ ...frameAt(0), x: [-400, 100] }, undefined])
    expect([...closer.x].map(Number.isNaN)).toEqual([true, false, true, true, true])
  })

  it('are hit within the radius, only where they are seen', () => {
    const points = pointsOf(figure)
    const at = project(points, frames)
    expect(nearest(points, at, 52, 51, 7)).toBe(1)
    expect(nearest(points, at, 60, 60, 7)).toBeUndefined()
    expect(nearest(points, at, 210, 80, 7)).toBe(3)
    expect(nearest(points, at, 210, 80, 7, group => group === 0)).toBeUndefined()
  })

  it('are handed on row by row, each record once', () => {
    const points = pointsOf(figure)
    expect(brushedOf(points, figure.records, Uint32Array.from([0, 2, 3, 3]))).toEqual([{ series: 'a', records: ['r0', 'r2'] }, { series: 'b/s', records: ['r0'] }])
  })
})

describe('enclosing', () => {
  const pixel = fc.integer({ min: -20, max: 120 })
  const scatter = fc.array(fc.tuple(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 100 })), { maxLength: 40 })
  const placed = (all: readonly (readonly [number, number])[]): ReturnType<typeof pointsOf> => pointsOf({ option: { series: [{ type: 'scatter', id: 'a', isRecords: true, data: all.map(([x, y], i) => [x / 10, 10 - y / 10, i]) }] }, records: all.map((_, i) => String(i)) })

  it('by a box finds what lies between its sides', () => {
    fc.assert(fc.property(scatter, pixel, pixel, pixel, pixel, (all, a, b, c, d) => {
      const box = { left: Math.min(a, b), right: Math.max(a, b), top: Math.min(c, d), bottom: Math.max(c, d) }
      const points = placed(all)
      const found = insideBox(points, project(points, frames), box)
      expect([...found]).toEqual(all.flatMap(([x, y], i) => x >= box.left && x <= box.right && y >= box.top && y <= box.bottom ? [i] : []))
    }))
  })

  it('by a line finds what its winding goes around (checked by angles, away from the line)', () => {
    fc.assert(fc.property(scatter, fc.array(fc.tuple(pixel, pixel), { minLength: 3, maxLength: 3 }), (all, corners) => {
      const points = placed(all)
      const found = new Set(insideLine(points, project(points, frames), corners.flat()))
      for (const [i, [x, y]] of all.entries()) {
        // A point is inside a triangle where it lies on the same side of all three edges; on an edge either answer is right.
        const sides = corners.map(([ax, ay], k) => {
          const [bx, by] = corners[(k + 1) % 3]!
          return (bx - ax) * (y - ay) - (by - ay) * (x - ax)
        })
        if (sides.every(side => Math.abs(side) > 1e-3))
          expect(found.has(i)).toBe(sides.every(side => side > 0) || sides.every(side => side < 0))
      }
    }))
  })

  it('takes few milliseconds for 10,000 points', () => {
    const points = placed(Array.from({ length: 10_000 }, (_, i) => [i % 101, Math.floor(i / 99) % 101] as const))
    const at = project(points, frames)
    const line = Array.from({ length: 60 }, (_, i) => [50 + 40 * Math.cos(i / 10), 50 + 40 * Math.sin(i / 10)]).flat()
    const start = performance.now()
    const found = insideLine(points, at, line)
    expect(performance.now() - start).toBeLessThan(50)
    expect(found.length).toBeGreaterThan(1000)
  })
})

describe('zooming', () => {
  it('knows the ends of axes that have fixed ones', () => {
    expect(axisEnds(figure, 0)).toEqual({ x: [0, 10], y: [0, 10] })
    expect(axisEnds({ option: { xAxis: { type: 'value' }, yAxis: { type: 'value', min: 0, max: 1 } } }, 0)).toBeUndefined()
  })

  it('draws the points inside in place of their density, and leaves category axes alone', () => {
    const option = zoomedOption(figure, pointsOf(figure), { x: [2, 4], y: [3, 5] }, 'blue') as { xAxis: Record<string, unknown>[], series: Record<string, unknown>[] }
    expect(option.xAxis.map(({ min, max }) => [min, max])).toEqual([[2, 4], [2, 4], [undefined, undefined]])
    expect(option.series.map(({ id, data }) => [id, data])).toEqual([[undefined, undefined], [undefined, undefined], ['b/s#bins', []], ['b/s#points', [[3, 4]]]])
  })
})
