import { describe, expect, it } from 'vitest'
import type { Run } from '../../../src/preload/contract/runs.ts'
import { forPeople } from '../../../src/main/terminal/print.ts'
import { progressLine, stepLine } from '../../../src/main/terminal/progress-line.ts'
import { reportForPeople, reportOf } from '../../../src/main/terminal/run-report.ts'

const run = { id: 'r-1', status: 'finished', doneCount: 20, failedCount: 1, recordCount: 40, recordsPerSecond: 2.345, secondsLeft: 100, plan: { kind: 'score' } } as Run
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

describe('tables and alignments', () => {
  const delta = { mean: 0.123, low: 0, high: 0.2, n: 20, test: 'mcnemar', p: 0.01, adjusted: 0.02, detectable: 0.1 }
  it('writes differences behind their numbers, and marks baseline and reported rows', () => {
    const text = forPeople({
      id: 't',
      title: 'Main results',
      columns: [{ id: 'dataset', label: 'Dataset' }, { id: 'reliability', label: 'Rel.' }, { id: 'kl', label: 'KL' }],
      rows: [
        { id: 'a', isBaseline: true, cells: { dataset: { text: 'VQA' }, reliability: { text: '80.0 [70.0, 90.0]', mean: 0.8 }, kl: { text: '0.5' } } },
        { id: 'b', cells: { dataset: { text: 'VQA' }, reliability: { text: '92.3 [90.0, 95.0]', mean: 0.923, metric: 'reliability', variant: 'strict', delta }, kl: { text: '0.2', mean: 0.2, metric: 'image-locality', variant: 'kl', delta: { ...delta, mean: -0.3, adjusted: 0.5 } } } },
        { id: 'c', reported: 'A paper', cells: { dataset: { text: 'E-VQA' }, reliability: { text: '99.4' }, kl: { text: '–' } } },
      ],
      caption: 'What it is.',
      comparability: { mismatches: [{ kind: 'seed', sentence: 'Seeds differ.' }], common: [] },
      notes: ['One note.'],
    })
    expect(text.split('\n')).toEqual([
      'Main results', '',
      'Dataset           Rel.                      KL',
      '────────────────  ────────────────────────  ──────────',
      'VQA (baseline)    80.0 [70.0, 90.0]         0.5',
      'VQA               92.3 [90.0, 95.0] +12.3*  0.2 -0.300',
      'E-VQA (reported)  99.4                      –', '',
      'Behind the brackets: the difference to the baseline in percentage points (nats for logarithms).',
      '* p < 0.05 after Holm\'s correction.',
      'What it is.', 'Note: Seeds differ.', 'One note.',
    ])
  })

  it('says in words who is right', () => {
    const text = forPeople({
      n: 4, dataset: 'e-vqa-eval', total: 2, notes: [],
      patterns: [{ pattern: 'rr', count: 1 }, { pattern: 'ww', count: 1 }, { pattern: 'rw', count: 2 }],
      rows: [{ record: '00001', pattern: 'rw', scores: [1, 0], answers: ['a cat', 'a dog that is far too long to be shown'] }],
    })
    expect(text.split('\n')).toEqual([
      '4 common records of \'e-vqa-eval\'; A, B are the runs in the order they were given, r right, w wrong.', '',
      'pattern  what          records     %',
      '───────  ────────────  ───────  ────',
      'rr       both right          1  25.0',
      'ww       both wrong          1  25.0',
      'rw       only A right        2  50.0', '',
      'record  pattern  A says  B says',
      '──────  ───────  ──────  ────────────────────────',
      ' 00001  rw       a cat   a dog that is far too l…',
      '1 of 2 records are shown; --offset and --limit show others, --pattern those of one pattern.',
    ])
  })
})

describe('a run on the terminal', () => {
  it('shows rate and time left', () => {
    expect(progressLine(run)).toBe('20 of 40 records, 1 failed, 2.3 a second, 2 min left')
  })
  it('shows the losses of a training; a validation stays until the next', () => {
    const first = stepLine({ step: 10, losses: { total: 0.5312 }, validation: { total: 0.6111 }, elapsedMs: 1 })
    const line = stepLine({ step: 20, losses: { total: 0.4 }, elapsedMs: 2 }, first)
    expect(line).toBe('loss 0.400, validation 0.611')
    expect(progressLine({ ...run, plan: { ...run.plan, kind: 'train' }, failedCount: 0 }, line)).toBe('20 of 40 steps, loss 0.400, validation 0.611, 2.3 a second, 2 min left')
  })
  it('reports verdicts and cost of a run, and the editor of a training', () => {
    const cost = { seconds: 12.34, forwardPasses: 20, backwardPasses: 10, peakBytes: 300 * 2 ** 20 }
    const scored = reportForPeople(reportOf(run, { metrics: {}, verdicts: { proper: 3, under: 1 }, cost, secondsPerEdit: { ...estimate, mean: 0.5 } }))
    expect(scored).toContain('Verdicts: 3 proper, 1 under\nSeconds per edit: 0.500 (0.900 – 1.00)\nAll edits took 12.3 s, 20 forward and 10 backward passes, at most 300 MiB of memory.')
    expect(reportForPeople(reportOf(run, { metrics: {}, verdicts: {}, cost, editor: 'mend-text-sample' }))).toBe('r-1: finished, 20 steps\nEditor \'mend-text-sample\' is in the study.\nTraining took 12.3 s, 20 forward and 10 backward passes, at most 300 MiB of memory.')
  })
  it('reports the strict reading of every metric with all readings beside it', () => {
    const report = reportOf(run, { metrics: { reliability: { strict: estimate, free: { ...estimate, mean: 0.5 } } }, verdicts: {} })
    expect(report).toEqual({ run: 'r-1', status: 'finished', records: 20, failed: 1, metrics: { reliability: { ...estimate, variants: { strict: estimate, free: { ...estimate, mean: 0.5 } } } } })
    expect(reportForPeople(report)).toContain('reliability  0.950  0.900 – 1.000')
  })
})
