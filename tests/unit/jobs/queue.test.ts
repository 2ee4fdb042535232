// The queue with an engine that obeys prompts: order, pausing, cancelling, resuming, what it says when something is not possible.
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Backend } from '../../../src/main/backend.ts'
import { openBackend } from '../../../src/main/backend.ts'
import type { Queue } from '../../../src/main/jobs/queue.ts'
import type { ModelId, RunId } from '../../../src/preload/contract/identifiers.ts'
import { RunPlan as PlanSchema } from '../../../src/preload/contract/runs.ts'
import type { Run, RunEvent, RunPlan } from '../../../src/preload/contract/runs.ts'
import { fakeSurvey, makeStudy, openFakeBackend } from '../../contract/support/study.ts'

const plan = (change: Partial<RunPlan> = {}): RunPlan => ({ ...PlanSchema.parse({ model: 'fake', dataset: 'edits', method: { id: 'fine-tune' }, provider: 'cpu' }), ...change })
let study: Awaited<ReturnType<typeof makeStudy>>
let backend: Backend
let queue: Queue

async function setUp(prompts: readonly string[], environment: Record<string, string> = {}): Promise<void> {
  study = await makeStudy(prompts)
  backend = await openFakeBackend(study.folder, environment)
  queue = backend.context.queue
}
const results = (id: RunId): string[] => readFileSync(join(study.folder, 'runs', id, 'results.jsonl'), 'utf8').trim().split('\n').map(line => (JSON.parse(line) as { record: string }).record)

async function until(id: RunId, holds: (event: RunEvent) => boolean): Promise<Run> {
  for await (const event of queue.watch(id)) {
    if (holds(event))
      return queue.get(id)
  }
  throw new Error('The stream ended first.')
}
const settled = (id: RunId): Promise<Run> => until(id, event => event.kind === 'run' && !['waiting', 'running'].includes(event.run.status))

