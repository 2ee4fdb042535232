import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRandom } from '../../../src/main/base/random.ts'
import { holm } from '../../../src/main/statistics/paired-tests.ts'
import { fisherExact } from '../../../src/main/statistics/two-sample.ts'
import { worstSlices } from '../../../src/main/statistics/worst-slices.ts'
import type { FoundSlice, SliceFacet, WorstOptions } from '../../../src/main/statistics/worst-slices.ts'

/** Each row's values of a facet; a value may be several. */
function facet(id: string, rows: readonly (readonly string[])[]): SliceFacet {
  const values = [...new Set(rows.flat())]
  const starts = [0]
  const entries: number[] = []
  for (const row of rows) {
    entries.push(...row.map(value => values.indexOf(value)))
    starts.push(entries.length)
  }
  return { id, label: id, values, starts, entries }
}

const options: WorstOptions = { higherIsBetter: true, unit: 'share', least: 2, depth: 2, count: 100 }
const name = ({ parts }: FoundSlice): string => parts.map(({ value }) => value).join('+')

/** Directly from the definition, set by set. */
function slow(values: readonly number[], facets: readonly SliceFacet[], least: number): { looked: number, found: Map<string, { mean: number, rest: number, n: number, p: number, adjusted: number }> } {
  const scored = [...values.keys()].filter(row => !Number.isNaN(values[row]!))
  const holds = (one: SliceFacet, value: string, row: number): boolean => Array.from({ length: one.starts[row + 1]! - one.starts[row]! }, (_, i) => one.values[one.entries[one.starts[row]! + i]!]).includes(value)
  const singles = facets.flatMap((one, f) => one.values.map(value => ({ f, value, rows: scored.filter(row => holds(one, value, row)) })))
    .filter(({ rows }) => rows.length >= least && scored.length - rows.length >= least)
  const pairs = singles.flatMap((a, i) => singles.slice(i + 1).filter(b => b.f !== a.f).map(b => ({ name: `${a.value}+${b.value}`, rows: a.rows.filter(row => b.rows.includes(row)), a, b })))
    .filter(({ rows, a, b }) => rows.length >= least && rows.length < a.rows.length && rows.length < b.rows.length)
  const different = new Map<string, { name: string, rows: number[] }>()
  for (const { name: label, rows } of [...singles.map(({ value, rows: own }) => ({ name: value, rows: own })), ...pairs]) {
    if (!different.has(rows.join()))
      different.set(rows.join(), { name: label, rows })
  }
  const list = [...different.values()]
  const sum = (rows: readonly number[]): number => rows.reduce((total, row) => total + values[row]!, 0)
  const ps = list.map(({ rows }) => fisherExact(sum(rows), rows.length - sum(rows), sum(scored) - sum(rows), scored.length - rows.length - sum(scored) + sum(rows)))
  const adjusted = holm(ps)
  return { looked: list.length, found: new Map(list.map(({ name: label, rows }, i) => [label, { mean: sum(rows) / rows.length, rest: (sum(scored) - sum(rows)) / (scored.length - rows.length), n: rows.length, p: ps[i]!, adjusted: adjusted[i]! }])) }
}

