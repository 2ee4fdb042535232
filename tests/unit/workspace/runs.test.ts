import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ModelId } from '../../../src/preload/contract/identifiers.ts'
import { RunPlan } from '../../../src/preload/contract/runs.ts'
import type { RecordResult, Run } from '../../../src/preload/contract/runs.ts'
import { writeExport } from '../../../src/main/workspace/exports.ts'
import { addModel, getModel, listModels, removeModel } from '../../../src/main/workspace/models.ts'
import { finishedRecords, openRunLog, readEvents, readResults } from '../../../src/main/workspace/run-lines.ts'
import { createRun, listRuns, readRun, readSummary, removeRun, writeRun, writeSummary } from '../../../src/main/workspace/runs.ts'
import { put, temporaryStudy } from './study.ts'

const newRun: Omit<Run, 'id'> = {
  name: 'first',
  plan: RunPlan.parse({ model: 'sample', dataset: 'e-vqa-eval', method: { id: 'fine-tune' } }),
  status: 'waiting',
  createdAt: '2026-11-22T10:00:00.000Z',
  recordCount: 3,
  doneCount: 0,
  failedCount: 0,
  recordsPerSecond: null,
  secondsLeft: null,
  versions: { workbench: '0.1.0' },
}

const result = (record: string, reliability: number, change: Partial<RecordResult> = {}): RecordResult =>
  ({ record, status: 'done', steps: 3, losses: [1, 0.5], editMs: 10, elapsedMs: 20, scores: { reliability: { strict: reliability, free: 1 } }, probes: [], ...change })

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const out: T[] = []
  for await (const item of items)
    out.push(item)
  return out
}

describe('runs on disk', () => {
  it('numbers runs of one day, model and method, also when they start at once', async () => {
    const study = await temporaryStudy()
    const runs = await Promise.all([1, 2, 3].map(async () => createRun(study, newRun)))
    expect(runs.map(({ id }) => id).sort()).toEqual(['2026-11-22-fine-tune-sample-01', '2026-11-22-fine-tune-sample-02', '2026-11-22-fine-tune-sample-03'])
    await writeRun(study, { ...runs[0]!, status: 'finished' })
    expect(await readRun(study, runs[0]!.id)).toEqual({ ...runs[0]!, status: 'finished' })
    await expect(readRun(study, 'none')).rejects.toThrow('The study has no run \'none\'. Known: 2026-11-22-fine-tune-sample-01')
  })

  it('lists newest first, and a broken folder as a sentence', async () => {
    const study = await temporaryStudy()
    const old = await createRun(study, newRun)
    const young = await createRun(study, { ...newRun, createdAt: '2026-11-23T00:00:00.000Z' })
    put(join(study.layout.runs, 'cut', 'run.json'), '{"id":"cut"}')
    mkdirSync(join(study.layout.runs, 'empty'))
    const { runs, broken } = await listRuns(study)
    expect(runs.map(({ id }) => id)).toEqual([young.id, old.id])
    expect(broken).toEqual([
      { folder: 'cut', reason: expect.stringContaining('field \'name\' is not usable') },
      { folder: 'empty', reason: expect.stringContaining('is missing. Was it moved or deleted?') },
    ])
    expect(await removeRun(study, old.id)).toBe(true)
    expect(await removeRun(study, old.id)).toBe(false)
  })

  it('appends results and events and finds them again after a torn line', async () => {
    const study = await temporaryStudy()
    const { id } = await createRun(study, newRun)
    const log = await openRunLog(study, id)
    await log.event('started')
    await log.result(result('00000', 1))
    await log.result(result('00001', 0, { status: 'failed', reason: 'out of memory' }))
    await log.close()
    appendFileSync(study.layout.run(id).results, '{"record":"00002","sta')

    const reasons: string[] = []
    expect(await finishedRecords(study, id, reason => reasons.push(reason))).toEqual(new Map([['00000', 'done'], ['00001', 'failed']]))
    expect(reasons).toEqual([expect.stringContaining('middle of line 3')])

    const resumed = await openRunLog(study, id)
    expect(resumed.repaired).toEqual([expect.stringContaining('were cut away')])
    await resumed.result(result('00002', 1))
    await resumed.event('resumed', 'after a crash')
    await resumed.close()
    expect((await all(readResults(study, id))).map(({ record }) => record)).toEqual(['00000', '00001', '00002'])
    expect((await all(readEvents(study, id))).map(({ kind, text }) => [kind, text])).toEqual([['started', undefined], ['resumed', 'after a crash']])
  })

  it('keeps metrics beside the run', async () => {
    const study = await temporaryStudy()
    const { id } = await createRun(study, newRun)
    expect(await readSummary(study, id)).toEqual({ metrics: {}, verdicts: {} })
    const metrics = { reliability: { strict: { mean: 1, low: 0.9, high: 1, n: 20 } } }
    const summary = { metrics, verdicts: { proper: 3 }, cost: { seconds: 1, forwardPasses: 2, backwardPasses: 3, peakBytes: 4 }, editor: 'mend-text-sample' }
    await writeSummary(study, id, summary)
    expect(await readSummary(study, id)).toEqual(summary)
    // As version 0.1 wrote it.
    put(study.layout.run(id).metrics, JSON.stringify(metrics))
    expect(await readSummary(study, id)).toEqual({ metrics, verdicts: {} })
  })
})

describe('model pointers and exports', () => {
  const model = { name: 'BLIP-2 OPT 2.7B', path: '/models/blip2', architecture: 'blip-2', parameterCount: 1, sizeBytes: 2, dtype: 'float16', fingerprint: 'f' }

  it('gives a pointer an id from its name and keeps it for the same folder', async () => {
    const study = await temporaryStudy()
    expect((await addModel(study, model)).id).toBe('blip-2-opt-2-7b')
    expect((await addModel(study, { ...model, path: '/elsewhere' })).id).toBe('blip-2-opt-2-7b-2')
    expect((await addModel(study, { ...model, fingerprint: 'new' })).id).toBe('blip-2-opt-2-7b')
    expect((await getModel(study, 'blip-2-opt-2-7b')).fingerprint).toBe('new')
    put(join(study.layout.models, 'bad.json'), '{}')
    const { models, broken } = await listModels(study)
    expect(models).toHaveLength(2)
    expect(broken).toEqual([{ folder: 'bad', reason: expect.stringContaining('bad.json') }])
    expect(await removeModel(study, ModelId.parse('blip-2-opt-2-7b'))).toBe(true)
    expect(await removeModel(study, ModelId.parse('blip-2-opt-2-7b'))).toBe(false)
    await expect(getModel(study, '../workspace')).rejects.toThrow('The study has no model \'../workspace\'')
  })

  it('exports plain files under plain names only', async () => {
    const study = await temporaryStudy()
    const path = await writeExport(study, 'main-results.csv', 'a,b\n')
    expect(readFileSync(path, 'utf8')).toBe('a,b\n')
    for (const name of ['../x.csv', '/x', '.hidden', 'a/b', '', 'a\u0000b'])
      await expect(writeExport(study, name, 'x')).rejects.toThrow('is not a file name for an export')
    expect(existsSync(join(study.root, 'x.csv'))).toBe(false)
  })
})
