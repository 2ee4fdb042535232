import { describe, expect, it } from 'vitest'
import type { Run } from '../../../src/preload/contract/runs.ts'
import { progressLine, reportForPeople, reportOf } from '../../../src/main/terminal/follow-run.ts'
import { forPeople } from '../../../src/main/terminal/print.ts'

const run = { id: 'r-1', status: 'finished', doneCount: 20, failedCount: 1, recordCount: 40, recordsPerSecond: 2.345, secondsLeft: 100 } as Run
const estimate = { mean: 0.95, low: 0.9, high: 1, n: 19 }

describe('forPeople', () => {
  it('aligns lists and puts numbers to the right', () => {
    expect(forPeople([{ id: 'a', count: 10, inner: {} }, { id: 'long', count: 2 }])).toBe('id    count\n────  ─────\na        10\nlong      2')
    expect(forPeople([])).toBe('None.')
  })
  it('shows single things by name, and of an export where it is', () => {
    expect(forPeople({ a: 1, b: { c: 'x' }, d: undefined, e: [1, 2] })).toBe('a: 1\nb:\n  c: x\ne: 1, 2')
    expect(forPeople({ file: '/exports/a.csv', text: 'long' })).toBe('/exports/a.csv')
  })
})

describe('a run on the terminal', () => {
  it('shows rate and time left', () => {
    expect(progressLine(run)).toBe('20 of 40 records, 1 failed, 2.3 a second, 2 min left')
  })
  it('reports the strict reading of every metric with all readings beside it', () => {
    const report = reportOf(run, { reliability: { strict: estimate, free: { ...estimate, mean: 0.5 } } })
    expect(report).toEqual({ run: 'r-1', status: 'finished', records: 20, failed: 1, metrics: { reliability: { ...estimate, variants: { strict: estimate, free: { ...estimate, mean: 0.5 } } } } })
    expect(reportForPeople(report)).toContain('reliability  0.950  0.900 – 1.000')
  })
})
