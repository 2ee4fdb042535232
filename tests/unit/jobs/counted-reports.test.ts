// Tables and figures under every policy, by hand: rows, differences, what moved, who waits, what captions and links say.
import { describe, expect, it } from 'vitest'
import { createImageStore } from '../../../src/main/datasets/image-store.ts'
import { figures } from '../../../src/main/figures/index.ts'
import { alignRuns } from '../../../src/main/jobs/alignment.ts'
import { findWorstSlices } from '../../../src/main/jobs/find-worst-slices.ts'
import { createReports } from '../../../src/main/jobs/reports.ts'
import { createResults } from '../../../src/main/jobs/results.ts'
import { createRecordQueries } from '../../../src/main/query/records.ts'
import { tables } from '../../../src/main/tables/index.ts'
import { Comparison, Counts } from '../../../src/preload/contract/comparison.ts'
import { Figure } from '../../../src/preload/contract/figures.ts'
import type { RunId, SliceId } from '../../../src/preload/contract/identifiers.ts'
import { AlignRequest, ResultQuery } from '../../../src/preload/contract/runs.ts'
import type { RetentionCell } from '../../../src/preload/contract/runs.ts'
import { WorstRequest } from '../../../src/preload/contract/slices.ts'
import type { Slice } from '../../../src/preload/contract/slices.ts'
import { Table } from '../../../src/preload/contract/tables.ts'
import { put } from '../workspace/study.ts'
import { handStudy, rowsOfA } from './hand-study.ts'
import type { HandStudy } from './hand-study.ts'

const odd = { id: 'odd' as SliceId, name: 'Odd', filter: { search: '', facets: {} }, createdAt: '' } as unknown as Slice
const slices = { list: () => Promise.resolve([odd]), recordsOf: () => Promise.resolve(new Set(['00001', '00003', '00005', '00007'])) }

function reportsOf({ study, runs, counting }: HandStudy) {
  const reports = createReports({ study, counting, listRuns: runs.list, getRun: runs.get, slices, reported: { list: () => Promise.resolve([]) } })
  return {
    table: async (request: object, id = 'main-results') => reports.table({ ...Comparison.parse(request), id }),
    figure: async (request: object, id: string) => reports.figure({ ...Comparison.parse(request), id }),
    input: async (request: object) => reports.inputOf(Comparison.parse(request), ['records']),
  }
}

const numbers = (table: Table, metric: string): unknown[] => table.rows.map(({ cells }) => [cells[metric]?.mean, cells[metric]?.n])

