// Causal traces of the tiny BLIP-2: against transformers with forward hooks, and what must hold of every trace.
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createRandom } from '../../../src/main/base/random.ts'
import type { Model, Question, WeightOverlay } from '../../../src/main/models/model.ts'
import { openModelParts } from '../../../src/main/models/open-model.ts'
import type { OpenedModel } from '../../../src/main/models/open-model.ts'
import type { Parts } from '../../../src/main/models/ask.ts'
import { trace } from '../../../src/main/models/trace.ts'
import type { Corruption, TraceOptions, TracePart, TraceStep } from '../../../src/main/models/trace.ts'
import type { Groupings } from '../../../src/main/models/trace-groups.ts'
import { questionRows, visionGroups } from '../../../src/main/models/trace-groups.ts'
import { folderOf, imageOf } from './fixtures.ts'

interface Case {
  readonly image: string
  readonly form: Question['form']
  readonly prompt: string
  readonly answer: string
  readonly corrupt: Corruption
  readonly noise: number
  readonly samples: number
  readonly scaled: Readonly<Record<string, number>>
  readonly groups: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>
  readonly clean: number
  readonly corrupted: number
  readonly cells: readonly { readonly part: string, readonly layer: number, readonly group: string, readonly probability: number }[]
}
const cases = JSON.parse(readFileSync(resolve(import.meta.dirname, '../../fixtures/blip-2/trace.json'), 'utf8')) as Case[]

/** The formula of make-trace.py. */
const formula: TraceOptions['draw'] = (what, sample, count) =>
  Float32Array.from({ length: count }, (_, i) => Math.SQRT2 * Math.sin(0.7 * (i + 1) ** 2 + sample + (what === 'question' ? 100 : 0)))

const seeded = (seed: number): TraceOptions['draw'] => (what, sample, count) => {
  const random = createRandom(seed).fork(`${what} ${sample}`)
  return Float32Array.from({ length: count }, () => random.normal())
}

let opened: OpenedModel
let model: Model
beforeAll(async () => {
  opened = await openModelParts(folderOf('current'), { provider: { provider: 'cpu', device: 'cpu', reason: 'test', tests: [] } })
  model = opened.model
})
afterAll(() => model.dispose())

const questionOf = ({ prompt, form, image }: Case): Question => ({ prompt, form, image: imageOf(image) })

async function traced(of: Model, question: Question, expected: string, options: TraceOptions): Promise<{ begun: Extract<TraceStep, { kind: 'begun' }>, cells: Extract<TraceStep, { kind: 'cell' }>[] }> {
  const steps: TraceStep[] = []
  for await (const step of of.trace(question, expected, options))
    steps.push(step)
  const [begun, ...cells] = steps
  return { begun: begun as Extract<TraceStep, { kind: 'begun' }>, cells: cells as Extract<TraceStep, { kind: 'cell' }>[] }
}

async function withScaled(scaled: Case['scaled']): Promise<Model> {
  const overlay: WeightOverlay = new Map(await Promise.all(Object.entries(scaled).map(async ([name, factor]) => [name, (await model.readWeight(name)).map(v => v * factor)] as const)))
  return overlay.size === 0 ? model : model.withWeights(overlay)
}

/** The random model gives every answer a small probability, so differences are looked at relative to it. */
const near = (actual: number, wanted: number): void => {
  expect(Math.abs(actual - wanted) / wanted).toBeLessThan(1e-4)
}

describe('against transformers with forward hooks', () => {
  it.each(cases.map((one, i) => [i, one.corrupt, one] as const))('case %i, %s corrupted: every cell of every part', async (_i, corrupt, one) => {
    const { begun, cells } = await traced(await withScaled(one.scaled), questionOf(one), one.answer, { corrupt, noise: one.noise, samples: one.samples, draw: formula })
    near(begun.clean, one.clean)
    near(begun.corrupted, one.corrupted)
    expect(Object.fromEntries(begun.parts.map(({ part, groups }) => [part, Object.fromEntries(groups.map(({ id, rows }) => [id, rows]))]))).toEqual(one.groups)
    expect(cells).toHaveLength(one.cells.length)
    for (const wanted of one.cells) {
      const found = cells.find(cell => cell.part === wanted.part && cell.layer === wanted.layer && cell.group === wanted.group)
      near(found!.probability, wanted.probability)
    }
    // The fixture says something: its cells differ from each other by far more than what is allowed here.
    expect(new Set(one.cells.map(({ probability }) => (probability / one.corrupted).toFixed(2))).size).toBeGreaterThan(5)
  })
})

