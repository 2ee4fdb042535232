// Checks as a use case: what is told on the way, kept on disk, read back, and what a failure, a stop or a damaged file leaves behind.
import { readFileSync, rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createCheckCases } from '../../../src/main/jobs/check-cases.ts'
import type { CheckCases } from '../../../src/main/jobs/check-cases.ts'
import { answerQuestions } from '../../../src/main/jobs/engine-questions.ts'
import type { Lab } from '../../../src/main/jobs/lab.ts'
import { openPictureLooks } from '../../../src/main/jobs/picture-looks.ts'
import type { Asked, EngineJob, JobOf } from '../../../src/main/jobs/protocol.ts'
import type { Model } from '../../../src/main/models/model.ts'
import { createBaseAnswers } from '../../../src/main/runs/base-answers.ts'
import type { AnswerStore } from '../../../src/main/runs/base-answers.ts'
import { importDataset } from '../../../src/main/workspace/import-dataset.ts'
import { addModel } from '../../../src/main/workspace/models.ts'
import type { Study } from '../../../src/main/workspace/open-workspace.ts'
import { CheckRequest, FindingQuery } from '../../../src/preload/contract/findings.ts'
import type { CheckEvent } from '../../../src/preload/contract/findings.ts'
import type { DatasetId } from '../../../src/preload/contract/identifiers.ts'
import { openTiny, resolveImage } from '../../conformance/tiny-model.ts'
import { mmeditRecord, png, put, temporaryFolder, temporaryStudy } from '../workspace/study.ts'

interface Bench {
  readonly study: Study
  readonly source: string
  readonly id: DatasetId
  readonly jobs: EngineJob[]
  readonly changed: string[]
  /** Makes them anew, as another program would find them. */
  readonly open: (change?: { checkWritable?: () => void, lab?: Pick<Lab, 'stream'> }) => CheckCases
}

/** A dataset of three records: a repeat, a rephrase that is none, and pictures of which one is cut off. */
async function bench(records: readonly unknown[] = [mmeditRecord(1), mmeditRecord(1), mmeditRecord(3, { rephrase: 'WHAT is number 3', image: 'val2014/torn.png' })]): Promise<Bench> {
  const study = await temporaryStudy()
  const source = temporaryFolder()
  const drawing = (shade: number): Promise<Buffer> => sharp(Buffer.from(Array.from({ length: 3 * 32 * 32 }, (_, i) => i * (shade + 7) % 251)), { raw: { width: 32, height: 32, channels: 3 } }).png().toBuffer()
  for (const [i, name] of ['a', 'b', 'c'].entries())
    put(join(source, 'val2014', `${name}.png`), await drawing(i))
  put(join(source, 'val2014/torn.png'), (await drawing(9)).subarray(0, 500))
  const file = put(join(source, 'vqa_eval.json'), JSON.stringify(records))
  const { id } = await importDataset(study, { file, name: 'own eval' })
  await addModel(study, { name: 'fake', path: '/nowhere', architecture: 'blip-2', parameterCount: 1, sizeBytes: 1, dtype: 'F32', fingerprint: 'f' })
  const jobs: EngineJob[] = []
  const changed: string[] = []
  const cache = temporaryFolder()
  /** Answers every second question rightly. */
  const lab: Pick<Lab, 'stream'> = {
    async* stream(_model, _provider, jobOf) {
      const job = await jobOf({} as never) as EngineJob
      jobs.push(job)
      if (job.kind === 'ask')
        yield* job.questions.map(({ expected }, at) => ({ at, text: expected, isRight: at % 2 === 0 })) as never[]
      if (job.kind === 'features')
        yield* job.items.map((_, at) => ({ kind: 'feature', at, values: Float32Array.of(1, 0) })) as never[]
      return null as never
    },
  }
  return { study, source, id, jobs, changed, open: change => createCheckCases({ study, lab, cache, checkWritable: () => undefined, onChange: dataset => changed.push(dataset), ...change }) }
}

async function made(cases: CheckCases, request: Partial<CheckRequest> & { dataset: DatasetId }, signal?: AbortSignal): Promise<CheckEvent[]> {
  const events: CheckEvent[] = []
  for await (const event of cases.check(CheckRequest.parse(request), signal))
    events.push(event)
  return events
}
const counts = (events: readonly CheckEvent[]): Record<string, number> => Object.fromEntries(events.flatMap(event => event.kind === 'made' ? [[event.made.check, event.made.count]] : []))
const find = (cases: CheckCases, query: Partial<FindingQuery> & { dataset: DatasetId }) => cases.findings(FindingQuery.parse(query))
const textOnly = { checks: ['same-as-original', 'target-in-prompt'] }

