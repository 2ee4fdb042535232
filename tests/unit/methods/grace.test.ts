// GRACE on the tiny BLIP-2: PyTorch's steps on the value, routing, streams of edits, and the model as it was outside every ball.
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { createJob } from '../../../src/main/base/job.ts'
import { feedForwardOf, promptEndOf } from '../../../src/main/methods/feed-forward.ts'
import { valueName, valueProblem } from '../../../src/main/methods/grace-value.ts'
import { grace } from '../../../src/main/methods/grace.ts'
import type { Edit } from '../../../src/main/methods/method.ts'
import type { Model, WeightInfo } from '../../../src/main/models/model.ts'
import { adam } from '../../../src/main/training/adam.ts'
import { trainSteps } from '../../../src/main/training/train.ts'
import { openTiny, question, reachableTarget, resolveImage, sameAnswer } from '../../conformance/tiny-model.ts'
import reference from '../../fixtures/methods/grace/grace.json' with { type: 'json' }
import { noMemory } from './linear-model.ts'

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 })

let model: Model
let target: string
beforeAll(async () => {
  model = await openTiny()
  target = await reachableTarget(model)
})
afterAll(() => model?.dispose())

const config = { radius: 0.01, steps: 60, learningRate: 0.5 }
const edit = (more: object = {}, previous?: Edit, expected = target, asked = question): Promise<Edit> =>
  grace.edit(model, [{ question: asked, expected }], { config: { ...config, ...more }, scope: 'text', job: createJob(), memory: noMemory, ...(previous ? { previous } : {}) })
const far = { prompt: 'Name the thing at the very top of this picture, please', form: 'plain' as const, image: resolveImage({ path: 'alpha.png' }) }

it('takes PyTorch\'s steps on the value, from the same key', async () => {
  const { question: prompt, answer: expected, layersAfter, learningRate, losses, trained, key } = reference.value
  const { name } = feedForwardOf(model, layersAfter) as WeightInfo
  expect(name).toMatch(/layers\.1\.fc2\.weight$/)
  const example = { question: { ...question, prompt }, expected }
  const own = await promptEndOf(model, example.question, name)
  key.forEach((value, i) => expect(own[i]).toBeCloseTo(value, 4))
  const start = Float32Array.from(trained, (_, i) => i / (trained.length - 1))
  const result = await trainSteps(model.runtime, await valueProblem(model, example, name, start), { optimizer: adam(), learningRate, steps: 3 })
  result.losses.forEach((loss, i) => expect(Math.abs(loss - losses[i]!) / losses[i]!).toBeLessThan(1e-4))
  result.weights.get(valueName)!.forEach((value, i) => expect(value, `element ${i}`).toBeCloseTo(trained[i]!, 4))
})

describe('an edit', () => {
  it('answers as trained on the key, and as before elsewhere, bit for bit', async () => {
    const { model: edited, overlay, losses, steps } = await edit()
    expect(overlay.size).toBe(0)
    expect(losses.length).toBeGreaterThanOrEqual(steps)
    const answer = await edited.answer(question, target)
    expect(answer.generated.text.startsWith(target)).toBe(true)
    expect(answer.routing).toEqual({ score: 1, taken: true })
    const [before, after] = [await model.answer(far, 'red'), await edited.answer(far, 'red')]
    expect(sameAnswer(before, after)).toBe(true)
    expect(after.routing!.taken).toBe(false)
    expect(after.routing!.score).toBeLessThan(0.5)
  })

  it('reaches further with a larger radius', async () => {
    expect((await (await edit({ radius: 100 })).model.answer(far, 'red')).routing!.taken).toBe(true)
  })

  it('routes without seeing the expected answer', async () => {
    const { model: edited } = await edit()
    const scores = await Promise.all(['a', 'red car', ''].map(async expected => (await edited.answer(question, expected)).routing!.score))
    expect(new Set(scores)).toEqual(new Set([1]))
  })
})

describe('a stream of edits', () => {
  it('keeps the edits before', async () => {
    const first = await edit()
    const second = await edit({}, first, target, far)
    for (const asked of [question, far])
      expect((await second.model.answer(asked, target)).generated.text.startsWith(target), asked.prompt).toBe(true)
    // The first edit is a value of its own: it does not know of the second.
    expect((await first.model.answer(far, target)).routing!.taken).toBe(false)
  })
})

it('says why it has no other scope, and how many layers there are', () => {
  const settings = grace.config.parse({})
  expect(grace.supports(model, 'text', settings)).toBe(true)
  expect(grace.supports(model, 'vision', settings)).toBe('GRACE keeps its codebook in the language model, so it has no scope \'vision\'. Choose \'text\'; pictures enter through the activation.')
  expect(grace.supports(model, 'text', grace.config.parse({ layersAfter: 3 }))).toMatch(/has 3 language layers .* Choose at most 2\./)
})
