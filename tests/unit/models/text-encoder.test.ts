// Text encoders against transformers (tests/fixtures/methods/ike/encoder.py), the model's own, and folders that cannot be used.
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Model } from '../../../src/main/models/model.ts'
import { openTextEncoder } from '../../../src/main/models/open-text-encoder.ts'
import { normalised, ownTextEncoder } from '../../../src/main/models/text-encoder.ts'
import { openTiny } from '../../conformance/tiny-model.ts'

const fixtures = resolve(import.meta.dirname, '../../fixtures/methods/ike')
const golden = JSON.parse(readFileSync(join(fixtures, 'encoder.json'), 'utf8')) as Record<string, number[][]> & { texts: string[] }
const lengthOf = (x: Float32Array): number => Math.hypot(...x)

describe('sentence encoders', () => {
  it.each([
    ['bert', 'BertModel, mean of at most 20 tokens'],
    ['prefixed', 'old names in half precision, first token'],
    ['file', 'onnx/model.onnx'],
  ])('%s: %s gives what transformers gives', async (name) => {
    const encoder = await openTextEncoder(join(fixtures, name))
    expect(encoder.width).toBe(24)
    for (const [i, text] of golden.texts.entries()) {
      const vector = await encoder.embed(text)
      const worst = Math.max(...golden[name]![i]!.map((v, j) => Math.abs(v - vector[j]!)))
      expect(worst, text.slice(0, 40)).toBeLessThan(1e-5)
    }
  })

  it('stays open while the folder stays as it is, and keeps what it embedded', async () => {
    const encoder = await openTextEncoder(join(fixtures, 'bert'))
    expect(await openTextEncoder(`${fixtures}/./bert`)).toBe(encoder)
    expect(await encoder.embed('a red apple')).toBe(await encoder.embed('a red apple'))
    expect((await openTextEncoder(join(fixtures, 'prefixed'))).id).not.toBe(encoder.id)
  })
})

describe('folders that cannot be used', () => {
  let folder: string
  const damaged = async (from: string, damage: (folder: string) => Promise<void>): Promise<string> => {
    const path = await mkdtemp(join(folder, 'encoder-'))
    await cp(join(fixtures, from), path, { recursive: true })
    await damage(path)
    return path
  }
  const changeJson = (file: string, changes: object) => async (path: string): Promise<void> => {
    const json = JSON.parse(await readFile(join(path, file), 'utf8')) as object
    await writeFile(join(path, file), JSON.stringify({ ...json, ...changes }))
  }
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mmedit-encoder-'))
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  it.each<[string, string, (path: string) => Promise<void>, RegExp]>([
    ['no tokenizer', 'bert', path => rm(join(path, 'tokenizer.json')), /has no tokenizer\.json\. Download the whole folder\.$/],
    ['a broken tokenizer', 'bert', changeJson('tokenizer.json', { model: { type: 'Unheard' } }), /tokenizer\.json of text encoder '.*' cannot be used: .*Download it again\.$/],
    ['another kind of model', 'bert', changeJson('config.json', { model_type: 'mpnet' }), /is a 'mpnet' model; known are 'bert' in safetensors, and any encoder as model\.onnx/],
    ['heads that do not divide', 'bert', changeJson('config.json', { num_attention_heads: 7 }), /asks for 7 heads of a width 24/],
    ['another depth', 'bert', changeJson('config.json', { num_hidden_layers: 3 }), /has no tensor 'encoder\.layer\.2\./],
    ['a table too small for the tokenizer', 'bert', changeJson('config.json', { vocab_size: 100 }), /has 150 tokens, but its embedding table has 100 rows/],
    ['relative positions', 'bert', changeJson('config.json', { position_embedding_type: 'relative_key' }), /has a bad 'position_embedding_type'/],
    ['pooling by maximum', 'bert', changeJson('1_Pooling/config.json', { pooling_mode_mean_tokens: false, pooling_mode_max_tokens: true }), /another pooling than the mean or the first token/],
    ['a length that is no number', 'bert', changeJson('sentence_bert_config.json', { max_seq_length: 'all' }), /bad 'max_seq_length'/],
    ['no onnx inside', 'file', path => writeFile(join(path, 'onnx/model.onnx'), 'hello'), /The runtime cannot open 'onnx\/model\.onnx'/],
    ['no model at all', 'file', path => rm(join(path, 'onnx'), { recursive: true }), /has no config\.json/],
  ])('%s is one sentence', async (_, from, damage, sentence) => {
    const error = await openTextEncoder(await damaged(from, damage)).catch((e: unknown) => e)
    expect(error).toBeInstanceOf(Error)
    expect((error as Error).name).toBe('CheckpointError')
    expect((error as Error).message).toMatch(sentence)
  })
})

describe('the model\'s own', () => {
  let model: Model
  beforeAll(async () => {
    model = await openTiny()
  })
  afterAll(() => model.dispose())

  it('is the direction of the mean of what enters the last feed-forward', async () => {
    const encoder = ownTextEncoder(model)
    const text = 'the capital of France is Paris.'
    const last = model.weights.filter(w => w.role === 'language-ffn').reduce((a, b) => (b.layer! > a.layer! ? b : a))
    const { values, rows, width } = await model.capture({ prompt: text, form: 'plain' }, '', last.name)
    const mean = Float32Array.from({ length: width }, (_, j) => Array.from({ length: rows }, (_, i) => values[i * width + j]!).reduce((a, b) => a + b) / rows)
    const vector = await encoder.embed(text)
    expect(vector).toHaveLength(encoder.width)
    expect(lengthOf(vector)).toBeCloseTo(1, 6)
    normalised(mean).forEach((v, j) => expect(vector[j]).toBeCloseTo(v, 5))
    expect(ownTextEncoder(model)).toBe(encoder)
  })

  it('reads several texts at once as it reads each alone', async () => {
    const encoder = ownTextEncoder(model)
    const texts = Array.from({ length: 30 }, (_, i) => `the capital of ${'Japan and '.repeat(i % 7)}France is Paris.`)
    const together = await encoder.embedAll(texts)
    for (const [i, text] of texts.entries()) {
      const alone = await encoder.embed(text)
      expect(Math.max(...alone.map((v, j) => Math.abs(v - together[i]![j]!)))).toBeLessThan(1e-5)
    }
    expect(await encoder.embedAll([])).toEqual([])
  })

  it('reads the beginning of a text that is longer than the context', async () => {
    const long = 'the capital of France is Paris. '.repeat(200)
    const vector = await ownTextEncoder(model).embed(long)
    expect(lengthOf(vector)).toBeCloseTo(1, 6)
    expect(await ownTextEncoder(model).embed(`${long} and more`)).toEqual(vector)
  })
})
