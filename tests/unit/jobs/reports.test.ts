// What tables and figures are given: rows over the records that are compared, whole and slice by slice, with no more than was asked for.
import { describe, expect, it } from 'vitest'
import { createAuditBooks } from '../../../src/main/audits/books.ts'
import { createCounting } from '../../../src/main/jobs/counting.ts'
import { createReports } from '../../../src/main/jobs/reports.ts'
import { summarise } from '../../../src/main/runs/summary.ts'
import type { Study } from '../../../src/main/workspace/open-workspace.ts'
import { writeSummary } from '../../../src/main/workspace/runs.ts'
import { Comparison } from '../../../src/preload/contract/comparison.ts'
import type { DatasetId } from '../../../src/preload/contract/identifiers.ts'
import type { RecordResult, Run } from '../../../src/preload/contract/runs.ts'
import type { Slice } from '../../../src/preload/contract/slices.ts'
import { Table } from '../../../src/preload/contract/tables.ts'
import { temporaryStudy } from '../workspace/study.ts'
import { resultOf, scoredRuns } from './scored-runs.ts'

const dogs = { id: 'dogs', name: 'Dogs', filter: { search: '', facets: {} }, createdAt: '' } as unknown as Slice
const captions = { ...dogs, id: 'captions', name: 'Captions', dataset: 'e-ic-eval' as DatasetId } as unknown as Slice

async function open() {
  const study = await temporaryStudy()
  const runs = scoredRuns(study)
  const counting = createCounting({ study, books: createAuditBooks(study), listRuns: runs.list })
  const reports = createReports({
    study,
    listRuns: runs.list,
    getRun: runs.get,
    counting,
    slices: { list: () => Promise.resolve([dogs, captions]), recordsOf: () => Promise.resolve(new Set(['a', 'b', 'z'])) },
    reported: { list: () => Promise.resolve([{ id: 'mend', name: 'MEND', source: 'A paper', model: 'm', dataset: 'd', method: 'MEND', scope: 'text', variant: 'unknown', metrics: { reliability: 0.9 }, notes: [], shipped: true }]) },
  })
  const input = async (comparison: object, needs: Parameters<typeof reports.inputOf>[1] = []) => reports.inputOf(Comparison.parse(comparison), needs)
  return { study, runs, reports, input }
}

/** A finished run with its metrics.json. */
async function finished(study: Study, runs: ReturnType<typeof scoredRuns>, results: readonly RecordResult[], more: Parameters<typeof runs.add>[1] = {}): Promise<Run> {
  const run = await runs.add(results, more)
  await writeSummary(study, run.id, summarise(results, run.plan.seed))
  return run
}

