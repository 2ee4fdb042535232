// Browsing: several datasets at once, sorting, a run's verdicts and scores, slices, first pages without an index.
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createImageStore } from '../../../src/main/datasets/image-store.ts'
import { questionType } from '../../../src/main/query/question-type.ts'
import { orderOf, prepareOrders, rowOrder, textKeys } from '../../../src/main/query/record-order.ts'
import { createRecordQueries } from '../../../src/main/query/records.ts'
import type { RecordQueries } from '../../../src/main/query/records.ts'
import { createSearchText } from '../../../src/main/query/search-text.ts'
import { fold } from '../../../src/main/query/text.ts'
import { importDataset } from '../../../src/main/workspace/import-dataset.ts'
import type { Study } from '../../../src/main/workspace/open-workspace.ts'
import { createRun } from '../../../src/main/workspace/runs.ts'
import { writeSlice } from '../../../src/main/workspace/slices.ts'
import { RecordQuery } from '../../../src/preload/contract/datasets.ts'
import type { RecordPage } from '../../../src/preload/contract/datasets.ts'
import type { DatasetId, RunId, SliceId } from '../../../src/preload/contract/identifiers.ts'
import type { EditRecord } from '../../../src/preload/contract/records.ts'
import { RunPlan } from '../../../src/preload/contract/runs.ts'
import { mmeditRecord, putDataset, temporaryFolder, temporaryStudy } from '../workspace/study.ts'

interface Opened { study: Study, queries: RecordQueries, eval: DatasetId, train: DatasetId, ask: (query: Partial<RecordQuery>) => Promise<RecordPage> }

async function open(): Promise<Opened> {
  const study = await temporaryStudy()
  const folder = temporaryFolder()
  const { id } = await importDataset(study, { file: putDataset(folder, [
    mmeditRecord(0, { src: 'what colour is it?', alt: 'red', pred: 'blue' }),
    mmeditRecord(1, { src: 'How many cars?', alt: 'Two', pred: '' }),
    mmeditRecord(2, { src: 'Ärger?', alt: 'élan', pred: 'apple' }),
    mmeditRecord(3, { src: 'What colour is it?', alt: 'zebra', pred: 'Cow', rephrase: '' }),
  ]) })
  const train = await importDataset(study, { file: putDataset(folder, [mmeditRecord(0, { src: 'Is it big?', alt: 'yes' }), mmeditRecord(1, { src: 'what colour is it?', alt: 'red' })], 'vqa_train.json') })
  const queries = createRecordQueries(study, createImageStore())
  return { study, queries, eval: id, train: train.id, ask: async query => queries.query(RecordQuery.parse(query)) }
}

async function addRun({ study, eval: dataset }: Opened, lines: readonly Record<string, unknown>[]): Promise<RunId> {
  const plan = RunPlan.parse({ model: 'm', dataset, method: { id: 'fine-tune' } })
  const { id } = await createRun(study, { name: 'r', plan, status: 'finished', createdAt: '2026-01-01T00:00:00Z', recordCount: 4, doneCount: 4, failedCount: 0, recordsPerSecond: null, secondsLeft: null, versions: {} })
  writeFileSync(study.layout.run(id).results, lines.map(line => `${JSON.stringify({ status: 'done', steps: 1, losses: [], editMs: 1, elapsedMs: 1, probes: [], scores: {}, ...line })}\n`).join(''))
  return id
}

const ids = (page: RecordPage): string[] => page.records.map(({ id }, i) => `${page.datasets[i]!.replace('vqa-', '')} ${Number(id)}`)
const counts = (page: RecordPage, facet: string): Record<string, number> =>
  Object.fromEntries(page.facets.find(entry => entry.facet === facet)?.values.map(({ value, count }) => [value, count]) ?? [])

describe('all datasets', () => {
  it('are searched, counted and paged together', async () => {
    const opened = await open()
    const page = await opened.ask({ offset: 3, limit: 2 })
    expect(page.total).toBe(6)
    expect(ids(page)).toEqual(['eval 3', 'train 0'])
    expect(page.records[1]!.edit.image?.hash).toMatch(/^[0-9a-f]{64}$/)
    expect(counts(page, 'split')).toEqual({ eval: 4, train: 2 })
    expect(counts(page, 'answer')).toEqual({ red: 2, Two: 1, élan: 1, yes: 1, zebra: 1 })
    const red = await opened.ask({ facets: { answer: ['red'] } })
    expect(ids(red)).toEqual(['eval 0', 'train 1'])
    expect(ids(await opened.ask({ search: 'big' }))).toEqual(['train 0'])
    expect(ids(await opened.ask({ facets: { answer: ['red'], split: ['train'] } }))).toEqual(['train 1'])
    expect(await opened.queries.ids({ search: '', facets: { answer: ['red'] }, sort: { by: 'position', descending: true } }))
      .toEqual([{ dataset: 'vqa-train', record: '00001' }, { dataset: 'vqa-eval', record: '00000' }])
    // One dataset has one split: nothing to choose.
    expect(counts(await opened.ask({ id: opened.eval }), 'split')).toEqual({})
  })

  it('give a first page from the files alone, the same as from the index', async () => {
    const opened = await open()
    // A line that is no record would end an index; a first page does not come that far.
    const first = await opened.ask({ limit: 2, offset: 3, counts: false })
    expect(first.facets).toEqual([])
    expect(first).toEqual({ ...await opened.ask({ limit: 2, offset: 3 }), facets: [] })
    const fresh = await open()
    appendFileSync(fresh.study.layout.dataset(fresh.eval).records, 'no json\n')
    expect((await fresh.ask({ id: fresh.eval, limit: 4, counts: false })).records).toHaveLength(4)
    await expect(fresh.ask({ id: fresh.eval, limit: 4 })).rejects.toThrow()
  })
})

