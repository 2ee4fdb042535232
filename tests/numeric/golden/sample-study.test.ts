// The sample study's model against what transformers computed for a few of its records (scripts/sample-study/golden.py).
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { encodeQuestion, lookAt } from '../../../src/main/models/ask.ts'
import { readAll } from '../../../src/main/models/answer.ts'
import { openModelParts } from '../../../src/main/models/open-model.ts'
import type { OpenedModel } from '../../../src/main/models/open-model.ts'
import { floatsOf } from '../../../src/main/onnx/tensor-value.ts'
import { gradients } from '../../../src/main/tensor/vjp.ts'
import { toFeeds } from '../../../src/main/training/train.ts'

interface Sampled { readonly shape: readonly number[], readonly norm: number, readonly at: readonly number[], readonly values: readonly number[] }
interface Golden {
  readonly records: readonly {
    readonly image: string
    readonly prompt: string
    readonly target: string
    readonly inputIds: readonly number[]
    readonly targetIds: readonly number[]
    readonly pixelValues: Sampled
    readonly vision: Sampled
    readonly queries: Sampled
    readonly hiddenNorms: readonly number[]
    readonly lastLogits: readonly number[]
    readonly generatedIds: readonly number[]
    readonly generated: string
    readonly loss: number
    readonly gradients: Readonly<Record<string, Sampled>>
  }[]
  readonly text: { readonly prompt: string, readonly inputIds: readonly number[], readonly lastLogits: readonly number[] }
}

const root = resolve(import.meta.dirname, '../../..')
const golden = JSON.parse(readFileSync(resolve(root, 'tests/fixtures/sample-study/golden.json'), 'utf8')) as Golden
const forward = 1e-4
const backward = 1e-3
const oneStep = 1 / 255 / 0.26130258
const none = new Map<string, Float32Array>()

const norm = (x: Float32Array): number => Math.sqrt(x.reduce((sum, v) => sum + v * v, 0))
const largest = (x: ArrayLike<number>): number => Array.from(x).reduce((a, b) => Math.max(a, Math.abs(b)), 1e-12)

/** The sampled entries against the tensor's own scale, and the norm over all of it. */
function expectSampled(actual: Float32Array, wanted: Sampled, tolerance: number, name: string): void {
  expect(actual.length, name).toBe(wanted.shape.reduce((a, b) => a * b, 1))
  const scale = largest(actual)
  wanted.at.forEach((at, i) => expect(Math.abs(actual[at]! - wanted.values[i]!) / scale, `${name}[${at}]`).toBeLessThan(tolerance))
  expect(Math.abs(norm(actual) - wanted.norm) / wanted.norm, `norm of ${name}`).toBeLessThan(tolerance)
}

function expectLogits(actual: Float32Array, wanted: readonly number[]): void {
  const scale = largest(wanted)
  expect(actual.length).toBe(wanted.length)
  expect(largest(actual.map((v, i) => v - wanted[i]!)) / scale).toBeLessThan(forward)
}

describe('the sample model agrees with transformers', () => {
  const pictures = mkdtempSync(join(tmpdir(), 'mmedit-golden-'))
  let opened: OpenedModel

  beforeAll(async () => {
    const ids = new Set(golden.records.map(r => r.image.replace(/\.png$/, '')))
    const all = JSON.parse(readFileSync(resolve(root, 'resources/sample-study/pictures.json'), 'utf8')) as { pictures: { id: string }[] }
    writeFileSync(join(pictures, 'list.json'), JSON.stringify({ pictures: all.pictures.filter(p => ids.has(p.id)) }))
    execFileSync(process.execPath, ['--import', 'tsx', resolve(root, 'scripts/sample-study/draw-pictures.ts'), pictures, join(pictures, 'list.json')], { cwd: root })
    opened = await openModelParts(resolve(root, 'resources/sample-study/model'), {
      provider: { provider: 'cpu', device: 'cpu', reason: 'The values were computed on a CPU.', tests: [] },
      isCut: () => true,
    })
  }, 120_000)

  afterAll(async () => {
    await opened.model.dispose()
    rmSync(pictures, { recursive: true })
  })

  const questionOf = ({ prompt, image }: Golden['records'][number]) => ({ prompt, form: 'plain' as const, image: join(pictures, image) })

  it.each(golden.records)('$prompt ($image): picture, hidden states, logits, text', async (record) => {
    const { parts, model } = opened
    expect(existsSync(join(pictures, record.image))).toBe(true)
    const asked = encodeQuestion(parts, questionOf(record), record.target.trim())
    const { imageToken = -1 } = parts.layout
    expect([...Array<number>(asked.slots).fill(imageToken), ...asked.ids]).toEqual([...record.inputIds, ...record.targetIds])
    expect(asked.expected).toEqual(record.targetIds)

    const seen = await lookAt(parts, questionOf(record).image, none)
    const pixels = floatsOf(seen.pixels!.value)
    record.pixelValues.at.forEach((at, i) => expect(Math.abs(pixels[at]! - record.pixelValues.values[i]!)).toBeLessThan(oneStep * 1.01))
    expectSampled(floatsOf(seen.vision!.value), record.vision, forward, 'vision')
    expectSampled(floatsOf(seen.query!.value), record.queries, forward, 'queries')

    const pass = await readAll(parts, none, seen.features, asked.ids.slice(0, record.inputIds.length - asked.slots))
    for (let i = 1; i < parts.layout.textLayers; i++) {
      const own = norm(floatsOf(pass.values[`hidden.${i}`]!.value))
      expect(Math.abs(own - record.hiddenNorms[i]!) / own, `hidden states after layer ${i}`).toBeLessThan(forward)
    }
    expectLogits(pass.logits.subarray(-parts.layout.vocabulary), record.lastLogits)

    const { generated } = await model.answer(questionOf(record), record.target.trim(), { maxTokens: 16 })
    expect(generated.tokens).toEqual(record.generatedIds.filter(id => !parts.layout.endTokens.includes(id)))
    expect(generated.text).toBe(record.generated.trim())
  })

  it.each(golden.records)('$prompt ($image): loss and gradients', async (record) => {
    const { model } = opened
    const problem = await model.problem([{ question: questionOf(record), expected: record.target.trim() }], Object.keys(record.gradients))
    const dWeights = gradients(problem.loss, problem.weights.map(w => w.leaf))
    const results = await model.runtime.run({ loss: problem.loss, ...Object.fromEntries(problem.weights.map((w, i) => [`d ${w.name}`, dWeights[i]!])) }, toFeeds(problem.feeds[0]!))
    expect(Number(results.loss!.data[0])).toBeCloseTo(record.loss, 3)
    for (const [name, wanted] of Object.entries(record.gradients))
      expectSampled(floatsOf(results[`d ${name}`]!), wanted, backward, name)
  })

  it('answers a fact without a picture', async () => {
    const { parts } = opened
    const { ids } = encodeQuestion(parts, { prompt: golden.text.prompt, form: 'plain' }, '')
    expect(ids).toEqual(golden.text.inputIds)
    const { logits } = await readAll(parts, none, undefined, ids)
    expectLogits(logits.subarray(-parts.layout.vocabulary), golden.text.lastLogits)
  })
})