describe('checks of a dataset', () => {
  it('tell how far they are, what they made, and why one could not be made', async () => {
    const { id, changed, open } = await bench()
    const events = await made(open(), { dataset: id })
    expect(counts(events)).toEqual({ 'missing-pictures': 1, 'same-as-original': 1, 'duplicate-records': 1, 'target-in-prompt': 0, 'shared-entity': 0 })
    expect(events.flatMap(event => event.kind === 'failed' ? [[event.check, event.reason]] : [])).toEqual(['text-overlap', 'picture-overlap'].map(check =>
      [check, 'There is nothing to compare \'own-eval\' with: no train part belongs to it in this study. Name datasets that must not overlap with it.']))
    expect(events.filter(event => event.kind === 'progress' && event.check === 'missing-pictures').at(-1)).toMatchObject({ done: 3, total: 3 })
    expect(changed).toEqual(Array.from({ length: 5 }, () => id))
  })

  it('are read back by another program, by check and by record', async () => {
    const { id, open } = await bench()
    await made(open(), { dataset: id })
    const cases = open()
    const { total, findings, made: kept, notes } = await find(cases, { dataset: id })
    expect({ total, notes }).toEqual({ total: 3, notes: [] })
    expect(findings.map(({ check, record }) => [check, record])).toEqual([['missing-pictures', '00002'], ['same-as-original', '00002'], ['duplicate-records', '00001']])
    expect(kept.map(({ check, isCurrent }) => [check, isCurrent])).toEqual(['missing-pictures', 'same-as-original', 'duplicate-records', 'target-in-prompt', 'shared-entity'].map(check => [check, true]))
    expect((await find(cases, { dataset: id, checks: ['duplicate-records'] })).total).toBe(1)
    expect((await find(cases, { dataset: id, record: '00002', offset: 1 })).findings.map(({ check }) => check)).toEqual(['same-as-original'])
    const byRecord = await cases.byRecord(id)
    expect([...byRecord.keys()].sort()).toEqual(['00001', '00002'])
    expect(await cases.byRecord(id)).toBe(byRecord)
    await expect(find(cases, { dataset: id, checks: ['nonsense'] })).rejects.toThrow(/Unknown check 'nonsense'\. Known: missing-pictures/)
  })

  it('keep what the others found when only some are made again', async () => {
    const { study, id, open } = await bench()
    const cases = open()
    await made(cases, { dataset: id })
    await made(cases, { dataset: id, ...textOnly })
    expect((await find(cases, { dataset: id })).total).toBe(3)
    expect(JSON.parse(readFileSync(study.layout.audit(id).findings, 'utf8'))).toMatchObject({ format: 1 })
  })

  it('compare with the train part, or with what is named; never with itself', async () => {
    const { study, source, id, open } = await bench()
    const { id: train } = await importDataset(study, { file: put(join(source, 'vqa_train.json'), JSON.stringify([mmeditRecord(3), mmeditRecord(8, { image: 'val2014/c.png' })])), name: 'own train' })
    const cases = open()
    const events = await made(cases, { dataset: id, checks: ['text-overlap', 'picture-overlap'] })
    expect(counts(events)).toEqual({ 'text-overlap': 6, 'picture-overlap': 8 })
    await expect(made(cases, { dataset: id, against: [id] })).rejects.toThrow(/overlaps with itself/)
    // A dataset that it was compared with is imported again: what was found is said to be outdated.
    await importDataset(study, { file: put(join(source, 'vqa_train.json'), JSON.stringify([mmeditRecord(5)])), name: 'own train' }, { replace: train })
    const { made: kept } = await find(cases, { dataset: id })
    expect(kept).toMatchObject([{ isCurrent: false, notes: ['\'own-train\', which it was compared with, has changed since; run the check again.'] }, { isCurrent: false }])
    expect((await cases.byRecord(id)).size).toBe(3)
  })

  it('of an earlier import are said to be outdated and leave the queue', async () => {
    const { study, source, id, open } = await bench()
    const cases = open()
    await made(cases, { dataset: id, ...textOnly })
    expect((await cases.byRecord(id)).size).toBe(1)
    await importDataset(study, { file: put(join(source, 'other.json'), JSON.stringify([mmeditRecord(9)])), name: 'own eval' }, { replace: id })
    const { made: kept, total } = await find(cases, { dataset: id })
    expect(total).toBe(1)
    expect(kept[0]).toMatchObject({ isCurrent: false, notes: ['The dataset has changed since; run the check again.'] })
    expect((await cases.byRecord(id)).size).toBe(0)
    await made(cases, { dataset: id, ...textOnly })
    expect((await find(cases, { dataset: id })).made.every(({ isCurrent }) => isCurrent)).toBe(true)
  })

  it('say so of a damaged file, and make it anew', async () => {
    const { study, id, open } = await bench()
    const cases = open()
    await made(cases, { dataset: id, ...textOnly })
    const path = study.layout.audit(id).findings
    truncateSync(path, 100)
    const damaged = await find(cases, { dataset: id })
    expect(damaged).toMatchObject({ total: 0, made: [] })
    expect(damaged.notes[0]).toMatch(/^What the checks had found cannot be read \(File '.*findings\.json' is not JSON: .*\)\. Run the checks again: they write it anew\.$/)
    await made(cases, { dataset: id, ...textOnly })
    expect(await find(cases, { dataset: id })).toMatchObject({ total: 1, notes: [] })
    rmSync(path)
    expect(await find(cases, { dataset: id })).toMatchObject({ total: 0, made: [], notes: [] })
    writeFileSync(path, '{"format":7,"checks":[]}')
    expect((await find(cases, { dataset: id })).notes[0]).toMatch(/field 'format' is not usable/)
  })

  it('are read but not made where nothing may be written', async () => {
    const { id, open } = await bench()
    await made(open(), { dataset: id, ...textOnly })
    const reading = open({ checkWritable: () => { throw new Error('Study was opened for reading only.') } })
    expect((await find(reading, { dataset: id })).total).toBe(1)
    await expect(made(reading, { dataset: id })).rejects.toThrow(/reading only/)
  })

  it('are made once at a time, and again after a stop', async () => {
    const { id, open } = await bench()
    const cases = open()
    const first = cases.check(CheckRequest.parse({ dataset: id }))
    await first.next()
    await expect(made(cases, { dataset: id })).rejects.toThrow('Checks of dataset \'own-eval\' are being made already. Wait until they are done, or stop them.')
    await first.return()
    expect(counts(await made(cases, { dataset: id, ...textOnly }))).toEqual({ 'same-as-original': 1, 'target-in-prompt': 0 })
    const stop = new AbortController()
    stop.abort()
    await expect(made(cases, { dataset: id }, stop.signal)).rejects.toMatchObject({ name: 'AbortError' })
    expect((await find(cases, { dataset: id })).total).toBe(1)
  })

  it('name what is wrong before they begin', async () => {
    const { id, open } = await bench()
    await expect(made(open(), { dataset: id, checks: ['nonsense'] })).rejects.toThrow(/Unknown check 'nonsense'/)
    await expect(made(open(), { dataset: 'none' as DatasetId })).rejects.toThrow(/no dataset 'none'/)
  })
})

