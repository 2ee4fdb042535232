// Traces and sweeps as text: a line a layer, as soon as it is complete.
import { describe, expect, it } from 'vitest'
import type { LabSweepEvent, TraceEvent } from '../../../src/preload/contract/lab.ts'
import { linesFor, sweepLines, traceLines } from '../../../src/main/terminal/search-lines.ts'

const provider = { provider: 'cpu', device: 'cpu', reason: '', tests: [] }
const begun: TraceEvent = {
  kind: 'begun', provider, target: 'cat', clean: 0.9, corrupted: 0.1,
  parts: [{ part: 'bridge', label: 'Q-Former', layers: 2, groups: [{ id: 'a', label: 'First', tokens: 1 }, { id: 'b', label: 'Second', tokens: 2 }] }, { part: 'language', label: 'Language model', layers: 1, groups: [{ id: 'a', label: 'All', tokens: 3 }] }],
}
const cell = (part: 'bridge' | 'language', layer: number, group: string, probability: number): TraceEvent => ({ kind: 'cell', part, layer, group, probability })

describe('a trace', () => {
  it('is a table a part, with recovered shares', () => {
    const lines = traceLines()
    expect(lines(begun)[0]).toMatch(/^Target 'cat': 90.0 % clean, 10.0 % corrupted\./)
    expect(lines(cell('bridge', 1, 'a', 0.9))).toEqual(['', 'Q-Former     First    Second'])
    expect(lines(cell('bridge', 1, 'b', 0.5))).toEqual(['layer 1    100.0 %    50.0 %'])
    expect(lines(cell('bridge', 0, 'a', 0.1))).toEqual([])
    expect(lines(cell('bridge', 0, 'b', 0))).toEqual(['layer 0      0.0 %   -12.5 %'])
    expect(lines(cell('language', 0, 'a', 0.3))).toEqual(['', 'Language model       All', 'layer 0           25.0 %'])
    expect(lines({ kind: 'done', elapsedMs: 1234, notes: ['Something.'] })).toEqual(['', 'Something.', '1.2 s.'])
  })
  it('has no shares where the noise took nothing', () => {
    const lines = traceLines()
    lines({ ...begun, corrupted: 0.9 })
    lines(cell('bridge', 1, 'a', 0.9))
    expect(lines(cell('bridge', 1, 'b', 0.9))).toEqual(['layer 1          –         –'])
  })
})

describe('a sweep', () => {
  it('is a line a layer with five scores and the verdict, or why not', () => {
    const lines = sweepLines()
    const events: LabSweepEvent[] = [
      { kind: 'begun', part: 'Language model: feed-forward matrices', layers: [0, 1], provider },
      { kind: 'layer', layer: 0, scores: { 'reliability': { strict: 1 }, 'image-locality': { strict: 0.5, easyedit: 1 } }, verdict: 'over', steps: 12, elapsedMs: 900 },
      { kind: 'refused', layer: 1, reason: 'It diverged.' },
    ]
    const [head, first, second] = events.map(lines)
    expect(head![2]).toMatch(/Rel\. +T-Gen\. +M-Gen\. +T-Loc\. +M-Loc\. +verdict +steps +seconds$/)
    expect(first![0]).toMatch(/^layer 0 +100\.0 % +– +– +– +50\.0 % +over +12 +0\.9$/)
    expect(second).toEqual(['layer 1  It diverged.'])
  })
})

it('other commands print their events as they are', () => {
  expect(linesFor('lab', 'edit')).toBeUndefined()
  expect(linesFor('runs', 'trace')).toBeUndefined()
  expect(() => linesFor('lab', 'trace')!({ kind: 'nonsense' })).toThrow()
})