describe('the worst slices', () => {
  it('are those of the definition', () => {
    const row = fc.record({ score: fc.constantFrom(0, 1, NaN), a: fc.constantFrom('a1', 'a2', 'a3'), b: fc.subarray(['b1', 'b2']), c: fc.constantFrom('c1', 'c2') })
    fc.assert(fc.property(fc.array(row, { minLength: 1, maxLength: 40 }), fc.integer({ min: 2, max: 5 }), (rows, least) => {
      const facets = [facet('A', rows.map(({ a }) => [a])), facet('B', rows.map(({ b }) => b)), facet('C', rows.map(({ c }) => [c]))]
      const values = rows.map(({ score }) => score)
      const expected = slow(values, facets, least)
      const { looked, slices } = worstSlices(Float64Array.from(values), facets, { ...options, least })
      expect(looked).toBe(expected.looked)
      expect(slices.map(name).sort()).toEqual([...expected.found].filter(([, { mean, rest }]) => mean < rest).map(([label]) => label).sort())
      for (const slice of slices) {
        const { mean, rest, n, p, adjusted } = expected.found.get(name(slice))!
        expect(slice).toMatchObject({ rest: expect.closeTo(rest, 9) as number, p: expect.closeTo(p, 9) as number, adjusted: expect.closeTo(adjusted, 9) as number, estimate: { n, mean: expect.closeTo(mean, 9) as number } })
      }
    }), { numRuns: 150 })
  })

  it('find what was planted, ranked by what it would be at its best', () => {
    const random = createRandom(3)
    const rows = Array.from({ length: 2000 }, (_, i) => ({ colour: ['red', 'green', 'blue'][i % 3]!, kind: ['dog', 'cat', 'owl', 'bee'][random.below(4)]!, rare: i < 12 ? 'rare' : 'usual' }))
    const values = Float64Array.from(rows, ({ colour, kind }) => random.next() < (colour === 'red' && kind === 'owl' ? 0.3 : 0.9) ? 1 : 0)
    for (let i = 0; i < 12; i++)
      values[i] = i % 4 === 0 ? 1 : 0
    const facets = [facet('Colour', rows.map(({ colour }) => [colour])), facet('Kind', rows.map(({ kind }) => [kind])), facet('Rare', rows.map(({ rare }) => [rare]))]
    const { slices, test } = worstSlices(values, facets, { ...options, least: 10 })
    expect(test).toBe('fisher')
    expect(name(slices[0]!)).toBe('red+owl')
    expect(slices[0]!.adjusted).toBeLessThan(1e-6)
    expect(slices.map(name).indexOf('rare')).toBeGreaterThan(0)
    const highs = slices.map(({ estimate }) => estimate.high)
    expect(highs).toEqual([...highs].sort((a, b) => a - b))
    expect(worstSlices(values, facets, { ...options, least: 10, depth: 1 }).slices.every(({ parts }) => parts.length === 1)).toBe(true)
  })

  it('look the other way where less is better, and test means by permutation', () => {
    const random = createRandom(5)
    const rows = Array.from({ length: 300 }, (_, i) => i % 6 === 0 ? 'bad' : i % 2 === 0 ? 'good' : 'fine')
    const values = Float64Array.from(rows, kind => Math.exp(random.normal()) + (kind === 'bad' ? 5 : 0))
    const { slices, test, looked } = worstSlices(values, [facet('Kind', rows.map(kind => [kind]))], { ...options, higherIsBetter: false, unit: 'nats' })
    expect(test).toBe('permutation')
    expect(looked).toBe(3)
    expect(slices.map(name)).toEqual(['bad'])
    expect(slices[0]!.difference).toBeGreaterThan(4)
    expect(slices[0]!.adjusted).toBeLessThan(1e-4)
  })

  it('say nothing of too few records', () => {
    expect(worstSlices(Float64Array.of(), [], options)).toMatchObject({ slices: [], looked: 0, n: 0 })
    expect(worstSlices(Float64Array.of(1, 0, NaN), [facet('K', [['a'], ['b'], ['b']])], options)).toMatchObject({ slices: [], looked: 0, n: 2 })
  })

  it('of 10,000 records are found within a second', () => {
    const random = createRandom(1)
    const facets = [2, 12, 30, 200, 60, 5, 7].map((count, f) => facet(`F${f}`, Array.from({ length: 10_000 }, () => [`${f} ${Math.floor(random.next() ** 2 * count)}`])))
    for (const make of [() => random.next() < 0.8 ? 1 : 0, () => random.next()]) {
      const values = Float64Array.from({ length: 10_000 }, make)
      const start = process.cpuUsage()
      const { looked } = worstSlices(values, facets, { ...options, least: 10, count: 20 })
      expect(looked).toBeGreaterThan(2000)
      const { user, system } = process.cpuUsage(start)
      expect((user + system) / 1000).toBeLessThan(1500)
    }
  })
})
