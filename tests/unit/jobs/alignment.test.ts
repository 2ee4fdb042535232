// Runs side by side, record by record: patterns, pages, answers, and what cannot be aligned.
import { describe, expect, it } from 'vitest'
import { alignRuns } from '../../../src/main/jobs/alignment.ts'
import { Alignment, AlignRequest } from '../../../src/preload/contract/runs.ts'
import { temporaryStudy } from '../workspace/study.ts'
import { countingOf, resultOf, scoredRuns, sliceOf } from './scored-runs.ts'

async function open() {
  const study = await temporaryStudy()
  const runs = scoredRuns(study)
  const slice = sliceOf('a', 'c')
  const align = async (request: object) => alignRuns({ study, queue: runs, counting: countingOf(study, runs), slices: slice }, AlignRequest.parse(request))
  return { runs, slice, align }
}

describe('alignRuns', () => {
  it('sorts common records by who is right', async () => {
    const { runs, align } = await open()
    const one = await runs.add([resultOf('a', 1), resultOf('b', 1), resultOf('c', 0), resultOf('d', 0), resultOf('only here', 1)])
    const two = await runs.add([resultOf('d', 0), resultOf('c', 1), resultOf('b', 0), resultOf('a', 1)])
    const three = await runs.add([resultOf('a', 1), resultOf('b', 0), resultOf('c', 1), resultOf('d', 0.5), resultOf('e', null)])
    const found = await align({ runs: [one.id, two.id, three.id] })
    expect(Alignment.parse(found)).toEqual(found)
    expect(found).toMatchObject({ n: 4, dataset: 'e-vqa-eval', total: 4, notes: ['4 of 5 records are done in all 3 runs; only these are aligned.'] })
    expect(found.patterns).toEqual([{ pattern: 'rrr', count: 1 }, { pattern: 'rww', count: 1 }, { pattern: 'wrr', count: 1 }, { pattern: 'www', count: 1 }])
    expect(found.rows[1]).toEqual({ record: 'b', pattern: 'rww', scores: [1, 0, 0], answers: ['b says 1', 'b says 0', 'b says 0'] })

    const chosen = await align({ runs: [one.id, two.id, three.id], pattern: 'wrr' })
    expect([chosen.total, chosen.n, chosen.rows.map(({ record }) => record)]).toEqual([1, 4, ['c']])
    expect((await align({ runs: [one.id, three.id], threshold: 0.5, pattern: 'wr' })).rows.map(({ record }) => record)).toEqual(['c', 'd'])
    expect((await align({ runs: [one.id, two.id], offset: 1, limit: 2 })).rows.map(({ record }) => record)).toEqual(['b', 'c'])
  })

  it('stays within a slice, and counts records without the score', async () => {
    const { runs, slice, align } = await open()
    const one = await runs.add([resultOf('a', 1), resultOf('b', 1), resultOf('c', 1)])
    const two = await runs.add([resultOf('a', 0), resultOf('b', 1), resultOf('c', 1, { scores: {} })])
    expect(await align({ runs: [one.id, two.id], slice: slice.id })).toMatchObject({ n: 1, total: 1, notes: ['1 of these have no such score in one of the runs and are left out.'] })
  })

  it('stays within the records that are named, also inside a slice', async () => {
    const { runs, slice, align } = await open()
    const one = await runs.add([resultOf('a', 1), resultOf('b', 1), resultOf('c', 1)])
    const two = await runs.add([resultOf('a', 0), resultOf('b', 1), resultOf('c', 1)])
    expect((await align({ runs: [one.id, two.id], records: ['b', 'c', 'gone'] })).rows.map(({ record }) => record)).toEqual(['b', 'c'])
    expect((await align({ runs: [one.id, two.id], records: ['b', 'c'], slice: slice.id })).rows.map(({ record }) => record)).toEqual(['c'])
  })

  it.each([
    [{ plan: { dataset: 'e-ic-eval' } }, {}, 'Run \'Run 1\' is on \'e-vqa-eval\', run \'Run 2\' on \'e-ic-eval\': they have no records in common. Choose runs of one dataset.'],
    [{ versions: { data: 'new' } }, {}, 'Runs \'Run 1\' and \'Run 2\' are on different versions of \'e-vqa-eval\', so one record id is not one record. Choose runs of one version.'],
    [{ plan: { kind: 'train' } }, {}, 'Run \'Run 2\' is a training: it has no records to compare. Leave it out.'],
    [{}, { metric: 'portability' }, 'Run \'Run 1\' did not measure \'portability\' as \'strict\'. It has reliability/strict, reliability/free. Choose one that all runs have, or leave the run out.'],
  ])('says what does not go together: %j', async (more, request, sentence) => {
    const { runs, align } = await open()
    const one = await runs.add([resultOf('a', 1)])
    const two = await runs.add([resultOf('a', 1)], more)
    await expect(align({ runs: [one.id, two.id], ...request })).rejects.toThrow(sentence)
  })

  it('takes two different runs', async () => {
    const { runs, align } = await open()
    const one = await runs.add([resultOf('a', 1)])
    await expect(align({ runs: [one.id, one.id] })).rejects.toThrow('Aligning takes two different runs or more.')
  })
})
