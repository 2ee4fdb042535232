// An opened model: edits are values, undo is dropping them, and the cut changes nothing but the time.
import { copyFileSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Answer, Model, Question } from '../../../src/main/models/model.ts'
import { openModel, openModelParts } from '../../../src/main/models/open-model.ts'
import type { OpenedModel } from '../../../src/main/models/open-model.ts'
import { sgd } from '../../../src/main/training/sgd.ts'
import { trainSteps } from '../../../src/main/training/train.ts'
import { folderOf, imageOf, relativeDifference } from './fixtures.ts'

const provider = { provider: 'cpu', device: 'cpu', reason: 'test', tests: [] }
const question: Question = { prompt: 'what is this?', form: 'question', image: imageOf('scene.png') }
const other: Question = { prompt: 'what colour is it?', form: 'question', image: imageOf('grey.png') }
const spoken: Question = { prompt: 'the capital of France is', form: 'plain' }

const bytesOf = (answer: Answer): Buffer => Buffer.from(answer.positions.logits.buffer)
const difference = (a: Answer, b: Answer): number => relativeDifference(a.positions.logits, b.positions.logits)

async function changed(model: Model, names: readonly string[], factor = 1.5): Promise<Map<string, Float32Array>> {
  return new Map(await Promise.all(names.map(async name => [name, (await model.readWeight(name)).map(v => v * factor)] as const)))
}

const parts: Record<string, string[]> = {
  'the last feed-forward layer': ['language_model.model.decoder.layers.2.fc1.weight', 'language_model.model.decoder.layers.2.fc2.weight'],
  'attention in the middle': ['language_model.model.decoder.layers.1.self_attn.k_proj.weight', 'language_model.model.decoder.layers.1.self_attn.out_proj.weight'],
  'one Q-Former weight': ['qformer.encoder.layer.1.intermediate_query.dense.weight'],
  'the vision transformer and the projection': ['vision_model.encoder.layers.1.mlp.fc1.weight', 'language_projection.weight', 'language_projection.bias'],
  'both modules': ['language_model.model.decoder.layers.0.fc1.weight', 'qformer.encoder.layer.0.attention.attention.query.weight', 'query_tokens'],
}

let opened: OpenedModel
beforeAll(async () => {
  opened = await openModelParts(folderOf('current'), { provider })
})
afterAll(() => opened.model.dispose())

describe.each(Object.entries(parts))('an edit of %s', (_, names) => {
  let written: string
  let rewritten: Model

  // The same change written into a copy of the file: a model without any overlay to compare with.
  // It also feeds its head from one shared array, as large models do, where the other one maps it.
  beforeAll(async () => {
    written = mkdtempSync(join(tmpdir(), 'mmedit-overlay-'))
    for (const file of readdirSync(folderOf('current')))
      copyFileSync(join(folderOf('current'), file), join(written, file))
    const bytes = readFileSync(join(written, 'model.safetensors'))
    for (const [name, values] of await changed(opened.model, names)) {
      const { offset } = opened.checkpoint.tensors.get(name)!
      values.forEach((v, i) => bytes.writeFloatLE(v, offset + 4 * i))
    }
    writeFileSync(join(written, 'model.safetensors'), bytes)
    rewritten = await openModel(written, { provider, shareBytes: 0 })
  })
  afterAll(async () => {
    await rewritten.dispose()
    rmSync(written, { recursive: true })
  })

  it('answers as the checkpoint that holds the change, with cold and warm caches', async () => {
    const edited = opened.model.withWeights(await changed(opened.model, names))
    for (const q of [question, other, spoken, question]) {
      const [own, wanted, base] = [await edited.answer(q, 'a red apple'), await rewritten.answer(q, 'a red apple'), await opened.model.answer(q, 'a red apple')]
      expect(difference(own, wanted)).toBeLessThan(1e-5)
      expect(own.generated.tokens).toEqual(wanted.generated.tokens)
      const isTouched = q.image !== undefined || names.some(n => n.startsWith('language_model'))
      if (isTouched)
        expect(difference(own, base)).toBeGreaterThan(1e-3)
      else
        expect(bytesOf(own).equals(bytesOf(base))).toBe(true)
    }
  })

  it('is undone to the last bit by dropping it', async () => {
    const before = await opened.model.answer(question, 'a red apple')
    const edited = opened.model.withWeights(await changed(opened.model, names))
    await edited.answer(question, 'a red apple')
    const after = await opened.model.answer(question, 'a red apple')
    expect(bytesOf(after).equals(bytesOf(before))).toBe(true)
    expect(after.generated).toEqual(before.generated)
  })

  it('gives the loss of the answers it would give', async () => {
    const edited = opened.model.withWeights(await changed(opened.model, names))
    const { positions: { logits, rows, vocabulary }, expected } = await edited.answer(question, 'a red apple')
    const wanted = expected.reduce((sum, token, i) => {
      const row = logits.subarray(i * vocabulary, (i + 1) * vocabulary)
      return sum + Math.log(row.reduce((z, v) => z + Math.exp(v), 0)) - row[token]!
    }, 0) / rows
    // Both with the same weights to change and with others, before and behind them, so that the edit's own are frozen and fed.
    const others = [names, parts['the last feed-forward layer']!, parts['attention in the middle']!]
    for (const [model, chosen] of [edited, rewritten].flatMap(m => others.map(o => [m, o] as const))) {
      const problem = await model.problem([{ question, expected: 'a red apple' }], chosen)
      const { losses } = await trainSteps(model.runtime, problem, { optimizer: sgd(), learningRate: 1e-9, steps: 1 })
      expect(losses[0]).toBeCloseTo(wanted, 4)
      expect(problem.tokens).toEqual([rows])
    }
  })
})