describe('sorting', () => {
  it('by texts without case and accents, by numbers as numbers, ties in file order, nothing last', async () => {
    const opened = await open()
    const sorted = async (by: string, descending = false): Promise<number[]> =>
      (await opened.ask({ id: opened.eval, sort: { by, descending } })).records.map(({ index }) => index)
    expect(await sorted('prompt')).toEqual([2, 1, 0, 3])
    expect(await sorted('prompt', true)).toEqual([0, 3, 1, 2])
    expect(await sorted('target')).toEqual([2, 0, 1, 3])
    expect(await sorted('stated')).toEqual([2, 0, 3, 1])
    expect(await sorted('stated', true)).toEqual([3, 0, 2, 1])
    expect(await sorted('promptLength')).toEqual([2, 1, 0, 3])
    expect(await sorted('problems', true)).toEqual([1, 3, 0, 2])
    expect(await sorted('position', true)).toEqual([3, 2, 1, 0])
    expect(await sorted('task')).toEqual([0, 1, 2, 3])
    await expect(sorted('mood')).rejects.toThrow('Records cannot be sorted by \'mood\'. Known: position, record, prompt, target')
    await expect(sorted('reliability/strict')).rejects.toThrow('Scores are columns once a run is chosen.')
  })

  it('prepared ahead is the same', async () => {
    const { queries, eval: id } = await open()
    const [plain, prepared] = [await queries.table(id), await queries.table(id)].map(table => ({ ...table, keys: new Map<string, Float64Array>(), orders: new Map<string, Uint32Array>() }))
    await prepareOrders(prepared!)
    expect([...prepared!.keys.keys()]).toEqual(['record', 'prompt', 'target', 'stated', 'task'])
    for (const by of ['record', 'prompt', 'stated', 'task'])
      expect(rowOrder(prepared!, undefined, { by, descending: true })).toEqual(rowOrder(plain!, undefined, { by, descending: true }))
  })

  it('is what a plain stable sort gives', () => {
    fc.assert(fc.property(fc.array(fc.oneof(fc.integer({ min: -3, max: 3 }), fc.double(), fc.constant(NaN))), fc.boolean(), (values, descending) => {
      const slow = [...values.keys()].sort((a, b) => {
        const [x, y] = [values[a]!, values[b]!]
        if (Number.isNaN(x) || Number.isNaN(y))
          return Number(Number.isNaN(x)) - Number(Number.isNaN(y))
        return x === y ? 0 : (x < y ? -1 : 1) * (descending ? -1 : 1)
      })
      expect([...orderOf(Float64Array.from(values), descending)]).toEqual(slow)
    }))
    fc.assert(fc.property(fc.array(fc.string({ unit: 'grapheme', maxLength: 3 })), (texts) => {
      const keys = textKeys(texts)
      texts.forEach((a, i) => texts.forEach((b, j) => {
        const [x, y] = [fold(a), fold(b)]
        if (x !== '' && y !== '')
          expect(Math.sign(keys[i]! - keys[j]!)).toBe(x < y ? -1 : x > y ? 1 : 0)
      }))
    }))
  })
})

