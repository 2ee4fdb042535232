import { expect, it } from 'vitest'
import { createRandom } from '../../../src/main/base/random.ts'
import type { Rows } from '../../../src/main/models/model.ts'
import { addRows, deviationOf, noMoments, normaliseInto } from '../../../src/main/training/running-moments.ts'

const random = createRandom(4)
const batch = (rows: number): Rows => ({ values: Float32Array.from({ length: rows * 3 }, () => 5 + 2 * random.normal()), rows, width: 3 })
const batches = [batch(7), batch(1), batch(0), batch(12)]

it('sees batches of rows as all rows at once', () => {
  const moments = batches.reduce(addRows, noMoments(3))
  const all = batches.flatMap(({ values }) => [...values])
  expect(moments.count).toBe(20)
  for (let j = 0; j < 3; j++) {
    const column = all.filter((_, i) => i % 3 === j)
    const mean = column.reduce((a, b) => a + b) / 20
    expect(moments.mean[j]).toBeCloseTo(mean, 5)
    expect(deviationOf(moments)[j]).toBeCloseTo(Math.sqrt(column.reduce((sum, v) => sum + (v - mean) ** 2, 0) / 19), 5)
  }
})

it('changes nothing it was given, and nothing without rows', () => {
  const before = addRows(noMoments(3), batches[0]!)
  const copy = structuredClone(before)
  addRows(before, batches[3]!)
  expect(before).toEqual(copy)
  expect(addRows(before, batches[2]!)).toEqual(before)
})

it('normalises rows into a wider table; a single row becomes zero, not infinite', () => {
  const one = { values: Float32Array.of(4, 5, 6), rows: 1, width: 3 }
  const moments = addRows(noMoments(3), one)
  const table = new Float32Array(4).fill(9)
  normaliseInto(table, 1, 4, one, moments, deviationOf(moments))
  expect([...table]).toEqual([9, 0, 0, 0])
  normaliseInto(table, 0, 4, one, { count: 2, mean: Float32Array.of(2, 5, 7), squares: new Float32Array(3) }, Float32Array.of(2, 1, 1))
  expect(table[0]).toBeCloseTo(1, 6)
  expect(table[2]).toBeCloseTo(-1, 6)
})
