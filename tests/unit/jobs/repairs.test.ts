// Re-runs of fixed probes with an engine that computes nothing: which records are asked what, once, and which runs cannot be completed.
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Backend } from '../../../src/main/backend.ts'
import { fixHash } from '../../../src/main/audits/fix-hash.ts'
import { createRecordImages } from '../../../src/main/jobs/engine-images.ts'
import { picturesRoot, readAsked } from '../../../src/main/jobs/repair-records.ts'
import { Comparison } from '../../../src/preload/contract/comparison.ts'
import type { DecisionDraft, Fix } from '../../../src/preload/contract/decisions.ts'
import type { DatasetId, ImageHash, RunId } from '../../../src/preload/contract/identifiers.ts'
import { RunPlan as PlanSchema } from '../../../src/preload/contract/runs.ts'
import type { RecordResult, Run, RunPlan } from '../../../src/preload/contract/runs.ts'
import { layoutOf } from '../../../src/main/workspace/layout.ts'
import type { Study } from '../../../src/main/workspace/open-workspace.ts'
import { makeStudy, openFakeBackend } from '../../contract/support/study.ts'

const dataset = 'edits' as DatasetId
let study: Awaited<ReturnType<typeof makeStudy>>
let backend: Backend
let decisions = 0

const plan = (change: Partial<RunPlan> = {}): RunPlan => ({ ...PlanSchema.parse({ model: 'fake', dataset, method: { id: 'fine-tune' }, provider: 'cpu', seed: 7 }), ...change })
const results = (id: RunId): RecordResult[] => readFileSync(join(study.folder, 'runs', id, 'results.jsonl'), 'utf8').trim().split('\n').filter(Boolean).map(line => JSON.parse(line) as RecordResult)
const asked = (id: RunId) => results(id).map(({ record, probes }) => [record, ...probes.map(({ kind, index, fix, after }) => `${kind} ${index} ${after.text} ${fix}`)])

async function until(id: RunId, holds: (run: Run) => boolean): Promise<Run> {
  for await (const event of backend.context.queue.watch(id)) {
    if (event.kind === 'run' && holds(event.run))
      return event.run
  }
  throw new Error('The stream ended first.')
}
const settled = (id: RunId): Promise<Run> => until(id, ({ status }) => !['waiting', 'running'].includes(status))
const finish = async (request: RunPlan): Promise<Run> => settled((await backend.context.queue.start(request)).id)

async function decide(draft: Pick<DecisionDraft, 'record' | 'decision' | 'fix'> & Partial<DecisionDraft>, annotator = 'ann'): Promise<void> {
  await backend.context.audits.decide({ dataset, annotator, role: 'annotator', decisions: [{ kind: 'textRephrase', index: 0, id: `decision-${++decisions}`, ...draft }] })
}
const fix = (record: string, fix: Fix, kind: DecisionDraft['kind'] = 'textRephrase'): Promise<void> => decide({ record, kind, decision: 'fix', fix })
const rerun = (runs: readonly RunId[] = []) => backend.context.repairs.rerun({ dataset, runs })

beforeEach(async () => {
  study = await makeStudy(['one', 'two', 'three', 'four'])
  backend = await openFakeBackend(study.folder, { FAKE_PACE_MS: '15' })
})
afterEach(async () => {
  await backend.close()
  await study.remove()
})