describe('rows over common records', () => {
  // Common to A and B: 0 to 6.
  it.each([
    ['all', [[4 / 7, 7], [5 / 7, 7]], [[4 / 7, 7], [1, 7]]],
    ['without-rejected', [[3 / 5, 5], [3 / 5, 5]], [[4 / 6, 6], [1, 6]]],
    ['with-fixes', [[3 / 5, 5], [3 / 5, 5]], [[4 / 6, 6], [1, 6]]],
    ['double-kept', [[1, 1], [0, 1]], [[1, 1], [1, 1]]],
  ] as const)('%s', async (counts, text, image) => {
    const table = await reportsOf(await handStudy()).table({ counts })
    expect(Table.parse(table)).toEqual(table)
    expect(numbers(table, 'text-generality')).toEqual(text)
    expect(numbers(table, 'image-generality')).toEqual(image)
    expect(numbers(table, 'reliability')).toEqual([[6 / 7, 7], [1, 7]])
    expect(numbers(table, 'text-locality')).toEqual([[1, 7], [1, 7]])
    expect(table.rows.map(({ cells }) => cells['records']!.text)).toEqual(['7', '7'])
    expect(table.counted === undefined).toBe(counts === 'all')
  })

  it('with fixes, after the re-run: one more of A, as many of B', async () => {
    const study = await handStudy()
    await study.repair()
    const table = await reportsOf(study).table({ counts: 'with-fixes' })
    expect(table.rows.map(({ run }) => run)).toEqual([study.a.id, study.b.id])
    expect(numbers(table, 'text-generality')).toEqual([[4 / 6, 6], [3 / 5, 5]])
    expect(table.counted).toMatchObject({
      probes: [
        // A has its fixes, B cannot be asked: so record 1's text is left out of B.
        { kind: 'textRephrase', all: 7, left: 2, fixed: 0, waiting: 1 },
        { kind: 'imageRephrase', all: 7, left: 1, fixed: 0, waiting: 0 },
        { kind: 'portability', all: 12, left: 2, fixed: 1, waiting: 0 },
      ],
      waiting: [{ run: study.b.id, probes: 1, reason: expect.stringContaining('is sequential') as string }],
    })
    // Alone, A waits for nothing.
    const alone = await reportsOf(study).table({ counts: 'with-fixes', runs: [study.a.id] })
    expect(alone.counted!.probes[0]).toEqual({ dataset: 'e-vqa-eval', kind: 'textRephrase', all: 8, left: 1, fixed: 1, waiting: 0 })
    expect(alone.counted).toMatchObject({ waiting: [], sentence: 'With fixes applied: 4 of 28 probes are left out (1 text rephrase, 1 image rephrase, 2 portability questions); 2 count with their fixes; by the decisions of 2 annotators and 1 adjudication.' })
  })

  it('and slices', async () => {
    const study = await handStudy()
    const { table } = reportsOf(study)
    const sliced = await table({ counts: 'without-rejected', runs: [study.a.id], slices: ['odd'] })
    // All of A: 4 of 6; odd: 3, 5 and 7, all right; image: all four.
    expect(numbers(sliced, 'text-generality')).toEqual([[4 / 6, 6], [1, 3]])
    expect(numbers(sliced, 'image-generality')).toEqual([[5 / 7, 7], [1, 4]])
    expect(sliced.counted!.moved.map(({ slice, metric, before, after, nBefore, n }) => [slice, metric, before, after, nBefore, n])).toEqual([
      [undefined, 'text-generality', 5 / 8, 4 / 6, 8, 6],
      [undefined, 'image-generality', 5 / 8, 5 / 7, 8, 7],
      // (2/3 + 1/3 + 2/3 + 1/3) / 4, then (1 + 1 + 2/3 + 1/3) / 4.
      [undefined, 'portability', 0.5, 0.75, 4, 4],
      ['odd', 'text-generality', 3 / 4, 1, 4, 3],
      ['odd', 'portability', 1 / 3, 2 / 3, 2, 2],
    ])
    const bySlice = await table({ counts: 'without-rejected', runs: [study.a.id], slices: ['odd'] }, 'by-slice')
    expect(bySlice.rows.find(({ cells }) => cells['metric']!.text === 'Text generality')!.cells['odd']).toMatchObject({ mean: 1, n: 3 })
  })
})

