// Base answers: asked once, kept exactly, asked again when the copy is damaged.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createRandom } from '../../../src/main/base/random.ts'
import type { Answer, Model } from '../../../src/main/models/model.ts'
import { decodeAnswer, encodeAnswer } from '../../../src/main/runs/answer-file.ts'
import { answerName, createBaseAnswers } from '../../../src/main/runs/base-answers.ts'
import type { AnswerStore } from '../../../src/main/runs/base-answers.ts'
import { countingModel, recordOf, resolveImage } from './counting-model.ts'

const random = createRandom(5)
const answer: Answer = {
  expected: [3, 7],
  positions: { logits: Float32Array.from({ length: 2 * 11 }, () => random.normal() * 1e3), rows: 2, vocabulary: 11 },
  top10: Int32Array.from({ length: 40 }, () => random.below(11)),
  sequence: 4,
  generated: { tokens: [1, 2], probabilities: [0.1, 1 / 3], text: 'Zürich «a»\n' },
}

function memoryStore(): AnswerStore & { readonly files: Map<string, Uint8Array> } {
  const files = new Map<string, Uint8Array>()
  return { files, read: async name => files.get(name), write: async (name, bytes) => void files.set(name, bytes) }
}

describe('answer files', () => {
  it('give back every bit, also from an unaligned view', () => {
    expect(decodeAnswer(encodeAnswer(answer))).toEqual(answer)
    const bytes = encodeAnswer(answer)
    const shifted = new Uint8Array(bytes.length + 3)
    shifted.set(bytes, 3)
    expect(decodeAnswer(shifted.subarray(3))).toEqual(answer)
  })

  it('find damage anywhere', () => {
    const good = encodeAnswer(answer)
    for (const at of [0, 17, 60, good.length - 20, good.length - 1]) {
      const bad = Uint8Array.from(good)
      bad[at]! ^= 1
      expect(decodeAnswer(bad), `bit flipped at ${at}`).toBeUndefined()
    }
    expect(decodeAnswer(good.subarray(0, good.length - 5))).toBeUndefined()
    expect(decodeAnswer(new Uint8Array(0))).toBeUndefined()
  })
})

describe('base answers', () => {
  const record = recordOf('1', 'cat')
  const make = (store?: AnswerStore, more: object = {}) => {
    const model = countingModel()
    const base = createBaseAnswers({ model: model as unknown as Model, fingerprint: 'f', dataset: 'd', resolveImage, ...(store && { store }), ...more })
    return { model, base }
  }

  it('asks again when a picture was redrawn under its old path', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'mmedit-base-')), 'a.png')
    const { model, base } = make(undefined, { resolveImage: () => file })
    for (const [bytes, questions] of [['one drawing', 1], ['one drawing', 1], ['another', 2]] as const) {
      writeFileSync(file, bytes)
      await base.answer(record.edit)
      expect(model.asked).toHaveLength(questions)
    }
    rmSync(dirname(file), { recursive: true })
  })

  it('asks once in memory, and not at all with a filled store', async () => {
    const store = memoryStore()
    const one = make(store)
    const first = await one.base.answer(record.edit)
    await one.base.answer(record.edit)
    expect(one.model.asked).toEqual(['What is 1?|/main/1.png'])
    const two = make(store)
    expect(await two.base.answer(record.edit)).toEqual(first)
    expect(two.model.asked).toEqual([])
    expect(two.base.counts()).toEqual({ found: 1, asked: 0 })
  })

  it('asks again when the stored answer is damaged, and repairs it', async () => {
    const store = memoryStore()
    await make(store).base.answer(record.edit)
    const [name, bytes] = [...store.files][0]!
    store.files.set(name, bytes.subarray(0, 40))
    const { model, base } = make(store)
    await base.answer(record.edit)
    expect(model.asked).toHaveLength(1)
    expect(store.files.get(name)).toEqual(bytes)
  })

  it('goes on without a store that fails, and says so once', async () => {
    const sentences: string[] = []
    const failing: AnswerStore = { read: async () => { throw new Error('No space.') }, write: async () => { throw new Error('No space.') } }
    const { base } = make(failing, { onProblem: (sentence: string) => sentences.push(sentence) })
    await base.answer(record.edit)
    await base.answer(record.probes.textRephrase![0]!)
    expect(sentences).toEqual(['Base answers cannot be read: No space. The run goes on and asks the model again.'])
  })

  it('forgets the least recently used first', async () => {
    const { model, base } = make(undefined, { memoryBytes: 1500 })
    const [a, b, c] = [record.edit, record.probes.textRephrase![0]!, record.probes.unrelatedText![0]!]
    for (const probe of [a, b, a, c, a])
      await base.answer(probe)
    expect(model.asked).toHaveLength(3)
    await base.answer(b)
    expect(model.asked).toHaveLength(4)
  })

  it('names differ with everything an answer depends on', () => {
    const model = countingModel() as unknown as Model
    const names = [
      answerName({ model, fingerprint: 'f', dataset: 'd' }, record.edit),
      answerName({ model, fingerprint: 'g', dataset: 'd' }, record.edit),
      answerName({ model, fingerprint: 'f', dataset: 'e' }, record.edit),
      answerName({ model: { ...model, provider: { ...model.provider, provider: 'webgpu' } }, fingerprint: 'f', dataset: 'd' }, record.edit),
      ...[{ prompt: 'x' }, { expected: 'x' }, { form: 'plain' as const }, { image: { root: 'main', path: 'x.png' } }].map(change =>
        answerName({ model, fingerprint: 'f', dataset: 'd' }, { ...record.edit, ...change })),
    ]
    expect(new Set(names).size).toBe(names.length)
  })
})
