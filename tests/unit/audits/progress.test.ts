import { describe, expect, it } from 'vitest'
import type { Decision } from '../../../src/preload/contract/decisions.ts'
import { paceOf, progressOf } from '../../../src/main/audits/progress.ts'
import { beginMs, bookOf, lineAbout, linesOf, probesOf } from './book-of.ts'

const probes = probesOf(4)
const at = (seconds: number): string => new Date(beginMs + seconds * 1000).toISOString()
const when = (seconds: number, more: Partial<Decision> = {}): Decision => lineAbout(probes, 0, 'anna', 'keep', { at: at(seconds), ...more })

describe('an annotator\'s pace', () => {
  it('is not known before the first decision, nor from one without a time', () => {
    expect(paceOf([])).toEqual({ medianSeconds: null, perHour: null })
    expect(paceOf([when(0)])).toEqual({ medianSeconds: null, perHour: null })
  })
  it('leaves pauses of more than five minutes out', () => {
    // 20 s, 40 s, a pause, 60 s: three decisions in two minutes.
    expect(paceOf([when(0), when(20), when(60), when(400), when(460)]).perHour).toBe(90)
    expect(paceOf([when(0), when(300)]).perHour).toBe(12)
    expect(paceOf([when(0), when(1.234)]).perHour).toBeCloseTo(3600 / 1.234, 9)
    expect(paceOf([when(86_399), when(86_401), when(86_403, { at: '2026-11-02T01:00:03+01:00' })]).perHour).toBe(1800)
    expect(paceOf([when(0), when(301)]).perHour).toBeNull()
  })
  it('takes the time that the page measured for the first one and after a pause', () => {
    expect(paceOf([when(0, { seconds: 30 }), when(30), when(1000, { seconds: 60 })]).perHour).toBe(90)
    expect(paceOf([when(0, { seconds: 3000 })])).toEqual({ medianSeconds: 3000, perHour: null })
  })
  it('takes the time that was looked where several were sent together', () => {
    expect(paceOf([when(0, { seconds: 20 }), when(0.001, { seconds: 20 }), when(0.002, { seconds: 20 })]).perHour).toBe(180)
    expect(paceOf([when(0), when(10, { seconds: 4000 })]).perHour).toBe(360)
  })
  it('counts neither batches nor lines that take something back, nor notes alone', () => {
    const lines = [when(0, { seconds: 10 }), when(20, { seconds: 4, batch: 'b' }), when(30, { decision: 'none', seconds: 6 }), when(40, { undoes: 'stroke-1----', seconds: 7 }), when(50, { seconds: 20 })]
    expect(paceOf(lines)).toEqual({ medianSeconds: 15, perHour: 2 / 30 * 3600 })
  })
})

describe('progress', () => {
  it('counts what holds of what each is to judge', () => {
    const stale = lineAbout(probes, 6, 'anna', 'keep', { content: 'before' })
    const flagged = lineAbout(probes, 5, 'anna', 'none', { flag: true })
    const book = bookOf(probes, [...linesOf(probes, 'anna', 'krf.u'), stale, flagged, ...linesOf(probes, 'zoe', 'rr', 'adjudicator')])
    const [anna, zoe] = progressOf(book)
    expect(anna).toMatchObject({ annotator: 'anna', assigned: 8, decided: 4, keep: 1, reject: 1, fix: 1, unsure: 1, flagged: 1, adjudicated: 0, medianSeconds: null, perHour: 360 })
    expect(Date.parse(anna!.lastAt!)).toBeGreaterThan(Date.parse(anna!.firstAt!))
    expect(zoe).toMatchObject({ annotator: 'zoe', assigned: 0, decided: 0, adjudicated: 2, perHour: null })
  })
  it('shows who is assigned before they begin, and those who are not', () => {
    const book = bookOf(probes, linesOf(probes, 'guest', 'kk'), { kinds: ['textRephrase'], assignment: { annotators: ['dora', 'cleo'], each: 1, seed: 0 } })
    expect(progressOf(book).map(({ annotator, assigned, decided, firstAt }) => [annotator, assigned, decided, firstAt === undefined])).toEqual([['cleo', 2, 0, true], ['dora', 2, 0, true], ['guest', 0, 1, false]])
  })
})
