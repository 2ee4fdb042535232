// Traces and sweeps as use cases, with an engine that computes nothing: what is asked of it, cancelling, what is refused, a run per layer.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Backend } from '../../../src/main/backend.ts'
import { layerOf } from '../../../src/main/methods/chosen-layer.ts'
import { commands } from '../../../src/main/terminal/procedures.ts'
import { LabSweepRequest, LayersRequest, TraceRequest } from '../../../src/preload/contract/lab.ts'
import type { TraceEvent } from '../../../src/preload/contract/lab.ts'
import { RunPlan, SweepPlan } from '../../../src/preload/contract/runs.ts'
import { makeStudy, openFakeBackend } from '../../contract/support/study.ts'

let study: Awaited<ReturnType<typeof makeStudy>>
let backend: Backend
beforeAll(async () => {
  study = await makeStudy(['one', 'wait here'])
  backend = await openFakeBackend(study.folder, { FAKE_PACE_MS: '20' })
})
afterAll(async () => {
  await backend.close()
  await study.remove()
})

const place = { model: 'fake', dataset: 'edits', provider: 'cpu' }

async function collected<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const events: T[] = []
  for await (const event of stream)
    events.push(event)
  return events
}

describe('a trace', () => {
  it('streams what it begins with, every cell, and the end', async () => {
    const events = await collected(backend.context.labSearch.trace(TraceRequest.parse({ ...place, record: '00000', samples: 3 })))
    expect(events.map(({ kind }) => kind)).toEqual(['begun', 'cell', 'cell', 'cell', 'done'])
    expect(events[1]).toEqual({ kind: 'cell', part: 'language', layer: 2, group: 'slots', probability: 0.5 })
    expect(backend.context.lab.status()).toMatchObject({ state: 'ready', model: 'fake' })
  })

  it('stops when it is cancelled, and the engine goes on', async () => {
    const stop = new AbortController()
    const seen: TraceEvent[] = []
    await expect((async () => {
      for await (const event of backend.context.labSearch.trace(TraceRequest.parse({ ...place, record: '00000', samples: 50 }), stop.signal)) {
        seen.push(event)
        if (seen.length === 3)
          stop.abort()
      }
    })()).rejects.toThrow(/abort/i)
    expect(seen.length).toBeLessThan(20)
    expect((await collected(backend.context.labSearch.trace(TraceRequest.parse({ ...place, record: '00000', samples: 1 })))).at(-1)).toMatchObject({ kind: 'done' })
  })

  it('names a record and an edit that are not there', async () => {
    await expect(collected(backend.context.labSearch.trace(TraceRequest.parse({ ...place, record: 'none' })))).rejects.toThrow('none')
    await expect(collected(backend.context.labSearch.trace(TraceRequest.parse({ ...place, record: '00000', edit: 'edit-gone' })))).rejects.toThrow('is not kept any more')
  })
})

describe('a sweep of one record', () => {
  const request = (method: string, scope = 'text') => LabSweepRequest.parse({ ...place, record: '00000', method: { id: method }, scope })

  it('streams a layer after the other', async () => {
    const events = await collected(backend.context.labSearch.sweep(request('fine-tune')))
    expect(events.map(({ kind }) => kind)).toEqual(['begun', 'layer', 'done'])
  })

  it('is refused before the engine is asked', async () => {
    await expect(collected(backend.context.labSearch.sweep(request('mend')))).rejects.toThrow('is trained for the weights it edits')
    await expect(collected(backend.context.labSearch.sweep(request('fine-tune', 'both')))).rejects.toThrow('count their layers separately')
  })

  it('says where an edit acts without opening the model', async () => {
    const layers = (method: object, scope = 'text') => backend.context.labSearch.layers(LayersRequest.parse({ model: 'fake', method, scope }))
    expect(await layers({ id: 'fine-tune' })).toEqual({ parts: [{ part: 'language', label: 'Language model', layers: 1, edited: [0] }], sweep: { part: 'language-ffn', layers: [0] } })
    expect(await layers({ id: 'ike' })).toMatchObject({ parts: [{ edited: [] }], refusal: expect.stringContaining('does not edit one layer') as string })
    // Settings that no edit could be made with: nothing is drawn, and what can be chosen instead is said.
    expect(await layers({ id: 'fine-tune', config: { onlyLayer: 7 } })).toMatchObject({ parts: [{ edited: [] }], sweep: { layers: [0] } })
  })
})

describe('a run per layer', () => {
  const plan = (change: object = {}) => SweepPlan.parse({ plan: RunPlan.parse({ ...place, method: { id: 'fine-tune', config: { steps: 3 } }, limit: 1 }), ...change })

  it('is queued with the layer in its name and settings; a layer that is none is refused', async () => {
    const { runs, refused } = await backend.context.startSweep(plan({ layers: [3, 0, 0] }))
    expect(runs.map(run => [run.name, layerOf(run.plan), run.plan.method.config['steps'], run.plan.limit])).toEqual([['Fine-tuning, text, edits, layer 0', 0, 3, 1]])
    expect(refused).toEqual([{ layer: 3, reason: expect.stringContaining('has no layer 3: its layers are 0 to 0.') as string }])
  })

  it('goes through all layers of the part when none are named, and keeps a name of one\'s own', async () => {
    const { runs } = await backend.context.startSweep(SweepPlan.parse({ plan: { ...plan().plan, name: 'Mine' } }))
    expect(runs.map(({ name }) => name)).toEqual(['Mine, layer 0'])
  })

  it('is refused for methods without layers, and for trainings', async () => {
    await expect(backend.context.startSweep(SweepPlan.parse({ plan: { ...plan().plan, method: { id: 'serac' } } }))).rejects.toThrow('is trained for the weights it edits')
    await expect(backend.context.startSweep(SweepPlan.parse({ plan: { ...plan().plan, kind: 'train' } }))).rejects.toThrow('A training has no layers')
  })
})

it('only the runs of a sweep are written: a sweep of one record may be looked at beside another program', () => {
  const writes = (noun: string, procedure: string): boolean => commands.find(one => one.noun === noun && one.procedure === procedure)!.writes
  expect([writes('runs', 'sweep'), writes('lab', 'sweep'), writes('lab', 'trace'), writes('lab', 'layers')]).toEqual([true, false, false, false])
})