describe('a model', () => {
  it('lists weights by role with their layers', () => {
    const of = (role: string) => opened.model.weights.filter(w => w.role === role)
    expect(of('language-ffn').map(w => w.layer)).toEqual([0, 0, 1, 1, 2, 2])
    expect(of('language-ffn').every(w => w.module === 'text' && w.shape.length === 2)).toBe(true)
    expect(of('q-former').every(w => w.module === 'vision' && w.name.startsWith('qformer.'))).toBe(true)
    expect(of('projection').map(w => w.name)).toEqual(['language_projection.weight', 'language_projection.bias'])
    for (const { role } of opened.model.info.roles)
      expect(of(role).length, role).toBeGreaterThan(0)
    // Everything in the file was asked for and nothing is left over.
    expect(opened.weights.unused()).toEqual([])
  })

  it('shares graphs between problems of one kind', async () => {
    const names = parts['the last feed-forward layer']!
    const a = await opened.model.problem([{ question, expected: 'a red apple' }], names)
    const b = await opened.model.problem([{ question: other, expected: 'blue' }], names)
    expect(b.loss).toBe(a.loss)
    expect(b.feeds[0]).not.toEqual(a.feeds[0])
  })

  it('answers the same twice, and the same after its caches were dropped', async () => {
    const first = await opened.model.answer(question, 'a red apple')
    opened.parts.cache.clear()
    const second = await opened.model.answer(question, 'a red apple')
    expect(bytesOf(second).equals(bytesOf(first))).toBe(true)
    expect(second.top10).toEqual(first.top10)
    expect(first.top10.length).toBe(first.sequence * 10)
    expect(first.sequence).toBe(opened.parts.layout.slots + opened.parts.tokenizer.encode('Question: what is this? Short answer: a red apple').length)
  })

  it('scores nothing when nothing is expected, and stops where it is told', async () => {
    const { expected, positions, generated } = await opened.model.answer(question, '', { maxTokens: 3 })
    expect([expected.length, positions.rows, positions.logits.length, generated.tokens.length]).toEqual([0, 0, 0, 3])
  })

  it('stops when asked to', async () => {
    await expect(opened.model.answer(question, 'x', { signal: AbortSignal.abort() })).rejects.toThrow(/abort/i)
  })

  it.each([
    ['a weight that is none', () => opened.model.withWeights(new Map([['nothing', new Float32Array(1)]])), /no weight 'nothing' that an edit may change/],
    ['a table that must not change', () => opened.model.withWeights(new Map([['language_model.model.decoder.embed_tokens.weight', new Float32Array(1)]])), /that an edit may change/],
    ['values that do not fit', () => opened.model.withWeights(new Map([['language_projection.bias', new Float32Array(3)]])), /has 32 values; the edit brings 3/],
    ['vision weights without a picture', () => opened.model.problem([{ question: spoken, expected: 'Paris' }], parts['one Q-Former weight']!), /no weight of the vision module can change its answer/],
    ['examples with and without a picture', () => opened.model.problem([{ question: spoken, expected: 'Paris' }, { question, expected: 'x' }], ['language_projection.bias']), /Of 2 examples, 1 have a picture/],
    ['nothing to learn', () => opened.model.problem([{ question, expected: '' }], ['language_projection.bias']), /has no answer to learn/],
    ['a prompt that is too long', () => opened.model.answer({ ...question, prompt: 'a '.repeat(80) }, 'x'), /positions, but model 'current' has 64\. Shorten the prompt\./],
    ['a picture that is missing', () => opened.model.answer({ ...question, image: imageOf('none.png') }, 'x'), /none\.png' cannot be read/],
  ])('refuses %s with a sentence', async (_, ask, sentence) => {
    await expect((async () => ask())()).rejects.toThrow(sentence)
  })

  it('leaves out vision weights where an example without a picture is to be learned in both modules', async () => {
    const problem = await opened.model.problem([{ question: spoken, expected: 'Paris' }], parts['both modules']!)
    expect(problem.weights.map(w => w.name)).toEqual(['language_model.model.decoder.layers.0.fc1.weight'])
  })
})