describe('a run beside the records', () => {
  it('adds its verdicts as a facet and its scores as columns', async () => {
    const opened = await open()
    const run = await addRun(opened, [
      { record: '00002', verdict: 'proper', scores: { 'reliability': { strict: 1 }, 'text-locality': { kl: 0.5 } } },
      { record: '00000', verdict: 'failed', scores: { reliability: { strict: 0 } } },
      { record: '00003', status: 'failed', reason: 'x' },
    ])
    const page = await opened.ask({ id: opened.eval, run, sort: { by: 'reliability/strict', descending: true } })
    expect(ids(page)).toEqual(['eval 2', 'eval 0', 'eval 1', 'eval 3'])
    expect(page.results).toEqual([{ verdict: 'proper', scores: { 'reliability/strict': 1, 'text-locality/kl': 0.5 } }, { verdict: 'failed', scores: { 'reliability/strict': 0 } }, null, null])
    expect(counts(page, 'verdict')).toEqual({ 'Proper': 1, 'Failed': 1, 'Not scored': 1, 'Stopped with an error': 1 })
    expect(ids(await opened.ask({ run, facets: { verdict: ['Proper', 'Failed'] } }))).toEqual(['eval 0', 'eval 2'])
    expect(counts(await opened.ask({ run }), 'verdict')).toMatchObject({ 'Not scored': 3 })
    expect((await opened.ask({ id: opened.eval })).results).toBeUndefined()

    const columns = await opened.queries.columns(opened.eval, run)
    expect(columns).toContainEqual({ id: 'reliability/strict', label: 'Reliability: Exact match', kind: 'score' })
    expect((await opened.queries.columns(undefined, undefined)).map(({ id }) => id)).toEqual(['position', 'record', 'prompt', 'target', 'stated', 'task', 'promptLength', 'problems'])

    // A run that goes on is read again.
    appendFileSync(opened.study.layout.run(run).results, `${JSON.stringify({ record: '00001', status: 'done', steps: 1, losses: [], editMs: 1, elapsedMs: 1, probes: [], verdict: 'over', scores: { reliability: { strict: 0.5 } } })}\n`)
    expect(ids(await opened.ask({ id: opened.eval, run, sort: { by: 'reliability/strict', descending: false } }))).toEqual(['eval 0', 'eval 1', 'eval 2', 'eval 3'])

    await expect(opened.ask({ facets: { verdict: ['Proper'] } })).rejects.toThrow('Facet \'verdict\' is about a run.')
    await expect(opened.ask({ run: 'none' as RunId })).rejects.toThrow('The study has no run \'none\'')
  })
})

describe('only some records', () => {
  it('by a list and by a saved slice, together with everything else', async () => {
    const opened = await open()
    expect(ids(await opened.ask({ records: ['00000', '00003', 'none'] }))).toEqual(['eval 0', 'eval 3', 'train 0'])
    const { id: slice } = await writeSlice(opened.study, { name: 'Colours!', filter: { search: '', facets: { question: ['colour'] } } })
    expect(slice).toBe('colours')
    const page = await opened.ask({ slice })
    expect(ids(page)).toEqual(['eval 0', 'eval 3', 'train 1'])
    expect(counts(page, 'answer')).toEqual({ red: 2, zebra: 1 })
    expect(ids(await opened.ask({ slice, search: 'zebra' }))).toEqual(['eval 3'])
    expect(ids(await opened.ask({ slice, records: ['00001', '00003'] }))).toEqual(['eval 3', 'train 1'])
    expect(await opened.queries.recordsOf(slice, opened.train)).toEqual(new Set(['00001']))
    const { id: ofTrain } = await writeSlice(opened.study, { name: 'Colours!', dataset: opened.train, filter: { search: '', facets: { question: ['colour'] } } })
    expect(ofTrain).toBe('colours-2')
    expect(ids(await opened.ask({ slice: ofTrain }))).toEqual(['train 1'])
    await expect(opened.ask({ slice: 'none' as SliceId })).rejects.toThrow('The study has no slice \'none\'. Known: colours, colours-2.')
    mkdirSync(opened.study.layout.slices, { recursive: true })
    writeFileSync(join(opened.study.layout.slices, 'broken.json'), '{')
    await expect(opened.ask({ slice: 'broken' as SliceId })).rejects.toThrow('is not JSON')
  })
})

describe('question types', () => {
  it.each([
    ['What colour is the car?', 'colour'], ['Which color is it', 'colour'], ['How many dogs?', 'how many'], ['What is the number of dogs?', 'how many'],
    ['Is it raining?', 'yes or no'], ['Does he ride', 'yes or no'], ['Where is the cat?', 'where'], ['What is at the top?', 'where'], ['Name the lower thing.', 'where'],
    ['Who is this?', 'who'], ['What time is it?', 'when'], ['Why is it wet?', 'why'], ['What kind of thing is this?', 'kind'], ['What sport is this?', 'kind'], ['How is it made?', 'how'],
    ['Which thing is it?', 'which'], ['What is this?', 'what'], ['Name this.', 'what'], ['This?', 'other'],
  ])('%s is %s', (prompt, type) => {
    expect(questionType({ prompt, form: 'question' })).toBe(type)
    expect(questionType({ prompt, form: 'caption' })).toBe('caption')
  })
})

describe('the text that is searched', () => {
  it('finds what a plain search of folded texts finds', () => {
    const texts = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', 'é', '\u{1F600}', ' '), maxLength: 6 }), { maxLength: 30 })
    fc.assert(fc.property(texts, fc.string({ unit: fc.constantFrom('a', 'b', 'e', '\u{1F600}'), minLength: 1, maxLength: 3 }), (prompts, word) => {
      const text = createSearchText()
      for (const [i, prompt] of prompts.entries())
        text.add({ id: String(i), index: i, task: 'e-vqa', edit: { prompt, form: 'plain', expected: 'x' }, stated: '', probes: { unrelatedText: [{ prompt: 'zz', form: 'plain', expected: '' }] } } satisfies EditRecord)
      const found: number[] = []
      text.find(word, line => found.push(line))
      expect(found).toEqual(prompts.flatMap((prompt, i) => fold(prompt).includes(word) ? [i] : []))
    }))
  })
})
