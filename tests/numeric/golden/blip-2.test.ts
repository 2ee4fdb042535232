// Tiny random BLIP-2 checkpoints against what transformers 4.57.6 computed (tests/fixtures/blip-2/make.py).
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openModelParts } from '../../../src/main/models/open-model.ts'
import type { OpenedModel } from '../../../src/main/models/open-model.ts'
import { encodeQuestion, lookAt } from '../../../src/main/models/ask.ts'
import { readAll } from '../../../src/main/models/answer.ts'
import { floatsOf } from '../../../src/main/onnx/tensor-value.ts'
import { toFeeds } from '../../../src/main/training/train.ts'
import { gradients } from '../../../src/main/tensor/vjp.ts'
import { folderOf, imageOf, readGolden, relativeDifference, unpack, variants } from '../../unit/models/fixtures.ts'
import type { GoldenCase } from '../../unit/models/fixtures.ts'

const cpu = { provider: 'cpu', device: 'cpu', reason: 'test', tests: [] }
// fp32 in another order of summation: forward 1e-4, backward 1e-3 of the tensor's largest value.
const forward = 1e-4
const backward = 1e-3

const questionOf = ({ prompt, image }: GoldenCase) => ({ prompt, form: 'plain' as const, ...(image === null ? {} : { image: imageOf(image) }) })

describe.each(variants)('%s', (variant) => {
  const golden = readGolden(variant)
  let opened: OpenedModel
  // Every layer a stage of its own, so that every hidden state can be seen.
  beforeAll(async () => {
    opened = await openModelParts(folderOf(variant), { provider: cpu, isCut: () => true })
  })
  afterAll(() => opened.model.dispose())

  const cases = golden.cases.map(c => [`${c.prompt} (${c.image ?? 'no picture'})`, c] as const)
  const spoken = cases.flatMap(([name, c]) => (c.language ? [[name, c, c.language] as const] : []))

  it.each(cases.filter(([, c]) => c.image))('sees what transformers sees: %s', async (_, c) => {
    const { parts } = opened
    const values = c.language
      ? await lookAt(parts, imageOf(c.image!), new Map())
      : await parts.runner.runAll(parts.vision, { pixels: { value: { dtype: 'float32', shape: [3, parts.imageProcessor.height, parts.imageProcessor.width], data: await parts.imageProcessor.process(imageOf(c.image!)) } } }, new Map())
    for (const name of ['vision', 'query', 'features'] as const)
      expect(relativeDifference(floatsOf(values[name]!.value), unpack(c[name]!)), name).toBeLessThan(forward)
  })

  it.each(spoken)('computes its logits and hidden states: %s', async (_, c, language) => {
    const { parts } = opened
    const asked = encodeQuestion(parts, questionOf(c), c.answer)
    expect(asked.expected).toEqual(c.expected)
    expect(asked.first).toBe(language.first)
    const features = c.image === null ? undefined : (await lookAt(parts, imageOf(c.image), new Map())).features!
    const pass = await readAll(parts, new Map(), features, asked.ids)
    expect(relativeDifference(pass.logits, unpack(language.logits))).toBeLessThan(forward)
    for (let i = 1; i < parts.layout.textLayers; i++)
      expect(relativeDifference(floatsOf(pass.values[`hidden.${i}`]!.value), unpack(language.hidden[i]!)), `after layer ${i}`).toBeLessThan(forward)
  })

  it.each(spoken)('generates the same tokens: %s', async (_, c, language) => {
    const { generated } = await opened.model.answer(questionOf(c), c.answer, { maxTokens: 12 })
    const { endTokens } = opened.parts.layout
    const wanted = language.generated.filter(token => !endTokens.includes(token))
    expect(generated.tokens).toEqual(wanted)
    expect(generated.text).toBe(language.text.trim())
    expect(generated.probabilities.every(p => p > 0 && p <= 1)).toBe(true)
  })

  it.each(spoken)('generates the same with its cache as by recomputing everything: %s', async (_, c) => {
    const { parts, model } = opened
    const { generated } = await model.answer(questionOf(c), '', { maxTokens: 6 })
    const features = c.image === null ? undefined : (await lookAt(parts, imageOf(c.image), new Map())).features!
    const ids = [...encodeQuestion(parts, questionOf(c), '').ids]
    for (const token of generated.tokens) {
      const { logits } = await readAll(parts, new Map(), features, ids)
      const row = logits.subarray(logits.length - parts.layout.vocabulary)
      expect(row.indexOf(Math.max(...row))).toBe(token)
      ids.push(token)
    }
  })

  it.each(spoken.filter(([, , l]) => Object.keys(l.gradients).length > 0))('has its loss and gradients: %s', async (_, c, language) => {
    const names = Object.keys(language.gradients).filter(name => opened.model.weights.some(w => w.name === name))
    // In the files with separate biases the fused one does not exist; all else must.
    expect(names.length).toBe(Object.keys(language.gradients).length)
    const problem = await opened.model.problem([{ question: questionOf(c), expected: c.answer }], names)
    const dWeights = gradients(problem.loss, problem.weights.map(w => w.leaf))
    const outputs = { loss: problem.loss, ...Object.fromEntries(problem.weights.map((w, i) => [`d ${w.name}`, dWeights[i]!])) }
    const results = await opened.model.runtime.run(outputs, toFeeds(problem.feeds[0]!))
    expect(results.loss!.data[0]).toBeCloseTo(language.loss, 4)
    for (const name of names)
      expect(relativeDifference(floatsOf(results[`d ${name}`]!), unpack(language.gradients[name]!)), name).toBeLessThan(backward)
  })
})