describe('what holds of every trace', () => {
  const [one] = cases as [Case]
  const options = (more: Partial<TraceOptions> = {}): TraceOptions => ({ corrupt: 'both', noise: 2, samples: 2, draw: seeded(1), ...more })

  it('is the same for the same seed and another for another', async () => {
    const first = await traced(model, questionOf(one), one.answer, options())
    expect(await traced(model, questionOf(one), one.answer, options())).toEqual(first)
    const other = await traced(model, questionOf(one), one.answer, options({ draw: seeded(2) }))
    expect(other.begun.corrupted).not.toBe(first.begun.corrupted)
    expect(other.begun.clean).toBe(first.begun.clean)
  })

  it('without noise everything is as likely as in the clean run', async () => {
    const { begun, cells } = await traced(model, questionOf(one), one.answer, options({ draw: (_what, _sample, count) => new Float32Array(count) }))
    expect(begun.corrupted).toBe(begun.clean)
    for (const { probability } of cells)
      expect(probability).toBe(begun.clean)
  })

  it('agrees with what answering says of the clean run', async () => {
    const { begun } = await traced(model, questionOf(one), one.answer, options())
    const { positions: { logits, rows, vocabulary }, expected } = await model.answer(questionOf(one), one.answer)
    let sum = 0
    for (let row = 0; row < rows; row++) {
      const values = [...logits.subarray(row * vocabulary, (row + 1) * vocabulary)]
      sum += values[expected[row]!]! - Math.log(values.reduce((all, v) => all + Math.exp(v), 0))
    }
    near(begun.clean, Math.exp(sum / rows))
  })

  it('putting back all of the last layer gives the clean run; putting back nothing, the corrupted one', async () => {
    // Groups of a part cover all of its rows exactly once, so together they are the whole state.
    const { begun } = await traced(model, questionOf(one), one.answer, options())
    for (const { groups } of begun.parts) {
      const rows = groups.filter(({ id }) => id !== 'patches' && id !== 'question').flatMap(group => group.rows)
      expect([...rows].sort((a, b) => a - b)).toEqual(rows.map((_, i) => i))
    }
    const whole = await restoreAll(opened.parts, options({ corrupt: 'picture' }))
    for (const { probability, part, layer } of whole.cells) {
      // A bridge looks at the picture again after its first layers.
      if (part !== 'bridge' || layer === 2)
        near(probability, whole.begun.clean)
    }
    expect(whole.cells.filter(({ part }) => part === 'bridge').map(({ probability }) => probability)[2]).not.toBeCloseTo(whole.begun.clean, 6)
  })

  it('stops within a layer', async () => {
    const stop = new AbortController()
    const run = (async () => {
      let cells = 0
      for await (const step of model.trace(questionOf(one), one.answer, options({ signal: stop.signal }))) {
        if (step.kind === 'cell' && ++cells === 3)
          stop.abort()
      }
    })()
    await expect(run).rejects.toThrow(/abort/i)
  })

  it('leaves answers as they are', async () => {
    const before = await model.answer(questionOf(one), one.answer)
    await traced(model, questionOf(one), one.answer, options({ samples: 1 }))
    expect((await model.answer(questionOf(one), one.answer)).positions.logits).toEqual(before.positions.logits)
  })

  it('says what it cannot do', async () => {
    await expect(traced(model, { prompt: 'what is this?', form: 'question' }, 'a cat', options({ corrupt: 'picture' }))).rejects.toThrow('has no picture')
    await expect(traced(model, questionOf(one), '', options())).rejects.toThrow('needs an answer')
    const { begun } = await traced(model, { prompt: 'the capital of France is', form: 'plain' }, 'Paris', options({ corrupt: 'question', samples: 1 }))
    expect(begun.parts.map(({ part }) => part)).toEqual(['language'])
  })
})

/** The same trace with every group made the whole state: what the cells say then is known. */
async function restoreAll(parts: Parts, options: TraceOptions) {
  const [one] = cases as [Case]
  const all = (tokens: number) => [{ id: 'all', label: 'All', rows: Array.from({ length: tokens }, (_, i) => i) }]
  const runtime = parts.openRuntime(40)
  try {
    const steps: TraceStep[] = []
    for await (const step of trace(parts, new Map(), runtime, questionOf(one), one.answer, options, { vision: (_place, tokens) => all(tokens), bridge: all, language: (_question, _asked, tokens) => all(tokens) } satisfies Groupings))
      steps.push(step)
    return { begun: steps[0] as Extract<TraceStep, { kind: 'begun' }>, cells: steps.slice(1) as Extract<TraceStep, { kind: 'cell' }>[] }
  }
  finally {
    await runtime.dispose()
  }
}

describe('groups of tokens', () => {
  it('the picture\'s: class token, all patches, the middle half in both directions, the rest', () => {
    const sizes = (rows: number, columns: number, tokens: number): number[] => visionGroups({ kind: 'patches', rows, columns }, tokens).map(group => group.rows.length)
    expect(sizes(16, 16, 257)).toEqual([1, 256, 64, 192])
    expect(sizes(3, 5, 15)).toEqual([15])
    expect(visionGroups({ kind: 'patches', rows: 4, columns: 4 }, 17)[2]!.rows).toEqual([6, 7, 10, 11])
  })

  it('the question\'s words, not the template', () => {
    const { ids, start } = opened.parts.tokenizer.encodeAnswered('Question: what is this? Short answer:', 'a dog')
    const rows = questionRows(opened.parts, { prompt: 'what is this?', form: 'question' }, { ids, slots: 0, first: start, expected: ids.slice(start) })
    expect(opened.parts.tokenizer.decode(rows.map(row => ids[row]!)).trim()).toBe('what is this?')
  })

  it('every group has a name of its own', async () => {
    const parts: TracePart[] = []
    for await (const step of model.trace(questionOf(cases[0]!), 'a red apple', { corrupt: 'both', noise: 1, samples: 1, draw: seeded(0) })) {
      if (step.kind === 'begun')
        parts.push(...step.parts)
    }
    for (const { groups } of parts)
      expect(new Set(groups.map(({ label }) => label)).size).toBe(groups.length)
  })
})
