// The engine's side of traces and sweeps on the tiny BLIP-2: each layer as an edit of its own would be, nothing left behind.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Model } from '../../../src/main/models/model.ts'
import { surveyModel } from '../../../src/main/models/survey.ts'
import { methods } from '../../../src/main/methods/index.ts'
import { metrics } from '../../../src/main/metrics/index.ts'
import { sweepLayers, traceRecord } from '../../../src/main/jobs/engine-search.ts'
import type { JobOf } from '../../../src/main/jobs/protocol.ts'
import { createBaseAnswers } from '../../../src/main/runs/base-answers.ts'
import { editRecord } from '../../../src/main/runs/edit-record.ts'
import type { EditTask } from '../../../src/main/runs/edit-record.ts'
import { jobFor } from '../../../src/main/runs/execution.ts'
import { parseConfig } from '../../../src/main/runs/plan.ts'
import type { LabSweepEvent, TraceEvent } from '../../../src/preload/contract/lab.ts'
import type { EditRecord } from '../../../src/preload/contract/records.ts'
import { openTiny, reachableTarget, recordWith, resolveImage } from '../../conformance/tiny-model.ts'
import { folderOf } from '../models/fixtures.ts'
import { noMemory } from '../methods/linear-model.ts'

let model: Model
let record: EditRecord
beforeAll(async () => {
  model = await openTiny()
  record = recordWith(await reachableTarget(model))
})
afterAll(() => model.dispose())

const signal = new AbortController().signal
const never = (): never => {
  throw new Error('Not asked.')
}

function taskWith(config: object): EditTask {
  const method = methods.get('fine-tune')
  return {
    model, method, config: parseConfig(method, config), scope: 'text', metrics: metrics.all, memory: noMemory, resolveImage, asksAll: true,
    base: createBaseAnswers({ model, fingerprint: 'f', dataset: 'd', resolveImage }),
  }
}
const images = { prepare: (one: EditRecord) => Promise.resolve(one), resolve: resolveImage }
const sweepJob = (config: object, layers: number[] = []): JobOf<'sweep'> => ({ kind: 'sweep', layers, record, method: { id: 'fine-tune', config: { ...config } }, scope: 'text', seed: 3, dataset: 'd' as never, imageRoots: { main: '', images: '' } as never })

async function sweep(config: object, layers?: number[]): Promise<LabSweepEvent[]> {
  const events: LabSweepEvent[] = []
  await sweepLayers(sweepJob(config, layers), { task: taskWith(config), images }, { report: event => events.push(event), signal })
  return events
}

describe('a sweep', () => {
  const config = { steps: 8 }

  it('edits each layer as a run with that layer would, and leaves the model as it was', async () => {
    const before = await model.answer({ prompt: record.edit.prompt, form: 'question' }, record.edit.expected)
    const events = await sweep(config)
    expect(events.map(({ kind }) => kind)).toEqual(['begun', ...Array.from({ length: model.info.textLayers }, () => 'layer'), 'done'])
    for (const event of events) {
      if (event.kind !== 'layer')
        continue
      const { result } = await editRecord(taskWith({ ...config, onlyLayer: event.layer }), record, jobFor(3, record.id, signal))
      expect(event.scores).toEqual(result.scores)
      expect(event.steps).toBe(result.steps)
    }
    const layers = events.flatMap(event => (event.kind === 'layer' ? [event] : []))
    expect(new Set(layers.map(({ scores }) => scores['reliability']!['probability'])).size).toBe(layers.length)
    expect((await model.answer({ prompt: record.edit.prompt, form: 'question' }, record.edit.expected)).positions.logits).toEqual(before.positions.logits)
  })

  it('names a layer that is none, and goes on', async () => {
    const events = await sweep(config, [9, 0])
    expect(events.map(({ kind }) => kind)).toEqual(['begun', 'layer', 'refused', 'done'])
    expect(events[2]).toMatchObject({ layer: 9, reason: expect.stringContaining('has no layer 9') as string })
  })
})

describe('a trace', () => {
  const job = (change: Partial<JobOf<'trace'>> = {}): JobOf<'trace'> => ({ kind: 'trace', record, imageRoots: {} as never, corrupt: 'question', target: 'expected', noise: 3, samples: 1, seed: 0, ...change })
  async function traced(change: Partial<JobOf<'trace'>>, versionOf: Parameters<typeof traceRecord>[1]['versionOf'] = never): Promise<TraceEvent[]> {
    const events: TraceEvent[] = []
    const { image: _, ...textOnly } = record.edit
    await traceRecord(job({ record: { ...record, edit: textOnly, probes: {} }, ...change }), { model, versionOf }, { report: event => events.push(event), signal })
    return events
  }

  it('reports the target, every cell, and what to think of it', async () => {
    const events = await traced({})
    const [begun] = events as [Extract<TraceEvent, { kind: 'begun' }>]
    expect(begun).toMatchObject({ kind: 'begun', target: record.edit.expected, provider: { provider: 'cpu' } })
    expect(events.filter(({ kind }) => kind === 'cell')).toHaveLength(begun.parts.reduce((sum, { layers, groups }) => sum + layers * groups.length, 0))
    expect(events.at(-1)).toMatchObject({ kind: 'done', notes: expect.arrayContaining([expect.stringContaining('only the language model is traced')]) as unknown })
  })

  it('measures the answer that the unedited model gives by itself', async () => {
    const { image: _, ...edit } = record.edit
    const own = (await model.answer({ prompt: edit.prompt, form: edit.form }, '')).generated.text
    expect((await traced({ target: 'own' }))[0]).toMatchObject({ target: own })
  })

  it('traces an edited model, but not an edit that stands in front of it', async () => {
    const { edit } = await editRecord(taskWith({ steps: 5 }), record, jobFor(0, record.id, signal))
    const version = (overlay: typeof edit.overlay) => () => Promise.resolve({ method: methods.get('fine-tune'), config: {}, editor: undefined, ground: new Map(), edit: { ...edit, overlay } })
    const [plain] = await traced({}) as [Extract<TraceEvent, { kind: 'begun' }>]
    const [edited] = await traced({ edit: 'edit-1' as never }, version(edit.overlay)) as [Extract<TraceEvent, { kind: 'begun' }>]
    expect(edited.clean).not.toBeCloseTo(plain.clean, 5)
    await expect(traced({ edit: 'edit-1' as never }, version(new Map()))).rejects.toThrow('answers in front of the model')
  })
})

it('a survey knows which layer holds a weight', async () => {
  const { parts, weights } = await surveyModel(folderOf('current'))
  expect(parts.map(({ part, layers }) => [part, layers])).toEqual([['vision', 2], ['bridge', 3], ['language', 3]])
  const layerOf = (name: string) => parts.flatMap(part => (part.layerOf.has(name) ? [[part.part, part.layerOf.get(name)]] : []))
  // What stands in the role table agrees with the graph, weight by weight.
  for (const { name, role, layer } of weights) {
    if (layer !== undefined)
      expect(layerOf(name), name).toEqual([[role.startsWith('language') ? 'language' : role.startsWith('q-former') ? 'bridge' : 'vision', layer]])
  }
  expect(layerOf('query_tokens')).toEqual([['bridge', 0]])
  expect(layerOf('language_projection.weight')).toEqual([])
})
