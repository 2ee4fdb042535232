// WISE on the tiny BLIP-2: PyTorch's steps on the side memory, routing, streams of edits with merges.
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { createJob } from '../../../src/main/base/job.ts'
import { feedForwardOf, promptEndOf } from '../../../src/main/methods/feed-forward.ts'
import type { Edit, Memory } from '../../../src/main/methods/method.ts'
import { reaction } from '../../../src/main/methods/side-memory.ts'
import { changeName, sideProblem } from '../../../src/main/methods/wise-loss.ts'
import { wise } from '../../../src/main/methods/wise.ts'
import type { Model, WeightInfo } from '../../../src/main/models/model.ts'
import { sgd } from '../../../src/main/training/sgd.ts'
import { trainSteps } from '../../../src/main/training/train.ts'
import { openTiny, question, reachableTarget, recordWith, resolveImage, sameAnswer } from '../../conformance/tiny-model.ts'
import reference from '../../fixtures/methods/wise/wise.json' with { type: 'json' }
import { noMemory } from './linear-model.ts'

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 })

let model: Model
let target: string
beforeAll(async () => {
  model = await openTiny()
  target = await reachableTarget(model)
})
afterAll(() => model?.dispose())

it('takes PyTorch\'s steps on the side memory', async () => {
  const { question: prompt, answer: expected, others, layersAfter, learningRate, radius, losses, change, reactionToEdit, reactionsToOthers, ...margins } = reference.steps
  const weight = feedForwardOf(model, layersAfter) as WeightInfo
  const [key, ...rest] = await Promise.all([prompt, ...others].map(text => promptEndOf(model, { ...question, prompt: text }, weight.name)))
  const mask = Float32Array.from(change, (_, i) => Number(i * 7 % 5 < 2))
  const start = mask.map((m, i) => m * Math.sin(i) / 50)
  const problem = await sideProblem(model, weight, { example: { question: { ...question, prompt }, expected }, key: key!, others: rest, margins, change: start, mask })
  const result = await trainSteps(model.runtime, problem, { optimizer: sgd(), learningRate, steps: 3, constraint: { norm: 'linf', radius } })
  result.losses.forEach((loss, i) => expect(Math.abs(loss - losses[i]!) / losses[i]!, `step ${i + 1}`).toBeLessThan(1e-4))
  const own = result.weights.get(changeName)!
  own.forEach((value, i) => expect(value * mask[i]!, `element ${i}`).toBeCloseTo(change[i]!, 4))
  expect(reaction({ change: own }, key!)).toBeCloseTo(reactionToEdit, 3)
  rest.forEach((x, i) => expect(reaction({ change: own }, x)).toBeCloseTo(reactionsToOthers[i]!, 3))
})

const far = { prompt: 'Name the thing at the very top of this picture, please', form: 'plain' as const, image: resolveImage({ path: 'alpha.png' }) }
const config = { optimizer: 'adam', learningRate: 0.05, steps: 80, maskRatio: 0.5, activationShare: 0.9 }
const memory: Memory = {
  records: [recordWith('red'), recordWith('blue')].map(record => ({ ...record, edit: { ...record.edit, prompt: far.prompt, form: 'plain' as const, image: { root: 'main', path: 'alpha.png' } } })),
  question: probe => Promise.resolve({ prompt: probe.prompt, form: probe.form, ...(probe.image ? { image: resolveImage(probe.image) } : {}) }),
  baseAnswer: () => Promise.reject(new Error('WISE needs no answers of other records.')),
}
const edit = (more: object = {}, previous?: Edit, own = memory): Promise<Edit> =>
  wise.edit(model, [{ question, expected: target }], { config: { ...config, ...more }, scope: 'text', job: createJob(), memory: own, ...(previous ? { previous } : {}) })

describe('an edit', () => {
  it('answers its question by the side memory, and others as before, bit for bit', async () => {
    const { model: edited, overlay } = await edit()
    expect(overlay.size).toBe(0)
    const answer = await edited.answer(question, target)
    expect(answer.generated.text.startsWith(target)).toBe(true)
    expect(answer.routing).toMatchObject({ taken: true })
    const [before, after] = [await model.answer(far, 'red'), await edited.answer(far, 'red')]
    expect(after.routing!.taken).toBe(false)
    expect(sameAnswer(before, after)).toBe(true)
  })

  it('is the same every time, and says when nothing keeps it away from other questions', async () => {
    const [one, two] = [await edit({ steps: 5 }), await edit({ steps: 5 })]
    expect(one.losses).toEqual(two.losses)
    expect(one.notes).toEqual([])
    expect((await edit({ steps: 2 }, undefined, noMemory)).notes).toEqual(['There are no other records, so the side memory was not kept away from any question.'])
  })
})

it('goes on in a new side memory after so many edits, and merges them', async () => {
  let last: Edit | undefined
  for (let i = 0; i < 3; i++)
    last = await edit({ shardEdits: 1, mergeShards: 2, density: 1 }, last)
  const answer = await last!.model.answer(question, target)
  expect(answer.routing!.taken).toBe(true)
  expect(answer.generated.text.startsWith(target)).toBe(true)
})

it('says why it has no other scope', () => {
  expect(wise.supports(model, 'both', wise.config.parse({}))).toBe('WISE keeps its side memory in the language model, so it has no scope \'both\'. Choose \'text\'; pictures enter through the activation.')
})
