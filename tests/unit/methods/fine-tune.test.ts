// Fine-tuning on one linear layer: when it stops, what it changes, how far it may go.
import { afterAll, describe, expect, it } from 'vitest'
import { createJob } from '../../../src/main/base/job.ts'
import { teacherForced } from '../../../src/main/metrics/masked-accuracy.ts'
import { fineTune } from '../../../src/main/methods/fine-tune.ts'
import { describeMethod } from '../../../src/main/methods/index.ts'
import type { Scope } from '../../../src/main/models/model.ts'
import { MethodInfo } from '../../../src/preload/contract/methods.ts'
import { linearModel, noMemory } from './linear-model.ts'

const model = linearModel()
afterAll(() => model.dispose())
const example = { question: { prompt: '?', form: 'plain' as const }, expected: 'cb' }

async function edit(config: object, scope: Scope = 'text', job = createJob()) {
  const seen: [number, number][] = []
  const result = await fineTune.edit(model, [example], { config, scope, job, memory: noMemory, onStep: (step, loss) => seen.push([step, loss]) })
  return { ...result, seen, forced: teacherForced(await result.model.answer(example.question, example.expected))! }
}

describe('stopping', () => {
  it('stops at the first step whose loss proves the edit', async () => {
    const { forced, losses, steps, seen } = await edit({ learningRate: 0.05 })
    expect(forced.exactMatch).toBe(1)
    expect(losses.at(-1)! * 2).toBeLessThanOrEqual(Math.LN2)
    expect(losses.at(-2)! * 2).toBeGreaterThan(Math.LN2 - 0.01)
    expect(steps).toBe(losses.length - 1)
    expect(seen).toEqual(losses.map((loss, i) => [i + 1, loss]))
    // The last loss is the returned model's own.
    expect(forced.nll).toBeCloseTo(losses.at(-1)!, 5)
  })

  it('takes every step when told not to stop', async () => {
    const { steps, losses } = await edit({ learningRate: 0.05, steps: 40, stopWhenEdited: false })
    expect(steps).toBe(40)
    expect(losses).toHaveLength(40)
  })

  it('stops at a loss', async () => {
    const { losses } = await edit({ learningRate: 0.05, stopWhenEdited: false, stopLoss: 1 })
    expect(losses.at(-1)!).toBeLessThanOrEqual(1)
    expect(losses.at(-2)!).toBeGreaterThan(1)
  })

  it('changes nothing when the model already answers so', async () => {
    const first = await edit({ learningRate: 0.05 })
    const again = await fineTune.edit(model.withWeights(first.overlay), [example], { config: {}, scope: 'text', job: createJob(), memory: noMemory })
    expect(again.steps).toBe(0)
    expect(again.overlay.get('text')).toEqual(first.overlay.get('text'))
  })

  it('rejects with the signal\'s reason', async () => {
    const stop = new AbortController()
    const job = { ...createJob({ signal: stop.signal }) }
    const promise = fineTune.edit(model, [example], { config: { learningRate: 1e-6 }, scope: 'text', job, memory: noMemory, onStep: step => step === 3 && stop.abort() })
    await expect(promise).rejects.toThrow(/abort/i)
  })
})

describe('what changes', () => {
  it.each([['text', ['text']], ['vision', ['vision']], ['both', ['text', 'vision']]] as const)('scope %s', async (scope, names) => {
    expect([...(await edit({}, scope)).overlay.keys()]).toEqual(names)
  })

  it.each(['adam', 'adamw', 'sgd'])('%s reaches the target', async (optimizer) => {
    const { forced } = await edit({ optimizer, learningRate: optimizer === 'sgd' ? 0.5 : 0.05, steps: 300 })
    expect(forced.exactMatch).toBe(1)
  })

  it('two decays give two results', async () => {
    const run = async (weightDecay: number): Promise<number[]> => [...(await edit({ optimizer: 'adamw', learningRate: 0.05, steps: 10, stopWhenEdited: false, weightDecay })).overlay.get('text')!]
    expect(await run(0.5)).not.toEqual(await run(0.01))
  })

  it.each([['linf', 0.05], ['l2', 0.2]] as const)('%s keeps the weights within %f', async (constraint, radius) => {
    const { overlay } = await edit({ learningRate: 0.05, steps: 60, stopWhenEdited: false, constraint, radius })
    const start = await model.readWeight('text')
    const moves = [...overlay.get('text')!].map((value, i) => Math.abs(value - start[i]!))
    const size = constraint === 'linf' ? Math.max(...moves) : Math.hypot(...moves)
    expect(size).toBeLessThanOrEqual(radius * 1.0001)
    expect(size).toBeGreaterThan(radius * 0.9)
  })

  it('is the same every time', async () => {
    expect((await edit({})).overlay).toEqual((await edit({})).overlay)
  })
})

describe('several at once and one after the other', () => {
  const options = { scope: 'text' as const, memory: noMemory, config: { learningRate: 0.05 } }
  const asks = (expected: string) => ({ question: { prompt: '?', form: 'plain' as const }, expected })

  it('fits two answers that agree in one edit, until the worse one is surely right', async () => {
    const examples = [asks('cb'), asks('c')]
    const { model: edited, losses } = await fineTune.edit(model, examples, { ...options, job: createJob() })
    for (const { question, expected } of examples)
      expect(teacherForced(await edited.answer(question, expected))).toMatchObject({ exactMatch: 1 })
    expect(losses.at(-1)! * 2 * 2).toBeLessThanOrEqual(Math.LN2)
  })

  it('starts where the edit before stopped', async () => {
    const first = await fineTune.edit(model, [asks('cb')], { ...options, job: createJob() })
    const second = await fineTune.edit(model, [asks('cb')], { ...options, config: { learningRate: 0.05, stopWhenEdited: false, steps: 3 }, job: createJob(), previous: first })
    expect(second.losses[0]).toBeCloseTo(first.losses.at(-1)!, 5)
    expect(first.overlay.get('text')).not.toEqual(second.overlay.get('text'))
  })
})

describe('describing itself', () => {
  it('gives settings with defaults and descriptions', () => {
    const info = describeMethod(fineTune)
    expect(MethodInfo.parse(info)).toEqual(info)
    const properties = info.configSchema.properties as Record<string, { default?: unknown, description?: string }>
    expect(Object.keys(properties)).toContain('learningRate')
    for (const [name, property] of Object.entries(properties))
      expect(property, name).toMatchObject({ ...(name === 'onlyLayer' ? {} : { default: expect.anything() }), description: expect.stringMatching(/^[A-Z]/) })
  })

  it('says which module a model lacks', () => {
    const blind = { ...model, weights: model.weights.slice(0, 1) }
    expect(fineTune.supports(blind, 'text', {})).toBe(true)
    expect(fineTune.supports(blind, 'both', {})).toBe('Model \'linear\' has no weights in its vision module that an edit may change, so fine-tuning cannot have the scope \'both\'.')
  })
})