describe('what it says', () => {
  it('is one sentence in the caption, with the numbers', async () => {
    const { table } = reportsOf(await handStudy())
    const { caption, counted, notes } = await table({ counts: 'without-rejected' })
    expect(counted!.sentence).toBe('Without rejected probes: 6 of 26 probes are left out (2 text rephrases, 1 image rephrase, 3 portability questions), by the decisions of 2 annotators and 1 adjudication.')
    expect(caption!.endsWith(counted!.sentence)).toBe(true)
    expect(notes.join(' ')).toContain('Text generality of run \'A\' is over 5 of 7 records; the others have no such probe that counts.')
    expect((await table({})).caption).not.toContain('probes')
  })

  it('names who waits and how to ask, and who cannot be asked', async () => {
    const study = await handStudy()
    const { counted } = await reportsOf(study).table({ counts: 'with-fixes' })
    expect(counted!.waiting).toEqual([{ run: study.a.id, probes: 2 }, { run: study.b.id, probes: 1, reason: 'Run \'B\' is sequential: what it answers depends on all edits before, so single records cannot be asked again. Run it again on the cleaned dataset.' }])
    expect(counted!.sentence).toContain('6 of 26 probes are left out (2 text rephrases, 1 image rephrase, 3 portability questions), 2 of them because they wait for a re-run;')
    expect(counted!.notes).toEqual([
      '\'A\' was not asked every fixed probe yet. Re-run these with: mmedit audits rerun --dataset e-vqa-eval',
      expect.stringContaining('1 fixed probe is left out of a run: Run \'B\' is sequential') as string,
    ])
  })

  it('moves with an interval that holds the change', async () => {
    const { counted } = await reportsOf(await handStudy()).table({ counts: 'without-rejected' })
    for (const { change, before, after } of counted!.moved) {
      expect(change!.mean).toBeCloseTo(after! - before, 12)
      expect(change!.low).toBeLessThanOrEqual(change!.mean)
      expect(change!.high).toBeGreaterThanOrEqual(change!.mean)
    }
    // nll = 2 − strict moves the other way.
    const nll = await reportsOf(await handStudy()).table({ counts: 'without-rejected', variant: 'nll' })
    expect(nll.counted!.moved.find(({ metric }) => metric === 'text-generality')).toMatchObject({ before: 2 - 4 / 7, after: 2 - 3 / 5 })
  })

  it('has no mean after where nothing is left', async () => {
    const study = await handStudy()
    const { counted } = await reportsOf(study).table({ counts: 'double-kept', runs: [study.a.id], slices: ['odd'], whole: false })
    // Of the odd ones only image 3 is double-kept.
    expect(counted!.moved.map(({ metric, after, change, n }) => [metric, after, change === null, n])).toEqual([['text-generality', null, true, 0], ['image-generality', 1, false, 1], ['portability', null, true, 0]])
  })
})

it('compares with the baseline on what both have left', async () => {
  const study = await handStudy()
  const { table } = reportsOf(study)
  const deltaOf = async (counts: Counts) => (await table({ counts, baseline: study.a.id })).rows.find(({ run }) => run === study.b.id)!.cells['text-generality']!.delta
  // B − A over 0…6: 0 1 −1 0 1 −1 1; over 2…6: −1 0 1 −1 1.
  expect(await deltaOf('all')).toMatchObject({ n: 7 })
  expect((await deltaOf('all'))!.mean).toBeCloseTo(1 / 7, 12)
  expect(await deltaOf('without-rejected')).toMatchObject({ n: 5, mean: 0 })
})

it('adds the five up over records that have them all left', async () => {
  const study = await handStudy()
  const { table } = reportsOf(study)
  const sums = async (counts: Counts) => (await table({ counts, runs: [study.a.id] }, 'score-sums')).rows.map(({ cells }) => [cells['sum']!.text.split(' ')[0], cells['records']!.text])
  // 3 to 7: 5, 2, 4.5, 3, 5.
  expect(rowsOfA.slice(3).map(({ r, t, m, lm = 1 }) => r + t + m + 1 + lm)).toEqual([5, 2, 4.5, 3, 5])
  expect(await sums('without-rejected')).toEqual([['390.0', '5']])
  // Before them 5, 4 and 4: 32.5 in all.
  expect(await sums('all')).toEqual([['406.3', '8']])
})

describe('a run that repairs another', () => {
  it('is no row unless it is chosen, and says what it is', async () => {
    const study = await handStudy()
    const { id } = await study.repair()
    const { table, figure } = reportsOf(study)
    expect((await table({})).rows.map(({ run }) => run)).toEqual([study.a.id, study.b.id])
    const chosen = await table({ runs: [id] })
    expect(chosen.rows).toHaveLength(1)
    const note = `Run 'Fixes of A' asks only fixed probes again: it completes run '${study.a.id}' and is no result by itself.`
    expect(chosen.notes).toContain(note)
    expect((await figure({ runs: [id] }, 'metric-bars')).notes).toContain(note)
    // By itself it was asked with the fixes; the third portability question is rejected.
    expect(numbers(await table({ runs: [id], counts: 'with-fixes' }), 'portability')).toEqual([[1, 1]])
    expect(numbers(await table({ runs: [id], counts: 'without-rejected' }), 'text-generality')).toEqual([[undefined, undefined]])
  })
})