describe('checks that ask a model', () => {
  it('are left out without one, and fail with a sentence when they were asked for', async () => {
    const { id, open } = await bench()
    const events = await made(open(), { dataset: id, checks: ['base-right'] })
    expect(events).toEqual([{ kind: 'failed', check: 'base-right', reason: 'This check asks a model, and none was chosen. Choose one.' }])
  })

  it('ask it about pictures that are there, and remember whom they asked', async () => {
    const { source, id, jobs, open } = await bench()
    rmSync(join(source, 'val2014/b.png'))
    const cases = open()
    const events = await made(cases, { dataset: id, checks: ['unlike-pictures', 'base-right'], model: 'fake' as never })
    expect(events.filter(({ kind }) => kind === 'failed')).toEqual([])
    const asked = jobs.flatMap(job => job.kind === 'ask' ? job.questions : [])
    expect(asked.map(({ prompt }) => prompt)).toEqual(['What is number 1?', 'Which thing is number 1?', 'What is number 1?', 'Which thing is number 1?', 'What is number 3?', 'WHAT is number 3'])
    expect(asked[0]!.image).toMatch(/val2014[\\/]a\.png$/)
    const { made: kept, findings } = await find(cases, { dataset: id })
    expect(kept).toMatchObject([{ check: 'unlike-pictures', model: 'fake' }, { check: 'base-right', model: 'fake', count: 3, notes: ['3 of 9 questions could not be asked: a picture is missing or cannot be read.'] }])
    expect(findings.filter(({ check }) => check === 'base-right').map(({ record, kind }) => [record, kind])).toEqual([['00000', undefined], ['00001', undefined], ['00002', undefined]])
  })

  it('do not stop the others when the model fails', async () => {
    const { id, open } = await bench()
    const lab: Pick<Lab, 'stream'> = { async* stream() { await Promise.resolve(); throw new Error('The engine process ended.') } }
    const events = await made(open({ lab }), { dataset: id, checks: ['base-right', 'same-as-original'], model: 'fake' as never })
    expect(events.filter(({ kind }) => kind !== 'progress').map(event => 'reason' in event ? event.reason : event.kind)).toEqual(['made', 'The engine process ended.'])
  })
})

