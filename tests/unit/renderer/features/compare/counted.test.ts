// What counts, in words: totals, what moved farthest, what waits for whom.
import { describe, expect, it } from 'vitest'
import { cellKey, changeText, failedText, farthestFirst, goingText, hasMoved, movedByCell, totalsOf, totalsText, waitingOf, waitingText, whyAllCount } from '../../../../../src/renderer/src/features/compare/counted.ts'
import type { Moved } from '../../../../../src/renderer/src/features/compare/counted.ts'
import type { AuditStatus } from '@contract/agreement.ts'
import type { Counted } from '@contract/comparison.ts'
import type { Run } from '@contract/runs.ts'

const moved = (run: string, mean: number | null, more: Partial<Moved> = {}): Moved =>
  ({ run, metric: 'text-generality', before: 0.9, after: mean === null ? null : 0.9 + mean, change: mean === null ? null : { mean, low: mean - 0.01, high: mean + 0.01 }, nBefore: 20, n: 18, ...more }) as Moved
const counted = (more: Partial<Counted> = {}): Counted => ({ counts: 'with-fixes', sentence: '', probes: [], moved: [], waiting: [], notes: [], ...more })
const repair = (id: string, of: string, status: Run['status'], doneCount = 0, recordCount = 2): Run => ({ id, status, createdAt: id, doneCount, failedCount: 0, recordCount, plan: { repairs: of } }) as Run
const audit = (dataset: string, decisions: number) => ({ dataset, decisions }) as AuditStatus

describe('the switch', () => {
  const name = (id: string): string => id.toUpperCase()

  it('is there as soon as somebody judged a probe of one of the datasets', () => {
    expect(whyAllCount([audit('a', 0), audit('b', 3)], ['a', 'b'], name)).toBeUndefined()
    expect(whyAllCount([audit('a', 0), audit('b', 3)], ['a'], name)).toBe('All probes count: nobody has judged a probe of A yet. Do that in the Audit view.')
    expect(whyAllCount([audit('a', 0), audit('b', 0)], ['a', 'b'], name)).toContain('a probe of A or B yet')
    // Nobody could tell of b: it may have an audit.
    expect(whyAllCount([audit('a', 0)], ['a', 'b'], name)).toBeUndefined()
    expect(whyAllCount([audit('a', 3)], [], name)).toBe('No run is chosen.')
  })
})

describe('how many probes leave', () => {
  it('adds datasets and kinds up', () => {
    const totals = totalsOf(counted({ probes: [
      { dataset: 'a' as never, kind: 'textRephrase', all: 180, left: 9, fixed: 0, waiting: 2 },
      { dataset: 'a' as never, kind: 'imageRephrase', all: 180, left: 3, fixed: 1, waiting: 0 },
    ] }))
    expect(totals).toEqual({ all: 360, left: 12, fixed: 1, waiting: 2 })
    expect(totalsText(totals)).toBe('12 of 360 probes are left out, 1 is scored with its fix')
  })

  it('counts one as one, and says when none leaves', () => {
    expect(totalsText({ all: 1200, left: 1, fixed: 3, waiting: 0 })).toBe('1 of 1,200 probes is left out, 3 are scored with their fixes')
    expect(totalsText({ all: 1, left: 0, fixed: 0, waiting: 0 })).toBe('None of 1 probe is left out')
  })
})

describe('what moved', () => {
  it('puts what has no probe left first, then the farthest in either direction', () => {
    const order = farthestFirst([moved('a', 0.01), moved('b', -0.03), moved('c', null), moved('d', 0), moved('e', 0.02), moved('f', 0)]).map(({ run }) => run)
    expect(order).toEqual(['c', 'b', 'e', 'a', 'd', 'f'])
  })

  it('writes changes in points, or in the unit of the column', () => {
    expect(changeText(moved('a', -0.031), true)).toBe('−3.1 points [−4.1, −2.1]')
    expect(changeText(moved('a', 0.0004, { change: { mean: 0.0004, low: -0.01, high: 0.02 } }), true)).toBe('0.0 points [−1.0, +2.0]')
    expect(changeText(moved('a', 0.25), false)).toBe('+0.250 [+0.240, +0.260]')
    expect(changeText(moved('a', null), true)).toBe('no probe is left')
  })

  it('marks only what can be seen to differ', () => {
    expect(hasMoved(moved('a', 0.0004), true)).toBe(false)
    expect(hasMoved(moved('a', -0.0006), true)).toBe(true)
    expect(hasMoved(moved('a', 0.0006), false)).toBe(true)
    expect(hasMoved(moved('a', null), true)).toBe(true)
  })

  it('finds a cell by run, slice and metric', () => {
    const cells = movedByCell(counted({ moved: [moved('a', 0.1), moved('a', 0.2, { slice: 's' as never })] }))
    expect(cells.get(cellKey('a', undefined, 'text-generality'))?.change?.mean).toBe(0.1)
    expect(cells.get(cellKey('a', 's', 'text-generality'))?.change?.mean).toBe(0.2)
    expect(cells.get(cellKey('b', undefined, 'text-generality'))).toBeUndefined()
    expect(movedByCell(undefined).size).toBe(0)
  })
})

describe('what waits', () => {
  const waiting: Counted['waiting'] = [
    { run: 'a' as never, probes: 2 }, { run: 'b' as never, probes: 3 }, { run: 'c' as never, probes: 1, reason: 'Run c is sequential.' },
  ]

  it('offers one click for all runs that can be completed, and names the others', () => {
    const all = waitingOf({ waiting }, [])
    expect(all).toEqual({ runs: ['a', 'b'], probes: 5, refused: [{ run: 'c', reason: 'Run c is sequential.' }], going: [], paused: [], failed: [] })
    expect(waitingText(all)).toBe('5 fixed probes wait for a re-run in 2 runs')
    expect(waitingText(waitingOf({ waiting: [{ run: 'a' as never, probes: 1 }] }, []))).toBe('1 fixed probe waits for a re-run in 1 run')
  })

  it('does not offer what is on its way or paused', () => {
    const now = waitingOf({ waiting }, [repair('r1', 'a', 'running', 1), repair('r2', 'b', 'paused'), repair('r3', 'a', 'finished', 2), repair('r4', 'x', 'running')])
    expect(now.runs).toEqual([])
    expect(now.going.map(({ id }) => id)).toEqual(['r1'])
    expect(now.paused.map(({ id }) => id)).toEqual(['r2'])
  })

  it('tells why the last re-run left something to ask, not an earlier one', () => {
    const broken: Run = { ...repair('r1', 'a', 'failed'), reason: 'The disk is full.' }
    const partly: Run = { ...repair('r2', 'b', 'finished', 2), failedCount: 2 }
    expect(failedText(waitingOf({ waiting }, [broken, partly]).failed)).toBe('The last re-run failed: The disk is full.')
    expect(failedText(waitingOf({ waiting }, [partly]).failed)).toBe('In the last re-run 2 records failed.')
    expect(waitingOf({ waiting }, [repair('r3', 'a', 'finished', 2), broken, repair('r0', 'b', 'failed')]).failed.map(({ id }) => id)).toEqual(['r0'])
    expect(waitingOf({ waiting: [] }, [broken]).failed).toEqual([])
  })

  it('tells how far re-runs are', () => {
    expect(goingText([repair('r1', 'a', 'running', 1, 3), repair('r2', 'b', 'waiting', 0, 2)])).toBe('Re-running fixes: 1 of 5 records')
  })
})