describe('a re-run of fixed probes', () => {
  it('asks only fixed probes of finished records, with the plan of the run it completes', async () => {
    const run = await finish(plan({ limit: 3, name: 'mine' }))
    await fix('00001', { prompt: 'which two?' })
    await decide({ record: '00000', decision: 'reject', reason: 'unreadable' })
    await fix('00003', { prompt: 'beyond the run' })
    await fix('00002', { prompt: 'not audited' }, 'unrelatedText')
    const { runs: [repair], refused } = await rerun()
    expect(refused).toEqual([])
    expect(repair).toMatchObject({ name: 'Fixes of mine', recordCount: 1, plan: { repairs: run.id, method: run.plan.method, seed: 7, scope: 'text', metrics: ['text-generality'] } })
    expect(repair!.plan).not.toHaveProperty('limit')
    expect(await settled(repair!.id)).toMatchObject({ status: 'finished', doneCount: 1 })
    expect(asked(repair!.id)).toEqual([['00001', `textRephrase 0 which two? ${fixHash({ prompt: 'which two?' })}`]])
    expect(await rerun()).toEqual({ runs: [], refused: [] })
    expect((await rerun([run.id])).refused).toEqual([{ run: run.id, reason: 'Run \'mine\' waits for no fixed probe: the audit of \'edits\' has none that it was not asked.' }])
  })

  it('asks again when the fix was changed, and not when it was taken back', async () => {
    const run = await finish(plan())
    await fix('00000', { prompt: 'first' })
    await settled((await rerun()).runs[0]!.id)
    await fix('00000', { prompt: 'second' })
    const again = (await rerun()).runs[0]!
    await settled(again.id)
    expect(asked(again.id)).toEqual([['00000', `textRephrase 0 second ${fixHash({ prompt: 'second' })}`]])
    await fix('00000', { prompt: 'first' })
    expect((await rerun()).runs).toEqual([])
    await fix('00002', { prompt: 'third' })
    await decide({ record: '00002', decision: 'keep' })
    expect((await rerun()).runs).toEqual([])
    expect(backend.context.queue.list().filter(({ plan }) => plan.repairs === run.id)).toHaveLength(2)
  })

  it('completes every waiting run of the dataset, once, also when clicked twice', async () => {
    const [first, second] = [await finish(plan({ limit: 1 })), await finish(plan())]
    await finish(plan({ metrics: ['reliability'] }))
    await fix('00000', { prompt: 'fixed' })
    const [one, two] = await Promise.all([rerun(), rerun()])
    expect(one.runs.map(({ plan }) => plan.repairs)).toEqual([first.id, second.id])
    expect(two).toEqual({ runs: [], refused: [] })
    expect((await rerun([second.id])).refused[0]!.reason).toBe(`Run '${second.name}' is being asked its fixed probes by '${one.runs[1]!.id}'. Let it finish.`)
    await settled(one.runs[1]!.id)
  })

  it('gives the model a picture of the study\'s own', async () => {
    await finish(plan({ limit: 1 }))
    const data = await sharp({ create: { width: 6, height: 4, channels: 3, background: '#c40' } }).png().toBuffer()
    const { hash } = await backend.context.addPicture('own.png', data.toString('base64'))
    await fix('00000', { image: hash }, 'imageRephrase')
    const repair = (await rerun()).runs[0]!
    expect(repair.plan.metrics).toEqual(['image-generality'])
    await settled(repair.id)
    expect(asked(repair.id)).toEqual([['00000', `imageRephrase 0 one with picture ${hash}.png ${fixHash({ image: hash })}`]])
    const layout = layoutOf(study.folder)
    const [record] = await readAsked({ layout } as Study, repair.id) ?? []
    const images = createRecordImages({ [picturesRoot]: layout.pictures })
    await images.prepare(record!)
    expect(readFileSync(images.resolve(record!.probes.imageRephrase![0]!.image!))).toEqual(data)
    await fix('00000', { image: 'f'.repeat(64) as ImageHash }, 'imageRephrase')
    const lost = (await rerun()).runs[0]!
    await settled(lost.id)
    const [other] = await readAsked({ layout } as Study, lost.id) ?? []
    await images.prepare(other!)
    expect(() => images.resolve(other!.probes.imageRephrase![0]!.image!)).toThrow(`Put it into the folder '${layout.pictures}' and run again.`)
  })

  it('asks after a pause and another program what it was started for', async () => {
    await finish(plan())
    for (const record of ['00000', '00001', '00002', '00003'])
      await fix(record, { prompt: `fixed ${record}` })
    const repair = (await rerun()).runs[0]!
    await until(repair.id, ({ doneCount }) => doneCount === 1)
    await backend.context.queue.pause(repair.id)
    const before = results(repair.id).length
    expect((await rerun()).runs).toEqual([])
    expect((await rerun([repair.plan.repairs!])).refused[0]!.reason).toMatch(/which is paused\. Resume it\.$/)
    await fix('00003', { prompt: 'fixed later' })
    await decide({ record: '00002', decision: 'keep' })
    await backend.close()
    backend = await openFakeBackend(study.folder)
    await backend.context.queue.resume(repair.id)
    expect(await settled(repair.id)).toMatchObject({ status: 'finished', doneCount: 4, recordCount: 4 })
    expect(before).toBeLessThan(4)
    expect(asked(repair.id).map(([record, probe]) => [record, probe!.split(' ').slice(2, 4).join(' ')])).toEqual(['00000', '00001', '00002', '00003'].map(record => [record, `fixed ${record}`]))
    const next = (await rerun()).runs[0]!
    await settled(next.id)
    expect(asked(next.id)).toEqual([['00003', `textRephrase 0 fixed later ${fixHash({ prompt: 'fixed later' })}`]])
  })

  it('finds its records again when its program ended before they were kept', async () => {
    await finish(plan())
    await fix('00000', { prompt: 'fixed' })
    const repair = (await rerun()).runs[0]!
    await backend.context.queue.cancel(repair.id)
    rmSync(join(study.folder, 'runs', repair.id, 'asked.jsonl'))
    await backend.context.queue.resume(repair.id)
    expect(await settled(repair.id)).toMatchObject({ status: 'finished', doneCount: 1 })
    expect(asked(repair.id)[0]![1]).toMatch('fixed')
  })

  it('fails a record whose edit comes out otherwise than it did', async () => {
    const run = await finish(plan({ limit: 2 }))
    await fix('00000', { prompt: 'fixed' })
    await fix('00001', { prompt: 'fixed too' })
    await backend.close()
    const file = join(study.folder, 'runs', run.id, 'results.jsonl')
    const [first, second] = results(run.id)
    writeFileSync(file, [first!, { ...second!, losses: [3, 2, 9] }].map(line => `${JSON.stringify(line)}\n`).join(''))
    rmSync(join(study.folder, 'runs', run.id, 'scores.safetensors'), { force: true })
    backend = await openFakeBackend(study.folder)
    const repair = (await rerun()).runs[0]!
    expect(await settled(repair.id)).toMatchObject({ status: 'finished', doneCount: 2, failedCount: 1 })
    expect(results(repair.id)).toMatchObject([
      { status: 'done', probes: [{ fix: fixHash({ prompt: 'fixed' }) }] },
      { status: 'failed', reason: 'The edit came out otherwise than in the run that this one completes: 3 steps to a loss of 1.00, then 3 steps to a loss of 9.00. Its data, its checkpoint or the workbench changed since; run it again.', scores: {}, probes: [] },
    ])
    // What failed was not answered: it still waits.
    expect((await rerun()).runs[0]).toMatchObject({ recordCount: 1 })
  })

  it('refuses in sentences what cannot be completed', async () => {
    const sequential = await finish(plan({ name: 'chain', protocol: 'sequential' }))
    const batch = await finish(plan({ name: 'pairs', protocol: 'batch', group: 2 }))
    const open = await finish(plan({ name: 'open' }))
    const changed = await finish(plan({ name: 'old' }))
    await fix('00000', { prompt: 'fixed' })
    const repair = (await rerun([open.id])).runs[0]!
    await settled(repair.id)
    const file = join(study.folder, 'runs', changed.id, 'run.json')
    writeFileSync(file, JSON.stringify({ ...changed, versions: { ...changed.versions, data: '0123456789abcdef' } }))
    await backend.close()
    backend = await openFakeBackend(study.folder)
    const { runs, refused } = await rerun([sequential.id, batch.id, changed.id, repair.id])
    expect(runs).toEqual([])
    expect(refused.map(({ reason }) => reason)).toEqual([
      'Run \'chain\' is sequential: what it answers depends on all edits before, so single records cannot be asked again. Run it again on the cleaned dataset.',
      'Run \'pairs\' edits 2 records at once: what it answers depends on the others of the batch, so single records cannot be asked again. Run it again on the cleaned dataset.',
      'Run \'old\' was made with another version of the records of \'edits\', so its edits cannot be repeated. Run it again.',
      'Run \'Fixes of open\' is itself a re-run of fixed probes. Choose the run that it completes.',
    ])
    // Of all that wait, those that cannot be completed are named too.
    expect((await rerun()).refused.map(({ run }) => run)).toEqual([sequential.id, batch.id, changed.id])
    await expect(backend.context.reports.table({ ...Comparison.parse({ baseline: repair.id }), id: 'main-results' })).rejects.toThrow(`Run 'Fixes of open' asks only fixed probes again and cannot be a baseline. Choose the run that it completes, '${open.id}'.`)
    await expect(rerun(['nope' as RunId])).rejects.toThrow('There is no run \'nope\' in this study.')
    await expect(backend.context.queue.start(plan({ repairs: open.id, seed: 8 }))).rejects.toThrow(`repeats the edits of run '${open.id}', whose seed is another one. Start it with: mmedit audits rerun --dataset edits --runs ${open.id}`)
  })
})
