// How far a metric moves when a probe leaves: against computing the mean again without its record.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { influences } from '../../../src/main/audits/influence.ts'
import type { ScoredRun } from '../../../src/main/audits/influence.ts'
import { createProbeList } from '../../../src/main/audits/probe-list.ts'
import { metrics } from '../../../src/main/metrics/index.ts'
import { probesOf, recordId } from './book-of.ts'

const judge = (kind: string): string | undefined => metrics.all.find(({ judges }) => judges === kind)?.id
const probes = probesOf(6)
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

describe('influence', () => {
  it('names a metric for every kind of probe', () => {
    expect(['textRephrase', 'imageRephrase', 'unrelatedText', 'unrelatedImage', 'portability'].map(judge)).toEqual(['text-generality', 'image-generality', 'text-locality', 'image-locality', 'portability'])
  })

  it('equals the mean without the record against the mean, over the runs that have scored it', () => {
    const value = fc.option(fc.double({ min: 0, max: 1, noNaN: true }))
    const run = fc.record({ rows: fc.uniqueArray(fc.nat(7), { minLength: 1, maxLength: 8 }), text: fc.array(value, { minLength: 8, maxLength: 8 }), image: fc.array(value, { minLength: 8, maxLength: 8 }) })
    fc.assert(fc.property(fc.array(run, { maxLength: 4 }), (drawn) => {
      // Rows 6 and 7 are of records that the dataset does not have any more.
      const runs = drawn.map(({ rows, text, image }): ScoredRun => ({
        records: rows.map(recordId), scores: { 'text-generality': { strict: rows.map(row => text[row]!) }, 'image-generality': { strict: rows.map(row => image[row]!) }, 'reliability': { strict: rows.map(() => 1) } },
      }))
      const found = influences(probes, runs, judge, 'strict')
      for (let item = 0; item < probes.count; item++) {
        const { record, kind } = probes.refOf(item)
        const moved = runs.flatMap(({ records, scores }) => {
          const values = scores[judge(kind)!]!.strict!
          const all = values.filter(one => one !== null)
          const others = values.filter((one, row) => one !== null && records[row] !== record) as number[]
          return others.length === all.length || others.length === 0 ? [] : [Math.abs(mean(others) - mean(all))]
        })
        if (moved.length === 0)
          expect(found[item]).toBeNaN()
        else
          expect(found[item]).toBeCloseTo(mean(moved), 12)
      }
    }))
  })

  it('is nothing in a reading that no run has, and shared among several probes of a kind', () => {
    const runs: ScoredRun[] = [{ records: [recordId(0), recordId(1), recordId(2)], scores: { portability: { strict: [1, 0, 0.5] } } }]
    const list = createProbeList()
    for (const [row, count] of [2, 1].entries())
      list.add({ id: recordId(row), probes: { portability: Array.from({ length: count }, (_, i) => ({ prompt: `${i}?`, form: 'question' as const, expected: 'x' })) } })
    expect([...influences(list.list(), runs, judge, 'strict')]).toEqual([0.125, 0.125, 0.25])
    expect([...influences(list.list(), runs, judge, 'free')]).toEqual([NaN, NaN, NaN])
  })
})
