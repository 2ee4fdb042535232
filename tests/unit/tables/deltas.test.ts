// Rows against a baseline: paired on common records, one test a cell, corrected over the table; who leads, and who never does.
import { describe, expect, it } from 'vitest'
import type { ReportRun } from '../../../src/main/query/report-run.ts'
import { summariseColumns } from '../../../src/main/runs/summary.ts'
import { bySlice } from '../../../src/main/tables/by-slice.ts'
import { cost } from '../../../src/main/tables/cost.ts'
import { mainResults } from '../../../src/main/tables/main-results.ts'
import { paper } from '../../../src/main/tables/paper.ts'
import { columnsOf } from '../../../src/main/workspace/score-columns.ts'
import type { SliceId } from '../../../src/preload/contract/identifiers.ts'
import { inputOf, runOf } from './finished-runs.ts'

type Values = readonly (readonly [record: string, reliability: number, locality?: number])[]

function row(id: string, values: Values, more: Partial<ReportRun> & { readonly plan?: object, readonly versions?: Record<string, string> } = {}): Pick<ReportRun, 'run'> & Partial<ReportRun> {
  const records = columnsOf(values.map(([record, strict, locality]) => ({
    record, status: 'done', steps: 1, editMs: 1, scores: { reliability: { strict }, ...(locality === undefined ? {} : { 'image-locality': { strict: locality } }) },
  })))
  const { plan = {}, versions = {}, ...rest } = more
  return { run: runOf(id, { plan, versions }), records, recordCount: values.length, metrics: summariseColumns(records).metrics, ...rest }
}

const wide = (value: number, count: number, from = 0): Values => Array.from({ length: count }, (_, i) => [String(from + i), value, value])

describe('differences to the baseline', () => {
  const base = row('base', [...wide(1, 2), ...wide(0, 8, 2)], { plan: { scope: 'text' } })
  const better = row('better', wide(1, 12, 0), { plan: { scope: 'vision' } })
  const table = mainResults.build(inputOf([base, better], 'strict', { baseline: 'base' }))
  const cellOf = (id: string, column: string) => table.rows.find(candidate => candidate.id === id)!.cells[column]!

  it('pair records that both have, and test 0 and 1 after McNemar', () => {
    // 8 of 10 common records only the other run has right: p = 2 · (½)⁸, twice in the table, so Holm doubles it.
    expect(cellOf('better', 'reliability').delta).toMatchObject({ mean: 0.8, n: 10, test: 'mcnemar', p: expect.closeTo(2 / 256, 12), adjusted: expect.closeTo(4 / 256, 12) })
    expect(cellOf('better', 'image-locality').delta).toMatchObject({ mean: 0.8, n: 10, test: 'mcnemar', p: expect.closeTo(2 / 256, 12), adjusted: expect.closeTo(4 / 256, 12) })
    expect(cellOf('better', 'reliability').delta!.low).toBeGreaterThan(0.3)
  })

  it('mark the baseline, which has none itself', () => {
    expect(table.rows.map(({ id, isBaseline }) => [id, isBaseline])).toEqual([['base', true], ['better', undefined]])
    expect(cellOf('base', 'reliability').delta).toBeUndefined()
    expect(table.caption).toContain('Differences are against Fine-tuning on text (\'Run base\'), paired by record where both have the score; p is two-sided by McNemar\'s exact test, corrected after Holm over the 2 tests of the table. The smallest true differences that such tests find with 80 % power')
  })

  it('say nothing without a baseline', () => {
    const plain = mainResults.build(inputOf([base, better]))
    expect(plain.rows.flatMap(({ cells }) => Object.values(cells)).filter(({ delta }) => delta)).toEqual([])
    expect(plain.caption).not.toContain('Differences')
  })

  it('test shares between 0 and 1 by permutation', () => {
    const partial = row('partial', Array.from({ length: 10 }, (_, i) => [String(i), 0.5]), { plan: { scope: 'vision' } })
    const delta = mainResults.build(inputOf([base, partial], 'strict', { baseline: 'base' })).rows[1]!.cells.reliability!.delta!
    expect(delta).toMatchObject({ test: 'permutation', n: 10 })
    expect(delta.mean).toBeCloseTo(0.3, 12)
  })

  it('leave rows of other data alone, also of the same dataset imported again, and say so', () => {
    const other = row('other', wide(1, 10), { plan: { dataset: 'e-ic-eval' } })
    const again = row('again', wide(1, 10), { versions: { data: 'changed' } })
    const apart = mainResults.build(inputOf([base, other, again], 'strict', { baseline: 'base' }))
    expect(apart.rows.flatMap(({ cells }) => Object.values(cells)).filter(({ delta }) => delta)).toEqual([])
    expect(apart.notes).toContain('The baseline \'Run base\' was not run on the same records as the rows of e-ic-eval, e-vqa-eval, so they have no differences.')
  })

  it('stand against the baseline\'s row of the same slice', () => {
    const slice = { id: 'dogs' as SliceId, name: 'Dogs' }
    const sliced = bySlice.build(inputOf([base, row('base', wide(0, 5), { slice }), better, row('better', wide(1, 5), { slice, plan: { scope: 'vision' } })], 'strict', { baseline: 'base' }))
    expect(sliced.columns.map(({ label }) => label)).toEqual(['Dataset', 'Method', 'Module', 'Metric', 'All records', 'Dogs (n = 5)'])
    const cells = sliced.rows.find(({ id }) => id === 'better/reliability')!.cells
    expect(cells['*']!.delta).toMatchObject({ mean: 0.8, n: 10 })
    expect(cells['dogs']).toMatchObject({ slice: 'dogs', run: 'better', delta: { mean: 1, n: 5, p: expect.closeTo(2 / 32, 12) } })
    expect(cells['dogs']!.delta!.high).toBe(1)
  })
})