describe('figures', () => {
  it.each(figures.all.map(({ id }) => id))('%s says what counts, and all that it links to counts alike', async (id) => {
    const { figure } = reportsOf(await handStudy())
    const [all, counted] = [await figure({}, id), await figure({ counts: 'without-rejected' }, id)]
    expect(Figure.parse(counted)).toEqual(counted)
    expect(all.counted).toBeUndefined()
    expect(counted.counted!.counts).toBe('without-rejected')
    expect(all.links?.every(({ counts }) => counts === undefined) ?? true).toBe(true)
    expect(counted.links?.every(({ counts }) => counts === 'without-rejected') ?? true).toBe(true)
    const isOfEdits = figures.get(id).isOfEdits ?? false
    expect(counted.notes.join(' ').includes(counted.counted!.sentence)).toBe(!isOfEdits)
  })

  it('draw what counts', async () => {
    const { figure } = reportsOf(await handStudy())
    const tips = async (counts: Counts) => JSON.stringify((await figure({ counts }, 'metric-bars')).option)
    expect(await tips('all')).toContain('Text generality, single edits: 57.1 %')
    expect(await tips('without-rejected')).toContain('Text generality, single edits: 60 %')
    expect(await tips('without-rejected')).toContain('n = 5')
  })

  it('leave cells of a stream out whose probe does not count', async () => {
    const study = await handStudy()
    const scores = { 'reliability': { strict: 1 }, 'text-generality': { strict: 1 }, 'portability': { strict: 1 } }
    const cells: RetentionCell[] = [0, 2, 5].flatMap(edit => [6, 7].map(time => ({ time, edit, record: `0000${edit}`, scores })))
    put(study.study.layout.run(study.b.id).retention, cells.map(cell => `${JSON.stringify(cell)}\n`).join(''))
    const { input, figure } = reportsOf(study)
    const metricsOf = async (counts: Counts) => {
      const needs = await createReports({ study: study.study, counting: study.counting, listRuns: study.runs.list, getRun: study.runs.get, slices, reported: { list: () => Promise.resolve([]) } }).inputOf(Comparison.parse({ counts, runs: [study.b.id] }), ['retention'])
      return needs.runs[0]!.retention!.filter(({ time }) => time === 7).map(({ record, scores }) => [record, Object.keys(scores)])
    }
    expect(await metricsOf('all')).toEqual(['00000', '00002', '00005'].map(record => [record, Object.keys(scores)]))
    // 0: its text is rejected, and one of its portability questions; 2: only its image; 5 is unsure.
    expect(await metricsOf('without-rejected')).toEqual([['00000', ['reliability']], ['00002', Object.keys(scores)], ['00005', Object.keys(scores)]])
    expect((await figure({ counts: 'without-rejected', runs: [study.b.id] }, 'retention-heatmap')).notes.join(' ')).toContain('Without rejected probes')
    expect((await input({ counts: 'all' })).counted).toBeUndefined()
  })
})

it('builds every table under every policy', async () => {
  const study = await handStudy()
  await study.repair()
  const { table } = reportsOf(study)
  for (const { id, isOfEdits = false } of tables.all) {
    for (const counts of Counts.options.filter(one => one !== 'all')) {
      const { caption, counted, notes } = await table({ counts, baseline: study.a.id, slices: ['odd'] }, id)
      expect([caption, ...notes].join(' ').includes(counted!.sentence)).toBe(!isOfEdits)
    }
  }
})

