// SIGKILL of the engine and of the whole program at any moment: no finished record is lost, none is repeated.
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunId } from '../../src/preload/contract/identifiers.ts'
import { RunPlan } from '../../src/preload/contract/runs.ts'
import type { Run, TrainingStep } from '../../src/preload/contract/runs.ts'
import { createRandom } from '../../src/main/base/random.ts'
import { readTensorFile } from '../../src/main/models/safetensors-file.ts'
import { makeStudy, openFakeBackend } from './support/study.ts'

const count = 24
const prompts = Array.from({ length: count }, (_, i) => `what is in picture ${i}?`)
const ids = prompts.map((_, i) => String(i).padStart(5, '0'))
let study: Awaited<ReturnType<typeof makeStudy>>

const resultLines = (run: string): string[] => readFileSync(join(study.folder, 'runs', run, 'results.jsonl'), 'utf8').split('\n').filter(Boolean)
const recordsOnDisk = (run: string): string[] => resultLines(run).map(line => (JSON.parse(line) as { record: string }).record)

function startProgram(plan: object = {}): { child: ChildProcess, announced: string[], end: Promise<void> } {
  const child = spawn(process.execPath, ['--import', pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href, resolve(import.meta.dirname, 'support/run-program.ts'), study.folder, JSON.stringify(plan)], {
    env: { ...process.env, FAKE_PACE_MS: '40' }, stdio: ['ignore', 'pipe', 'inherit'],
  })
  const announced: string[] = []
  child.stdout.on('data', (chunk: Buffer) => announced.push(...chunk.toString().split('\n').filter(Boolean)))
  return { child, announced, end: new Promise(done => child.once('close', () => done())) }
}

describe('killing the whole program', () => {
  beforeAll(async () => {
    study = await makeStudy(prompts)
  })
  afterAll(() => study.remove())

  it('loses nothing that was announced and repeats nothing', async () => {
    const random = createRandom('killed')
    const announced: string[] = []
    let killed = 0
    const kills = 3
    for (let attempt = 0; attempt < 12; attempt++) {
      const program = startProgram()
      if (attempt < kills) {
        // At least one more record, then some moment between two of them.
        while (program.announced.length < 2 && program.child.exitCode === null)
          await new Promise(done => setTimeout(done, 5))
        await new Promise(done => setTimeout(done, random.below(200)))
        program.child.kill('SIGKILL')
        killed++
      }
      await program.end
      announced.push(...program.announced)
      if (program.announced.some(line => line.startsWith('end')))
        break
    }
    expect(killed).toBe(kills)
    expect(announced.at(-1)).toBe('end finished ')
    const opened = await openFakeBackend(study.folder)
    const [run] = opened.context.queue.list() as [Run]
    await opened.close()
    expect(opened.context.queue.list()).toHaveLength(1)
    expect(recordsOnDisk(run.id)).toEqual(ids)
    // A record may be on the disk without having been announced (killed in between), never the other way round, and never twice.
    const said = announced.filter(line => !line.startsWith('end'))
    expect(new Set(said).size).toBe(said.length)
    expect(run).toMatchObject({ status: 'finished', doneCount: count, failedCount: 0 })
    expect(JSON.parse(readFileSync(join(study.folder, 'runs', run.id, 'metrics.json'), 'utf8'))).toMatchObject({ metrics: { reliability: { strict: { mean: 0.5, n: count } } } })
  // Four programs with an engine each are started one after another: long on a busy machine.
  }, 300_000)
})

describe('killing the whole program while it trains', () => {
  const training = { iterations: 90, validateEvery: 10, validationRecords: 4, checkpointEvery: 25 }
  const request = { kind: 'train', method: { id: 'serac' }, training, seed: 3 }
  beforeAll(async () => {
    study = await makeStudy(prompts)
  })
  afterAll(() => study.remove())

  it('goes on from the last checkpoint and ends with the same lines and the same editor', async () => {
    const random = createRandom('killed in training')
    const linesOf = (run: string): unknown[] => readFileSync(join(study.folder, 'runs', run, 'steps.jsonl'), 'utf8').trim().split('\n').map((line) => {
      const { elapsedMs: _, ...rest } = JSON.parse(line) as TrainingStep
      return rest
    })
    const valueOf = async (id: string): Promise<number> => (await readTensorFile(join(study.folder, 'editors', `${id}.safetensors`))).tensors.get('value')!.data[0]!
    for (let attempt = 0; attempt < 3; attempt++) {
      const program = startProgram(request)
      while (program.announced.length < 3 && program.child.exitCode === null)
        await new Promise(done => setTimeout(done, 5))
      await new Promise(done => setTimeout(done, random.below(600)))
      program.child.kill('SIGKILL')
      await program.end
    }
    const last = startProgram(request)
    await last.end
    expect(last.announced.at(-1)).toBe('end finished ')
    const opened = await openFakeBackend(study.folder)
    const [killed] = opened.context.queue.list() as [Run]
    expect(opened.context.queue.list()).toHaveLength(1)
    const whole = await opened.context.queue.start(RunPlan.parse({ ...request, model: 'fake', dataset: 'edits', provider: 'cpu' }))
    for await (const event of opened.context.queue.watch(whole.id)) {
      if (event.kind === 'run' && event.run.status === 'finished')
        break
    }
    await opened.close()
    expect(killed).toMatchObject({ status: 'finished', doneCount: 90 })
    expect(linesOf(killed.id)).toEqual(linesOf(whole.id))
    expect(linesOf(killed.id)).toHaveLength(90)
    expect(await valueOf('serac-text-fake')).toBe(await valueOf('serac-text-fake-2'))
  }, 300_000)
})

describe('killing the engine', () => {
  beforeAll(async () => {
    study = await makeStudy([...prompts.slice(0, 3), 'die now', ...prompts.slice(4, 6)])
  })
  afterAll(() => study.remove())

  it('fails the run with a sentence, keeps what is finished, and goes on after it', async () => {
    const backend = await openFakeBackend(study.folder)
    const { queue } = backend.context
    const settled = async (id: RunId): Promise<Run> => {
      for await (const event of queue.watch(id)) {
        if (event.kind === 'run' && !['waiting', 'running'].includes(event.run.status))
          return event.run
      }
      throw new Error('The stream ended first.')
    }
    const run = await queue.start(RunPlan.parse({ model: 'fake', dataset: 'edits', method: { id: 'fine-tune' }, provider: 'cpu' }))
    const failed = await settled(run.id)
    expect(failed).toMatchObject({ status: 'failed', doneCount: 3, reason: expect.stringMatching(/^The engine process was ended by SIGKILL while working on a run\. The system may have run out of memory/) as string })
    expect(recordsOnDisk(run.id)).toEqual(ids.slice(0, 3))

    await queue.resume(run.id)
    expect(await settled(run.id)).toMatchObject({ status: 'failed', doneCount: 3 })
    expect(recordsOnDisk(run.id)).toEqual(ids.slice(0, 3))
    await backend.close()
  }, 120_000)
})