it('checks that are stopped in the middle end there, and keep what was made', async () => {
  const { id, open } = await bench()
  const stop = new AbortController()
  const lab: Pick<Lab, 'stream'> = { async* stream() { await Promise.resolve(); stop.abort(); stop.signal.throwIfAborted() } } as never
  const cases = open({ lab })
  const events: CheckEvent[] = []
  await expect((async () => {
    for await (const event of cases.check(CheckRequest.parse({ dataset: id, checks: ['same-as-original', 'unlike-pictures', 'base-right'], model: 'fake' }), stop.signal))
      events.push(event)
  })()).rejects.toMatchObject({ name: 'AbortError' })
  expect(events.flatMap(event => event.kind === 'progress' ? [] : [event.kind])).toEqual(['made'])
  expect((await find(cases, { dataset: id })).made.map(({ check }) => check)).toEqual(['same-as-original'])
})

describe('questions to the unedited model', () => {
  let model: Model
  beforeAll(async () => {
    model = await openTiny()
  })
  afterAll(() => model.dispose())

  it('are answered as runs have them answered, and asked once', async () => {
    const kept = new Map<string, Uint8Array>()
    const store: AnswerStore = { read: name => Promise.resolve(kept.get(name)), write: (name, bytes) => Promise.resolve(void kept.set(name, bytes)) }
    const base = () => createBaseAnswers({ model, fingerprint: 'tiny', dataset: 'd', resolveImage: ({ path }) => path, store })
    const image = resolveImage({ path: 'scene.png' })
    const job: JobOf<'ask'> = { kind: 'ask', dataset: 'd' as DatasetId, questions: [
      { prompt: 'What is it?', form: 'question', image, expected: 'a' },
      { prompt: 'What is it?', form: 'question', image: `${image}.gone`, expected: 'a' },
      { prompt: 'Who is it?', form: 'plain', expected: 'no one' },
    ] }
    const texts = await Promise.all([0, 2].map(async (at) => {
      const { expected, image: shown, ...own } = job.questions[at]!
      return (await model.answer({ ...own, ...(shown === undefined ? {} : { image: shown }) }, expected)).generated.text
    }))
    const ask = async (answers = base()): Promise<[Asked[], number]> => {
      const events: Asked[] = []
      await answerQuestions(job, answers, { report: event => events.push(event), signal: new AbortController().signal })
      return [events, answers.counts().asked]
    }
    const [events, asked] = await ask()
    expect(events).toMatchObject([{ at: 0, text: texts[0], isRight: false }, { at: 1, reason: expect.stringContaining('gone') as string }, { at: 2, text: texts[1], isRight: false }])
    expect([asked, (await ask())[1]]).toEqual([2, 0])
    await expect(answerQuestions(job, base(), { report: () => undefined, signal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'AbortError' })
  })
})

it('counts an answer as the metrics do', async () => {
  const questions = ['a dog', 'A  Dog.', 'dog', 'a dogs'].map(expected => ({ prompt: 'q', form: 'question' as const, expected }))
  const events: Asked[] = []
  await answerQuestions({ kind: 'ask', dataset: 'd' as DatasetId, questions }, { answer: () => Promise.resolve({ generated: { text: ' a dog' } } as never) }, { report: event => events.push(event), signal: new AbortController().signal })
  expect(events.map(event => 'isRight' in event && event.isRight)).toEqual([true, true, false, false])
})

describe('looks at pictures', () => {
  it('are kept between programs, until the file changes', async () => {
    const folder = temporaryFolder()
    const cache = join(folder, 'cache/looks.f32')
    const path = put(join(folder, 'a.png'), png(1))
    const file = { path, size: 1, mtimeMs: 5 }
    const looks = openPictureLooks(cache)
    const [first, same] = await Promise.all([looks.look(file), looks.look(file)])
    expect(same).toBe(first)
    await looks.flush()
    rmSync(path)
    expect(await openPictureLooks(cache).look(file)).toEqual(first)
    expect(await openPictureLooks(cache).look({ ...file, mtimeMs: 6 })).toMatchObject({ reason: expect.stringMatching(/ENOENT/) as string })
    put(path, png(2))
    utimesSync(path, 9, 9)
    expect(await openPictureLooks(cache).look({ ...file, mtimeMs: 9000 })).toMatchObject({ width: 1 })
  })

  it('are made again where the cache is spoilt', async () => {
    const folder = temporaryFolder()
    const path = put(join(folder, 'a.png'), png(1))
    const looks = openPictureLooks(put(join(folder, 'looks.f32'), 'nonsense'))
    expect(await looks.look({ path, size: 1, mtimeMs: 5 })).toMatchObject({ width: 1, height: 1 })
    await looks.flush()
    expect(await openPictureLooks(join(folder, 'looks.f32')).look({ path: 'gone', size: 1, mtimeMs: 5 })).toHaveProperty('reason')
  })
})
