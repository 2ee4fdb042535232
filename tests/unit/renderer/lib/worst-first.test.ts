// The records behind a number: all of them, once, from the worst on.
import { describe, expect, it } from 'vitest'
import type { RecordResult } from '@contract/runs.ts'
import { worstFirst } from '../../../../src/renderer/src/lib/worst-first.ts'
import type { FetchResults } from '../../../../src/renderer/src/lib/worst-first.ts'

const result = (value: number, i: number): RecordResult => ({ record: String(i), status: 'done', steps: 1, losses: [], editMs: 0, elapsedMs: 0, scores: { m: { v: value } }, probes: [] })
const valueOf = (one: RecordResult): number | undefined => one.scores['m']?.['v']

function backend(values: readonly number[]): { fetch: FetchResults, asked: number[] } {
  const all = values.map(result)
  const asked: number[] = []
  return {
    asked,
    fetch: ({ min = -Infinity, max = Infinity }, offset, limit) => {
      asked.push(max)
      const found = all.filter(one => (valueOf(one) ?? 0) >= min && (valueOf(one) ?? 0) <= max)
      return Promise.resolve({ total: found.length, results: found.slice(offset, offset + limit) })
    },
  }
}

async function collect(values: readonly number[], higherIsBetter: boolean): Promise<number[]> {
  const found: number[] = []
  for await (const slice of worstFirst(backend(values).fetch, valueOf, higherIsBetter))
    found.push(...slice.map(one => valueOf(one) ?? Number.NaN))
  return found
}

describe('worstFirst', () => {
  it('goes from 0 to 1 where more is better, every record once', async () => {
    expect(await collect([1, 0.5, 0, 0.25, 1, 0.75, 0], true)).toEqual([0, 0, 0.25, 0.5, 0.75, 1, 1])
  })
  it('goes down where less is better', async () => {
    expect(await collect([0.02, 3, 0.1, 0, 0.5], false)).toEqual([3, 0.5, 0.1, 0.02, 0])
  })
  it('stays inside the part of the range that was asked for', async () => {
    const { fetch, asked } = backend([1, 0.5, 0, 0.25, 0.75])
    const found: number[] = []
    for await (const slice of worstFirst(fetch, valueOf, true, { min: 0.2, max: 0.6 }))
      found.push(...slice.map(one => valueOf(one) ?? Number.NaN))
    expect(found).toEqual([0.25, 0.5])
    expect(Math.max(...asked)).toBe(0.6)
  })
  it('reads a slice over several pages', async () => {
    expect(await collect(Array.from({ length: 450 }, () => 0), true)).toHaveLength(450)
  })
  it('asks for the next slice only when it is wanted', async () => {
    const { fetch, asked } = backend([0, 1])
    const source = worstFirst(fetch, valueOf, true)
    await source.next()
    expect(asked).toEqual([0])
  })
})
