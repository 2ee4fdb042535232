// Co-edit on the tiny BLIP-2: PyTorch's steps on its objective, what it changes, what it keeps, and what it looks at.
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { createJob } from '../../../src/main/base/job.ts'
import { meanKl } from '../../../src/main/metrics/log-softmax.ts'
import { chooseWeights, partsOf } from '../../../src/main/methods/choose-weights.ts'
import { answerTerm, drawingChange, pictureInput, seenOtherwise, stayTerm, stayingProbes } from '../../../src/main/methods/co-edit-terms.ts'
import { coEdit } from '../../../src/main/methods/co-edit.ts'
import type { Edit, Memory } from '../../../src/main/methods/method.ts'
import { recordsBeside } from '../../../src/main/methods/other-records.ts'
import type { Model } from '../../../src/main/models/model.ts'
import { input } from '../../../src/main/tensor/expr.ts'
import { adam } from '../../../src/main/training/adam.ts'
import { createLearner } from '../../../src/main/training/learner.ts'
import type { EditRecord, Probe } from '../../../src/preload/contract/records.ts'
import { openTiny, question, reachableTarget, recordWith, resolveImage } from '../../conformance/tiny-model.ts'
import reference from '../../fixtures/methods/co-edit/co-edit.json' with { type: 'json' }
import { noMemory } from './linear-model.ts'

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 })

let model: Model
let target: string
beforeAll(async () => {
  model = await openTiny()
  target = await reachableTarget(model)
})
afterAll(() => model?.dispose())

const questionOf = ({ prompt, form, image }: Probe) => ({ prompt, form, ...(image ? { image: resolveImage(image) } : {}) })
/** A record about another thing; it shows its thing twice. */
const other: EditRecord = { ...recordWith('blue'), id: '1', stated: 'grey', edit: { ...recordWith('blue').edit, prompt: 'Which thing is it?', image: { root: 'main', path: 'alpha.png' } } }
const asked: Probe[] = []
const memoryOf = (...records: EditRecord[]): Memory => ({
  records,
  question: (probe) => {
    asked.push(probe)
    return Promise.resolve(questionOf(probe))
  },
  baseAnswer: probe => model.answer(questionOf(probe), probe.expected),
})

it('takes PyTorch\'s steps', async () => {
  const { question: prompt, answer, other: otherPrompt, otherAnswer, textRate, visionRate, drawing, stay, losses } = reference
  const chosen = chooseWeights(model, partsOf('both', { role: 'language-ffn', lastLayers: 1 }, { role: 'q-former', lastLayers: 0 }))
  const names = chosen.map(({ name }) => name)
  const leaves = new Map(chosen.map(({ name, shape }) => [name, input(name, 'float32', shape)]))
  const learner = createLearner(model.runtime, new Map(await Promise.all(chosen.map(async ({ name, shape }) => [name, { shape, data: await model.readWeight(name) }] as const))), {
    optimizer: adam(), learningRate: 1, gradientClip: Infinity, rates: Object.fromEntries(chosen.map(({ name, module }) => [name, module === 'text' ? textRate : visionRate])),
  })
  const drawn: EditRecord = { ...recordWith(answer), probes: { imageRephrase: [{ ...recordWith(answer).edit, image: { root: 'main', path: 'alpha.png' } }] } }
  const change = await drawingChange(model, memoryOf(), drawn, names)
  const edit = await model.reading({ question: { ...question, prompt }, expected: answer }, names)
  const grey = { prompt: otherPrompt, form: 'question' as const, image: resolveImage({ path: 'grey.png' }) }
  const kept = await model.reading({ question: grey, expected: otherAnswer }, names)
  const base = (await model.answer(grey, otherAnswer)).positions.logits
  for (const [step, wanted] of losses.entries()) {
    const terms = [answerTerm(edit, leaves, 0.5), answerTerm(seenOtherwise(edit, change!, drawing), leaves, 0.5), stayTerm(kept, leaves, base, stay)]
    expect(terms[0]!.outputs).toBe(terms[1]!.outputs)
    for (const [i, { outputs, feeds }] of terms.entries()) {
      const { total } = await learner.accumulate(outputs, feeds)
      expect(Math.abs(total! - wanted[i]!), `step ${step + 1}, term ${i}: ${total} against ${wanted[i]}`).toBeLessThan(1e-4 * Math.max(1, wanted[i]!))
    }
    await learner.update()
  }
})