describe('the best of a column', () => {
  const best = (runs: Parameters<typeof inputOf>[0], column = 'reliability') =>
    mainResults.build(inputOf(runs)).rows.filter(({ cells }) => cells[column]!.best).map(({ id }) => id)

  it('is the highest, or all who share it, among rows on the same data', () => {
    const [high, also, low] = [row('high', wide(1, 4)), row('also', wide(1, 4)), row('low', wide(0, 4))]
    expect(best([low, high, also])).toEqual(['also', 'high'])
    expect(best([high, also])).toEqual([])
    expect(best([low, row('far', wide(0.5, 4), { plan: { dataset: 'e-ic-eval' } })])).toEqual([])
  })

  it('is the lowest where lower is better', () => {
    const blind = (id: string, strict: number) => ({ run: runOf(id), metrics: { blindness: { strict: { mean: strict, low: 0, high: 1, n: 4 } } } })
    expect(best([blind('fires', 0.9), blind('sees', 0.1)], 'blindness')).toEqual(['sees'])
  })
})

describe('reported rows', () => {
  const reported = [{ id: 'table-2', name: 'MEND', source: 'A paper', model: 'BLIP-2', dataset: 'E-VQA', method: 'MEND', scope: 'text', variant: 'unknown', n: 2093, metrics: { 'reliability': 0.994, 'image-locality': 0.9665 }, notes: [], shipped: true }]
  const table = paper.build(inputOf([row('low', wide(0, 4)), row('high', wide(0.5, 4))], 'strict', { baseline: 'low', reported }))

  it('stand below, marked, with what they say, and never lead', () => {
    const last = table.rows.at(-1)!
    expect(last).toMatchObject({ id: 'reported/table-2', reported: 'A paper', cells: { dataset: { text: 'E-VQA' }, model: { text: 'BLIP-2' }, reliability: { text: '99.4', mean: 0.994 }, seconds: { text: '–' }, records: { text: '2093' } } })
    expect(table.rows.filter(({ cells }) => cells.reliability!.best).map(({ id }) => id)).toEqual(['high'])
    expect(Object.values(last.cells).filter(({ delta, best }) => delta ?? best)).toEqual([])
    expect(table.caption).toContain('published elsewhere (A paper): not measured here, not tested, never best.')
  })
})

describe('cost', () => {
  it('gives passes per edit, and warns of several devices', () => {
    const timed = (id: string, device: string) => ({
      run: { ...runOf(id), provider: { provider: 'cpu', device, reason: '', tests: [] } },
      cost: { seconds: 8, forwardPasses: 40, backwardPasses: 20, peakBytes: 2e9 },
      secondsPerEdit: { mean: 0.4, low: 0.35, high: 0.456, n: 20 },
    })
    const { rows, notes } = cost.build(inputOf([timed('a', 'one'), timed('b', 'another')]))
    expect(Object.values(rows[0]!.cells).map(({ text }) => text)).toEqual(['e-vqa-eval', 'Fine-tuning', 'text', '–', '0.400 [0.350, 0.456]', '2.00', '1.00', '2000', '20'])
    expect(notes[0]).toContain('cpu (one); cpu (another)')
  })
})