describe('records', () => {
  const open = async () => {
    const study = await handStudy()
    const results = createResults({ study: study.study, queue: study.runs, counting: study.counting, slices })
    const list = async (filter: object) => (await results.list(ResultQuery.parse({ id: study.a.id, ...filter }))).results
    return { ...study, list }
  }

  it('are filtered by and shown with what counts', async () => {
    const { list } = await open()
    const under = { verdict: 'under' }
    expect((await list(under)).map(({ record }) => record)).toEqual(['00001', '00002', '00006'])
    expect((await list({ ...under, counts: 'without-rejected' })).map(({ record }) => record)).toEqual(['00006'])
    const right = { metric: 'text-generality', variant: 'strict', min: 1 }
    expect((await list(right)).map(({ record }) => record)).toEqual(['00000', '00002', '00003', '00005', '00007'])
    expect((await list({ ...right, counts: 'without-rejected' })).map(({ record }) => record)).toEqual(['00002', '00003', '00005', '00007'])
    const [first] = await list({ record: '00000', counts: 'without-rejected' })
    expect(first).toMatchObject({ verdict: 'proper', scores: { portability: { strict: 1 } } })
    expect(first!.scores).not.toHaveProperty('text-generality')
    expect(first!.probes.map(({ kind, index, left }) => [kind, index, left]).filter(([, , left]) => left !== undefined)).toEqual([['textRephrase', 0, 'rejected: meaning changed'], ['portability', 1, 'rejected']])
    expect((await list({ record: '00000' }))[0]!.probes.every(({ left }) => left === undefined)).toBe(true)
  })

  it('show a fixed probe as its re-run answered, and say that one waits', async () => {
    const { list, repair } = await open()
    const probes = async () => (await list({ record: '00001', counts: 'with-fixes' }))[0]!.probes.filter(({ kind }) => kind === 'textRephrase' || kind === 'portability').map(({ kind, index, left, after }) => [kind, index, left, after.text])
    expect(await probes()).toEqual([['textRephrase', 0, 'fixed, waits for a re-run', 'cat'], ['portability', 0, 'fixed, waits for a re-run', 'cat'], ['portability', 1, undefined, 'cat'], ['portability', 2, 'rejected', 'cat']])
    await repair()
    expect(await probes()).toEqual([['textRephrase', 0, undefined, 'fixed'], ['portability', 0, undefined, 'cat'], ['portability', 1, undefined, 'cat'], ['portability', 2, 'rejected', 'cat']])
    expect((await list({ record: '00001', counts: 'with-fixes' }))[0]).toMatchObject({ verdict: 'proper', scores: { 'text-generality': { strict: 1 } } })
  })

  it('say why they do not count where only double-kept ones do', async () => {
    const { list } = await open()
    const why = async (record: string) => (await list({ record, counts: 'double-kept' }))[0]!.probes.find(({ kind }) => kind === 'textRephrase')!.left
    expect(await Promise.all(['00000', '00001', '00002', '00003', '00004', '00005', '00006', '00007'].map(why))).toEqual([
      'rejected: meaning changed', 'needs its fix', undefined, 'annotators disagree', 'kept by an adjudicator, not by two annotators', 'unsure', 'decided about other content', 'kept by one annotator only',
    ])
  })

  it('are searched for the worst slices by what counts', async () => {
    const { study, counting, a } = await open()
    const worst = async (counts?: Counts) => (await findWorstSlices({ study, counting, queries: createRecordQueries(study, createImageStore()) }, WorstRequest.parse({ run: a.id, metric: 'text-generality', least: 2, counts }))).notes.join(' ')
    expect(await worst()).toContain('of 8 records')
    expect(await worst('without-rejected')).toMatch(/^Without rejected probes: records of which no probe counts are left out\. .*of 6 records/)
  })

  it('stand beside each other by what counts', async () => {
    const { study, runs, counting, a, b } = await open()
    const align = async (counts: Counts) => alignRuns({ study, queue: runs, counting, slices }, AlignRequest.parse({ runs: [a.id, b.id] as RunId[], metric: 'text-generality', counts }))
    expect(await align('all')).toMatchObject({ n: 7, patterns: [{ pattern: 'wr', count: 3 }, { pattern: 'rr', count: 2 }, { pattern: 'rw', count: 2 }] })
    const counted = await align('without-rejected')
    expect(counted).toMatchObject({ n: 5, patterns: [{ pattern: 'rw', count: 2 }, { pattern: 'wr', count: 2 }, { pattern: 'rr', count: 1 }] })
    expect(counted.notes).toEqual(expect.arrayContaining(['Without rejected probes.', '2 of these have no such score that counts in one of the runs and are left out.']))
  })
})