describe('an edit', () => {
  const config = { steps: 12, textRate: 0.01, visionRate: 0.005, donors: 1 }
  const edit = (more: object = {}, memory = memoryOf(other), previous?: Edit) =>
    coEdit.edit(model, [{ question, expected: target }], { config: { ...config, ...more }, scope: 'both', job: createJob(), memory, ...(previous ? { previous } : {}) })

  it('changes both modules and nothing else, and gives the target', async () => {
    const { model: edited, overlay, losses, steps } = await edit()
    expect((await edited.answer(question, target)).generated.text.startsWith(target)).toBe(true)
    expect([losses.length, steps]).toEqual([12, 12])
    const roles = new Set([...overlay.keys()].map(name => model.weights.find(w => w.name === name)!.role))
    expect(roles).toEqual(new Set(['language-ffn', 'q-former']))
    for (const [name, values] of overlay)
      expect(values, name).not.toEqual(await model.readWeight(name))
  })

  it('is held back by other answers, the more they count', async () => {
    const probe = stayingProbes(other)[0]!
    const before = (await model.answer(questionOf(probe), probe.expected)).positions
    const moved = await Promise.all([0, 3].map(async (locality) => {
      const { model: edited } = await edit({ locality, probes: 3, views: 0 })
      return meanKl(before, (await edited.answer(questionOf(probe), probe.expected)).positions)!
    }))
    expect(moved[1]).toBeLessThan(moved[0]! / 2)
  })

  it('is the same every time, and goes on from the edit before', async () => {
    const [one, two] = [await edit({ steps: 3 }), await edit({ steps: 3 })]
    expect(one.losses).toEqual(two.losses)
    expect((await edit({ steps: 1 }, memoryOf(other), one)).losses[0]).toBeLessThan(one.losses[0]!)
  })

  it('never looks at the record it edits, though it lies in memory', async () => {
    const own = recordWith(target)
    asked.length = 0
    // A copy: of records seen before there would be nothing left to ask.
    await edit({ steps: 2 }, memoryOf(own, structuredClone(other)))
    expect(asked.length).toBeGreaterThan(0)
    expect(asked.filter(probe => [own.edit, ...Object.values(own.probes).flat()].includes(probe))).toEqual([])
    expect(recordsBeside([{ question, expected: target }], memoryOf(own, other)).map(({ id }) => id)).toEqual(['1'])
  })

  it('keeps first what is asked like the edit, as far as wanted', async () => {
    const firstKept = async (near: number): Promise<string> => {
      // Copies: of records seen before there would be nothing left to ask.
      const alike: EditRecord = { ...structuredClone(other), id: '2', probes: { unrelatedImage: [{ ...other.probes.unrelatedImage![0]!, prompt: question.prompt }] } }
      let kept = ''
      const memory = memoryOf(...Array.from({ length: 5 }, () => structuredClone(other)), alike)
      await edit({ steps: 1, probes: 1, pool: 1, near, views: 0 }, { ...memory, baseAnswer: (probe, signal) => {
        kept = probe.prompt
        return memory.baseAnswer(probe, signal)
      } })
      return kept
    }
    expect(await firstKept(1)).toBe(question.prompt)
    expect(await firstKept(0)).toBe(other.probes.unrelatedImage![0]!.prompt)
  })

  it('says so when nothing holds it back', async () => {
    expect((await edit({ steps: 1 }, noMemory)).notes).toEqual(['There are no other records, so nothing held the edit back and no other drawing could be imagined.'])
  })

  it('stops between two terms', async () => {
    const stop = new AbortController()
    const stopped = coEdit.edit(model, [{ question, expected: target }], { config, scope: 'both', job: createJob({ signal: stop.signal }), memory: memoryOf(other), onStep: step => step === 2 && stop.abort() })
    await expect(stopped).rejects.toThrow(/abort/i)
  })
})

it('keeps questions about other pictures where a record has some, else what else it knows', () => {
  expect(stayingProbes(other)).toEqual(other.probes.unrelatedImage)
  const without = structuredClone({ ...other, probes: { unrelatedText: other.probes.unrelatedText! } })
  expect(stayingProbes(without)).toEqual([{ ...without.edit, expected: 'grey' }, ...without.probes.unrelatedText])
})

it('finds the value through which a picture enters', async () => {
  const [vision, projection] = await Promise.all([['q-former'], ['projection']].map(async ([role]) =>
    pictureInput(await model.reading({ question, expected: target }, chooseWeights(model, [{ module: 'vision', role: role!, lastLayers: 0 }]).map(({ name }) => name)))))
  expect([vision, projection]).toEqual(['vision', 'query'])
})

it('is the joint edit only', () => {
  expect(coEdit.supports(model, 'both', coEdit.config.parse({}))).toBe(true)
  expect(coEdit.supports(model, 'text', coEdit.config.parse({}))).toBe('Co-edit changes vision and text weights together, so it has no scope \'text\'. Choose \'both\'.')
  expect(coEdit.supports({ ...model, weights: model.weights.filter(w => w.module === 'text') }, 'both', coEdit.config.parse({}))).toMatch(/has no weights in its vision module/)
})