describe('queue', () => {
  beforeEach(() => setUp(['one', 'two', 'three', 'four', 'wait here']))
  afterEach(async () => {
    await backend.close()
    await study.remove()
  })

  it('finishes a run with metrics, progress and files', async () => {
    const run = await queue.start(plan({ limit: 4, name: 'mine' }))
    expect(run).toMatchObject({ status: 'waiting', name: 'mine', recordCount: 4, versions: { 'onnxruntime-node': expect.stringMatching(/^\d/) as string } })
    const finished = await settled(run.id)
    expect(finished).toMatchObject({ status: 'finished', doneCount: 4, failedCount: 0, recordsPerSecond: null, secondsLeft: null, provider: { provider: 'cpu' } })
    expect(finished.finishedAt).toBeDefined()
    const folder = join(study.folder, 'runs', run.id)
    expect(JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8'))).toEqual(finished)
    expect(JSON.parse(readFileSync(join(folder, 'metrics.json'), 'utf8'))).toMatchObject({ metrics: { reliability: { strict: { mean: 0.5, n: 4 } } } })
    expect(readFileSync(join(folder, 'events.jsonl'), 'utf8').trim().split('\n').map(line => (JSON.parse(line) as { kind: string }).kind)).toEqual(['waiting', 'running', 'running', 'finished'])
  })

  it('has every record on the disk before it is announced', async () => {
    const run = await queue.start(plan({ limit: 4 }))
    for await (const event of queue.watch(run.id)) {
      if (event.kind === 'result')
        expect(results(run.id)).toContain(event.record)
      if (event.kind === 'run' && event.run.status === 'finished')
        break
    }
  })

  it('runs one at a time, in order', async () => {
    const first = await queue.start(plan({ limit: 2 }))
    const second = await queue.start(plan({ limit: 1 }))
    expect(second.id).not.toBe(first.id)
    await until(first.id, event => event.kind === 'run' && event.run.status === 'running')
    expect(queue.get(second.id).status).toBe('waiting')
    await settled(first.id)
    expect(queue.get(second.id).doneCount).toBe(0)
    expect((await settled(second.id)).status).toBe('finished')
  })

  it('pauses in the middle and resumes with the next record', async () => {
    const run = await queue.start(plan())
    await until(run.id, event => event.kind === 'run' && event.run.doneCount === 4)
    expect(await queue.pause(run.id)).toMatchObject({ status: 'paused', doneCount: 4 })
    expect(results(run.id)).toEqual(['00000', '00001', '00002', '00003'])
    await queue.resume(run.id)
    await until(run.id, event => event.kind === 'run' && event.run.status === 'running' && event.run.provider !== undefined)
    expect(await queue.cancel(run.id)).toMatchObject({ status: 'cancelled', doneCount: 4 })
    expect(results(run.id)).toHaveLength(4)
  })

  it('cancels what waits without starting it', async () => {
    const first = await queue.start(plan())
    const second = await queue.start(plan())
    expect(await queue.cancel(second.id)).toMatchObject({ status: 'cancelled', doneCount: 0 })
    await queue.cancel(first.id)
    expect(queue.get(first.id).status).toBe('cancelled')
    expect(existsSync(join(study.folder, 'runs', second.id, 'results.jsonl'))).toBe(true)
  })

  it('says in a sentence what is not possible now', async () => {
    const run = await queue.start(plan({ limit: 1 }))
    await settled(run.id)
    await expect(queue.pause(run.id)).rejects.toThrow(`Run '${run.id}' is finished and cannot be paused. Only waiting and running runs can be paused.`)
    await expect(queue.resume(run.id)).rejects.toThrow('is finished and cannot be resumed')
    await expect(queue.start(plan({ model: 'nope' as ModelId }))).rejects.toThrow('The study has no model \'nope\'. Known: broken, fake.')
    await expect(queue.start(plan({ method: { id: 'fine-tune', config: { steps: 0 } } }))).rejects.toThrow('Method \'fine-tune\' cannot take this \'steps\'')
    await expect(queue.start(plan({ metrics: ['fluency'] }))).rejects.toThrow('Unknown metric \'fluency\'')
    expect(await queue.remove(run.id)).toBe(true)
    expect(existsSync(join(study.folder, 'runs', run.id))).toBe(false)
  })

  it('fails with the sentence of a model that cannot be opened, and goes on with the next run', async () => {
    const broken = await queue.start(plan({ model: 'broken' as ModelId }))
    const next = await queue.start(plan({ limit: 1 }))
    expect(await settled(broken.id)).toMatchObject({ status: 'failed', reason: 'Question \'fail\' cannot be answered. Ask another one.' })
    expect(await settled(next.id)).toMatchObject({ status: 'finished' })
  })

  it('cuts a half-written line away when a run goes on', async () => {
    const run = await queue.start(plan())
    await until(run.id, event => event.kind === 'run' && event.run.doneCount === 4)
    await queue.pause(run.id)
    await backend.close()
    const file = join(study.folder, 'runs', run.id, 'results.jsonl')
    // As after a power cut: two whole lines and a half one.
    const lines = readFileSync(file, 'utf8').split('\n')
    await import('node:fs/promises').then(fs => fs.writeFile(file, `${lines.slice(0, 2).join('\n')}\n`))
    appendFileSync(file, lines[2]?.slice(0, 40) ?? '')
    backend = await openFakeBackend(study.folder)
    queue = backend.context.queue
    await queue.resume(run.id)
    await until(run.id, event => event.kind === 'result' && event.record === '00003')
    expect(results(run.id)).toEqual(['00000', '00001', '00002', '00003'])
  })

  it('pauses runs that were going when their program died', async () => {
    const run = await queue.start(plan({ limit: 2 }))
    await settled(run.id)
    await backend.close()
    const file = join(study.folder, 'runs', run.id, 'run.json')
    const json = JSON.parse(readFileSync(file, 'utf8')) as Run
    await import('node:fs/promises').then(fs => fs.writeFile(file, JSON.stringify({ ...json, status: 'running', doneCount: 0 })))
    const reader = await openBackend({ workspace: study.folder, access: 'read', survey: fakeSurvey })
    expect(reader.context.queue.get(run.id)).toMatchObject({ status: 'paused', doneCount: 2 })
    await reader.close()
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ status: 'running' })
    backend = await openFakeBackend(study.folder)
    queue = backend.context.queue
    expect(queue.get(run.id)).toMatchObject({ status: 'paused', doneCount: 2, reason: 'The program ended while this run was under way. Resume continues with the next record.' })
  })

  it('pauses with a reason when the program closes', async () => {
    const run = await queue.start(plan())
    await until(run.id, event => event.kind === 'run' && event.run.doneCount === 4)
    await backend.close()
    expect(queue.get(run.id)).toMatchObject({ status: 'paused', reason: expect.stringContaining('closed') as string })
    backend = await openFakeBackend(study.folder)
  })

  it('lets a second program read, not write', async () => {
    const run = await queue.start(plan())
    await until(run.id, event => event.kind === 'run' && event.run.doneCount === 4)
    const reader = await openBackend({ workspace: study.folder, access: 'read', survey: fakeSurvey })
    expect(reader.context.queue.get(run.id).status).toBe('running')
    await expect(reader.context.queue.start(plan())).rejects.toThrow('was opened for reading only')
    await reader.close()
    await expect(openBackend({ workspace: study.folder, access: 'write' })).rejects.toThrow('The study is open in another MMEdit Workbench')
  })
})
