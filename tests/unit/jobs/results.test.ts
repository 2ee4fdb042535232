// Pages of a run's results: every filter, also while the run goes, after a crash, and when files are not what they were.
import { existsSync, utimesSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { createResults } from '../../../src/main/jobs/results.ts'
import { openWorkspace } from '../../../src/main/workspace/open-workspace.ts'
import { readResultsAt } from '../../../src/main/workspace/run-lines.ts'
import { readScoreColumns, saveScoreColumns } from '../../../src/main/workspace/score-columns.ts'
import { ResultQuery } from '../../../src/preload/contract/runs.ts'
import { temporaryStudy } from '../workspace/study.ts'
import { appendResult, countingOf, resultOf, scoredRuns, sliceOf } from './scored-runs.ts'

async function open() {
  const study = await temporaryStudy()
  const runs = scoredRuns(study)
  const slice = sliceOf('1', '2', '7')
  const results = createResults({ study, queue: runs, counting: countingOf(study, runs), slices: slice })
  const list = async (filter: object) => {
    const { total, results: found } = await results.list(ResultQuery.parse(filter))
    return { total, records: found.map(({ record }) => record) }
  }
  return { study, runs, slice, list, results }
}

const ten = Array.from({ length: 10 }, (_, i) => resultOf(String(i), i % 5 === 0 ? null : i / 10))

describe('filters', () => {
  it('page in the order of the file, failed records among them', async () => {
    const { runs, list } = await open()
    const { id } = await runs.add(ten)
    expect(await list({ id, offset: 2, limit: 5 })).toEqual({ total: 10, records: ['2', '3', '4', '5', '6'] })
    expect(await list({ id, status: 'failed' })).toEqual({ total: 2, records: ['0', '5'] })
    expect((await list({ id, status: 'done' })).total).toBe(8)
    expect(await list({ id, metric: 'reliability', min: 0.2, max: 0.4 })).toEqual({ total: 3, records: ['2', '3', '4'] })
    expect((await list({ id, metric: 'reliability', variant: 'free', min: 1 })).total).toBe(8)
    expect((await list({ id, metric: 'portability' })).total).toBe(0)
    expect(await list({ id, record: '4' })).toEqual({ total: 1, records: ['4'] })
    expect(await list({ id, records: ['9', '0', 'none'] })).toEqual({ total: 2, records: ['0', '9'] })
    expect((await list({ id, verdict: 'proper' })).total).toBe(0)
  })

  it('by slice, and together', async () => {
    const { runs, list, slice } = await open()
    const { id } = await runs.add(ten)
    expect(await list({ id, slice: slice.id })).toEqual({ total: 3, records: ['1', '2', '7'] })
    expect(await list({ id, slice: slice.id, metric: 'reliability', min: 0.5 })).toEqual({ total: 1, records: ['7'] })
  })

  it('by what other runs have finished', async () => {
    const { runs, list } = await open()
    const { id } = await runs.add(ten)
    const other = await runs.add([resultOf('1', 1), resultOf('2', null), resultOf('5', 1), resultOf('8', 0)])
    // 5 failed here, 2 there.
    expect(await list({ id, among: [id, other.id] })).toEqual({ total: 2, records: ['1', '8'] })
  })

  it('by who is right, on records that both have', async () => {
    const { runs, list } = await open()
    const { id } = await runs.add([resultOf('a', 1), resultOf('b', 1), resultOf('c', 0), resultOf('d', 0), resultOf('e', 1), resultOf('f', 0.5)])
    const other = await runs.add([resultOf('d', 0), resultOf('c', 1), resultOf('b', 0), resultOf('a', 1), resultOf('f', 1)])
    const by = async (outcome: string, threshold = 1) => (await list({ id, against: { run: other.id, outcome, threshold } })).records
    expect([await by('both'), await by('onlyThis'), await by('onlyOther'), await by('neither')]).toEqual([['a'], ['b'], ['c', 'f'], ['d']])
    expect(await by('both', 0.5)).toEqual(['a', 'f'])
    const elsewhere = await runs.add([resultOf('a', 1)], { plan: { dataset: 'e-ic-eval' }, name: 'Captions' })
    await expect(list({ id, against: { run: elsewhere.id, outcome: 'both' } })).rejects.toThrow('Run \'Run 1\' is on \'e-vqa-eval\', run \'Captions\' on \'e-ic-eval\': they have no records in common. Choose two runs of one dataset.')
  })
})

describe('files', () => {
  it('may grow, be torn or hold a spoilt line; a record done again counts once', async () => {
    const { study, runs, list } = await open()
    const { id } = await runs.add(ten)
    expect((await list({ id })).total).toBe(10)
    appendResult(study, id, `spoilt by hand\n${JSON.stringify(resultOf('new', 1))}\n${JSON.stringify(resultOf('5', 0.5))}\n`)
    expect(await list({ id, offset: 8 })).toEqual({ total: 11, records: ['9', 'new', '5'] })
    appendResult(study, id, '{"record":"half')
    expect((await list({ id })).total).toBe(11)
    const columns = await readScoreColumns(study, id)
    expect(columns.records).toEqual(['1', '2', '3', '4', '6', '7', '8', '9', 'new', '5'])
    expect(columns.failed).toEqual(['0'])
    expect(columns.scores.reliability!.strict!.at(-1)).toBe(0.5)
    appendResult(study, id, `way"}\n${JSON.stringify(resultOf('9', 0.1))}\n`)
    const again = await readScoreColumns(study, id)
    expect(again.records).toEqual(['1', '2', '3', '4', '6', '7', '8', 'new', '5', '9'])
    expect(again.scores.reliability!.strict!.slice(-3)).toEqual([1, 0.5, 0.1])
    expect((await list({ id, record: '9' })).total).toBe(1)
  })

  it('fills a column that only new lines have with nothing above', async () => {
    const { study, runs } = await open()
    const { id } = await runs.add([resultOf('a', 1)])
    await readScoreColumns(study, id)
    appendResult(study, id, `${JSON.stringify(resultOf('b', 0, { scores: { 'text-locality': { kl: 0.5 } } }))}\n`)
    expect((await readScoreColumns(study, id)).scores).toEqual({ 'reliability': { strict: [1, null], free: [1, null] }, 'text-locality': { kl: [null, 0.5] } })
  })

  it('is not taken for the file of an earlier run of its name', async () => {
    const { study, runs, list } = await open()
    const { id } = await runs.add([resultOf('old', 1)])
    expect((await list({ id })).records).toEqual(['old'])
    writeFileSync(study.layout.run(id).results, `${JSON.stringify(resultOf('x', 1))}\n${JSON.stringify(resultOf('y', 1))}\n`)
    expect((await list({ id })).records).toEqual(['x', 'y'])
  })

  it('keeps columns of a run that rests or has ended, not of one that goes', async () => {
    const { study, runs } = await open()
    const { id } = await runs.add(ten)
    const { results, scores } = study.layout.run(id)
    await readScoreColumns(study, id)
    expect(existsSync(scores)).toBe(false)
    await saveScoreColumns(study, id)
    expect(existsSync(scores)).toBe(true)

    const resting = await runs.add(ten)
    const hourAgo = Date.now() / 1000 - 3600
    utimesSync(study.layout.run(resting.id).results, hourAgo, hourAgo)
    await readScoreColumns(study, resting.id)
    expect(existsSync(study.layout.run(resting.id).scores)).toBe(true)
    expect(results).not.toBe(scores)
  })

  it('reads lines again that are not where the columns say', async () => {
    const { study, runs } = await open()
    const { id } = await runs.add(ten)
    await saveScoreColumns(study, id)
    // The same size, other lines: as a file put back from elsewhere.
    const { results } = study.layout.run(id)
    writeFileSync(results, [...ten].reverse().map(result => `${JSON.stringify(result)}\n`).join(''))
    const beside = await openWorkspace(study.root, { access: 'read' })
    const { results: found } = await createResults({ study: beside, queue: runs, counting: countingOf(beside, runs), slices: sliceOf() }).list(ResultQuery.parse({ id, limit: 2 }))
    expect(found.map(({ record }) => record)).toEqual(['9', '8'])
  })

  it.each([[Number.NaN, 10], [-1, 10], [0.5, 10], [0, 2 ** 52], [2 ** 50, 10]])('does not follow a place outside of the file: %f, %f', async (offset, length) => {
    const { study, runs } = await open()
    const { id } = await runs.add(ten)
    expect(await readResultsAt(study, id, [{ record: '1', offset, length }])).toBeUndefined()
  })
})