describe('inputOf', () => {
  it('takes the records that all runs of a dataset have done, and each run\'s own where asked', async () => {
    const { study, runs, input } = await open()
    await finished(study, runs, [resultOf('a', 1), resultOf('b', 0), resultOf('c', 1), resultOf('d', null)])
    await finished(study, runs, [resultOf('a', 1), resultOf('b', 1), resultOf('e', 0)])
    await finished(study, runs, [resultOf('x', 1)], { plan: { dataset: 'e-ic-eval' } })
    const common = await input({})
    expect(common.runs.map(row => [row.run.name, row.recordCount, row.metrics.reliability!.strict!.mean, row.metrics.reliability!.strict!.n])).toEqual([['Run 1', 2, 0.5, 2], ['Run 2', 2, 1, 2], ['Run 3', 1, 1, 1]])
    expect(common.comparability.common).toEqual([{ dataset: 'e-vqa-eval', count: 2, most: 3 }, { dataset: 'e-ic-eval', count: 1, most: 1 }])
    expect(common.comparability.mismatches.map(({ kind }) => kind)).toEqual(['records'])
    const own = await input({ records: 'own' })
    expect(own.runs.map(({ recordCount, metrics }) => [recordCount, metrics.reliability!.strict!.n])).toEqual([[3, 3], [3, 3], [1, 1]])
  })

  it('takes a run\'s stored numbers where all its records are compared', async () => {
    const { study, runs, input } = await open()
    const one = await finished(study, runs, [resultOf('a', 1), resultOf('b', 0)])
    const metrics = { reliability: { strict: { mean: 0.123, low: 0, high: 1, n: 2 } } }
    await writeSummary(study, one.id, { metrics, verdicts: {} })
    expect((await input({ runs: [one.id] })).runs[0]!.metrics).toEqual(metrics)
  })

  it('gives the same numbers over the same records, stored or made anew', async () => {
    const { study, runs, input } = await open()
    const results = Array.from({ length: 40 }, (_, i) => resultOf(String(i), i % 3 === 0 ? 0 : 1))
    const one = await finished(study, runs, results, { plan: { seed: 4 } })
    const longer = await finished(study, runs, [...results, resultOf('more', 1)], { plan: { seed: 4 } })
    const [stored, made] = (await input({ runs: [one.id, longer.id] })).runs
    expect(made!.metrics).toEqual(stored!.metrics)
  })

  it('adds rows for slices of the dataset', async () => {
    const { study, runs, input } = await open()
    const one = await finished(study, runs, [resultOf('a', 1), resultOf('b', 0), resultOf('c', 1)])
    const both = await input({ runs: [one.id], slices: ['dogs', 'captions'] })
    expect(both.runs.map(({ key, slice, recordCount }) => [key, slice?.name, recordCount])).toEqual([[one.id, undefined, 3], [`${one.id}/dogs`, 'Dogs', 2]])
    expect((await input({ runs: [one.id], slices: ['dogs'], whole: false })).runs.map(({ slice }) => slice?.id)).toEqual(['dogs'])
    await expect(input({ slices: ['cats'] })).rejects.toThrow('There is no slice \'cats\' in this study. Known: dogs, captions.')
    await expect(input({ reported: ['none'] })).rejects.toThrow('There is no reported result \'none\' in this study. Known: mend.')
  })

  it('keeps parts of a run apart', async () => {
    const { study, runs, input } = await open()
    const one = await finished(study, runs, [resultOf('a', 1), resultOf('b', 0), resultOf('c', 1), resultOf('z', 0)])
    const two = await finished(study, runs, [resultOf('b', 1), resultOf('c', 1)])
    const means = async (comparison: object) => (await input(comparison)).runs.filter(({ run }) => run.id === one.id).map(({ recordCount, metrics }) => [recordCount, metrics.reliability!.strict!.mean])
    expect(await means({ runs: [one.id], slices: ['dogs'] })).toEqual([[4, 0.5], [3, 1 / 3]])
    expect(await means({ runs: [one.id, two.id], slices: ['dogs'] })).toEqual([[2, 0.5], [1, 0]])
    expect(await means({ runs: [one.id], slices: ['dogs'] })).toEqual([[4, 0.5], [3, 1 / 3]])
  })

  it('puts a baseline that was not chosen first, and records by column where rows are compared', async () => {
    const { study, runs, input } = await open()
    const one = await finished(study, runs, [resultOf('a', 1), resultOf('b', 0)])
    const two = await finished(study, runs, [resultOf('b', 1)])
    const found = await input({ runs: [two.id], baseline: one.id, reported: ['mend'] })
    expect(found.runs.map(({ run, records }) => [run.id, records?.records])).toEqual([[one.id, ['b']], [two.id, ['b']]])
    expect(found).toMatchObject({ baseline: one.id, reported: [{ id: 'mend' }] })
    expect((await input({ runs: [two.id] })).runs[0]!.records).toBeUndefined()
  })

  it('gives losses of compared records, and only when asked', async () => {
    const { study, runs, input } = await open()
    const one = await finished(study, runs, [resultOf('a', 1), resultOf('b', 0, { losses: [3, 2] }), resultOf('c', null)])
    const two = await finished(study, runs, [resultOf('b', 1)])
    expect((await input({ runs: [one.id, two.id] }, ['losses'])).runs[0]!.losses).toEqual([[3, 2]])
    expect((await input({ runs: [one.id] })).runs[0]!.losses).toBeUndefined()
  })

  it('never pairs runs of two versions of a dataset', async () => {
    const { study, runs, reports, input } = await open()
    const one = await finished(study, runs, [resultOf('a', 1), resultOf('b', 0)], { versions: { data: 'aa' } })
    const two = await finished(study, runs, [resultOf('a', 0)], { versions: { data: 'bb' } })
    const found = await input({ baseline: one.id })
    expect(found.runs.map(({ recordCount }) => recordCount)).toEqual([2, 1])
    expect(found.comparability).toMatchObject({ common: [{ count: 0, most: 2 }], mismatches: [{ kind: 'data' }] })
    const table = await reports.table({ ...Comparison.parse({ baseline: one.id }), id: 'main-results' })
    expect(Table.parse(table)).toEqual(table)
    expect(table.rows.find(({ run }) => run === two.id)!.cells.reliability!.delta).toBeUndefined()
  })
})
