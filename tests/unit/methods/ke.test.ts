// Knowledge Editor on the tiny BLIP-2: what training learns from, that it resumes to the bit, and what an edit changes.
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { EditRecord } from '../../../src/preload/contract/records.ts'
import { createJob } from '../../../src/main/base/job.ts'
import { ke } from '../../../src/main/methods/ke.ts'
import type { Memory, Trainer } from '../../../src/main/methods/method.ts'
import type { Answer, Example, Model, Scope, WeightOverlay } from '../../../src/main/models/model.ts'
import type { TensorFile } from '../../../src/main/models/tensor-file.ts'
import { conditionFeeds, conditionText } from '../../../src/main/training/ke-condition.ts'
import { warmUpAndDecay } from '../../../src/main/methods/ke-trainer.ts'
import { shapeOf } from '../../../src/main/methods/ke-edit.ts'
import { openTiny, question, reachableTarget, recordWith, resolveImage } from '../../conformance/tiny-model.ts'

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 })

const never = new AbortController().signal
const settings = { iterations: 8, warmup: 2, accumulate: 2, lstm: 4, condition: 6, hidden: 3, learningRate: 0.01, maxScale: 10, shrinkEvery: 4 }
let model: Model
let records: EditRecord[]
let memory: Memory

beforeAll(async () => {
  model = await openTiny()
  const target = await reachableTarget(model)
  records = [recordWith(target), { ...recordWith('red'), id: '00001', stated: 'grey' }, { ...recordWith('no'), id: '00002' }]
  memory = {
    records,
    question: probe => Promise.resolve({ prompt: probe.prompt, form: probe.form, ...(probe.image ? { image: resolveImage(probe.image) } : {}) }),
    baseAnswer: async (probe, signal) => model.answer(await memory.question(probe), probe.expected, signal ? { signal } : {}),
  }
})
afterAll(() => model?.dispose())

const start = (scope: Scope, more: object = {}, resume?: TensorFile): Promise<Trainer> => ke.training!.start(model, {
  config: { ...settings, ...more } as never,
  method: ke.config.parse({}),
  scope,
  job: createJob({ seed: 3 }),
  memory: { ...memory, records: records.slice(0, 2) },
  validation: { ...memory, records: records.slice(2) },
  ...(resume ? { resume } : {}),
})

async function steps(trainer: Trainer, count: number): Promise<Readonly<Record<string, number>>[]> {
  const losses = []
  for (let i = 0; i < count; i++)
    losses.push(await trainer.next(never))
  return losses
}

const bytes = ({ tensors }: TensorFile): Record<string, string> => Object.fromEntries([...tensors].map(([name, { data }]) => [name, Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64')]))

describe('training', () => {
  it('makes the edits likely, and validates without changing anything', async () => {
    const trainer = await start('text', { iterations: 40 })
    const before = await trainer.validate(never)
    expect(await trainer.validate(never)).toEqual(before)
    const losses = await steps(trainer, 40)
    expect(trainer.steps()).toBe(40)
    expect(losses.at(-1)!.edit! + losses.at(-2)!.edit!).toBeLessThan((losses[0]!.edit! + losses[1]!.edit!) / 2)
    // Validation leaves the multiplier out: it is the sum of the losses it shows.
    const { total, edit, rephrase, imageRephrase, locality } = await trainer.validate(never) as Record<string, number>
    expect(total).toBeCloseTo(edit! + rephrase! + imageRephrase! + locality!, 5)
  })

  it.each(['text', 'both'] as const)('of %s resumes to the same numbers, also between two updates', async (scope) => {
    const whole = await start(scope)
    const wanted = await steps(whole, 8)
    const first = await start(scope)
    const own = await steps(first, 3)
    const state = first.state()
    const second = await start(scope, {}, state)
    expect(second.steps()).toBe(3)
    expect([...own, ...await steps(second, 5)]).toEqual(wanted)
    expect(bytes(second.state())).toEqual(bytes(whole.state()))
    expect(second.state().metadata).toEqual(whole.state().metadata)
  })

  it('stops between steps with the reason, and goes on after it', async () => {
    const trainer = await start('text')
    await trainer.next(never)
    const before = bytes(trainer.state())
    await expect(trainer.next(AbortSignal.abort(new Error('Stopped.')))).rejects.toThrow('Stopped.')
    expect(bytes(trainer.state())).toEqual(before)
    expect(trainer.steps()).toBe(1)
  })

  it('can train a table of embeddings of its own, and be held by the size of the update', async () => {
    const trainer = await start('vision', { embeddings: 'trained', constraint: 'norm' })
    const table = trainer.editor().tensors.get('embeddings')!
    // The first update only opens the gates; the table learns from the second on.
    await steps(trainer, 2 * settings.accumulate)
    const trained = trainer.editor().tensors.get('embeddings')!
    const width = table.shape[1]!
    const changed = Array.from({ length: table.shape[0]! }, (_, row) => row).filter(row => table.data.subarray(row * width, (row + 1) * width).some((v, i) => v !== trained.data[row * width + i]))
    expect(changed.length).toBeGreaterThan(2)
    expect(changed.length).toBeLessThan(2 * 32)
  })

  it('warms up and decays', () => {
    expect([1, 2, 4, 8, 12].map(warmUpAndDecay(1, 4, 12))).toEqual([0.25, 0.5, 1, 0.625, 0.125])
  })
})

describe('the condition', () => {
  it('is the old answer, the new one and the question, both ways', async () => {
    const text = conditionText(' a cat ', { question, expected: 'a dog' })
    expect(text).toBe(`a cat >> a dog || ${question.prompt}`)
    const shape = { ...shapeOf((await start('text')).editor()), vocabulary: 10 }
    const feeds = await conditionFeeds(model, shape, text)
    const ids = Array.from(feeds.condition!.data, Number)
    const tokens = [...model.tokensOf(text)]
    const padding = new Array<number>(shape.tokens - tokens.length).fill(0)
    expect(ids).toEqual([...padding, ...tokens, ...padding, ...tokens.toReversed()])
    // In the model's table the same tokens are the same rows.
    const rows = await conditionFeeds(model, { ...shape, vocabulary: 0 }, text)
    const { values } = await model.embeddingsOf(tokens)
    expect(Array.from((rows.condition!.data as Float32Array).subarray(padding.length * shape.embedding, shape.tokens * shape.embedding))).toEqual([...values])
  })

  it('loses its end when it is too long', async () => {
    const shape = shapeOf((await start('text', { tokens: 4 })).editor())
    expect((await conditionFeeds(model, shape, 'one two three four five six seven eight'))['condition mask']!.data).toEqual(Float32Array.of(1, 1, 1, 1))
  })
})

describe('an edit', () => {
  const editors = new Map<Scope, TensorFile>()
  let examples: Example[]
  beforeAll(async () => {
    for (const scope of ['text', 'vision', 'both'] as const) {
      const trainer = await start(scope)
      // One update: before it, an editor changes nothing.
      await steps(trainer, settings.accumulate)
      editors.set(scope, trainer.editor())
    }
    examples = await Promise.all(records.slice(0, 2).map(async ({ edit }) => ({ question: await memory.question(edit), expected: edit.expected })))
  })
  const edit = (scope: Scope, which: readonly Example[], more: object = {}) => ke.edit(model, which, { config: {}, scope, job: createJob(), memory, editor: editors.get(scope)!, ...more })
  const logits = (answer: Answer): Float32Array => answer.positions.logits
  const changesOf = async (overlay: WeightOverlay): Promise<Map<string, number[]>> =>
    new Map(await Promise.all([...overlay].map(async ([name, values]) => [name, Array.from(await model.readWeight(name), (v, i) => values[i]! - v)] as const)))

  it.each(['text', 'vision', 'both'] as const)('of %s changes its matrices only, is deterministic and undone by dropping it', async (scope) => {
    const before = await model.answer(question, 'red')
    const one = await edit(scope, [examples[0]!])
    const again = await edit(scope, [examples[0]!])
    expect([...one.overlay]).toEqual([...again.overlay])
    expect([...one.overlay.keys()]).toEqual(shapeOf(editors.get(scope)!).weights.map(({ name }) => name))
    for (const [name, change] of await changesOf(one.overlay))
      expect(change.some(v => v !== 0), name).toBe(true)
    expect(logits(await one.model.answer(question, 'red'))).not.toEqual(logits(before))
    expect(logits(await model.answer(question, 'red'))).toEqual(logits(before))
    const modules = new Set(model.weights.filter(({ name }) => one.overlay.has(name)).map(({ module }) => module))
    expect([...modules].sort()).toEqual(scope === 'both' ? ['text', 'vision'] : [scope])
  })

  it('by an untrained editor changes nothing', async () => {
    const { overlay } = await edit('text', [examples[0]!], { editor: (await start('text')).editor() })
    for (const [name, change] of await changesOf(overlay))
      expect(change.every(v => v === 0), name).toBe(true)
  })

  it('of several records adds what each would get alone', async () => {
    const [first, second, together] = await Promise.all([[examples[0]!], [examples[1]!], examples].map(async which => changesOf((await edit('text', which)).overlay)))
    for (const [name, sum] of together!)
      sum.forEach((v, i) => expect(v).toBeCloseTo(first!.get(name)![i]! + second!.get(name)![i]!, 5))
  })

  it('on top of another gates the gradient at the weights as they are', async () => {
    const first = await edit('text', [examples[0]!])
    const chained = await edit('text', [examples[1]!], { previous: first })
    const alone = await edit('text', [examples[1]!])
    const [a, b, c] = await Promise.all([first, alone, chained].map(({ overlay }) => changesOf(overlay)))
    const name = [...c!.keys()][0]!
    const sum = a!.get(name)!.map((v, i) => v + b!.get(name)![i]!)
    const rest = (c!.get(name)!).map((v, i) => v - sum[i]!)
    expect(Math.max(...rest.map(Math.abs))).toBeGreaterThan(0)
    expect(chained.losses).not.toEqual(alone.losses)
  })

  it('is refused in one sentence without an editor, with another one, and with one for other matrices', async () => {
    await expect(edit('text', examples, { editor: undefined })).rejects.toThrow('needs a trained editor')
    await expect(edit('text', examples, { editor: { tensors: new Map(), metadata: {} } })).rejects.toThrow('does not say what network it is')
    await expect(edit('text', examples, { editor: editors.get('vision') })).rejects.toThrow('The editor was trained for')
    await expect(edit('text', examples, { config: { textLayers: 1 } })).rejects.toThrow('Choose an editor of this scope and these layers')
    await expect(edit('text', examples, { job: createJob({ signal: AbortSignal.abort(new Error('Stopped.')) }) })).rejects.toThrow('Stopped.')
  })

  it('supports every part that has matrices', () => {
    for (const scope of ['text', 'vision', 'both'] as const)
      expect(ke.supports(model, scope, {})).toBe(true)
    expect(ke.supports({ ...model, weights: model.weights.filter(({ module }) => module === 'text') }, 'both', {})).toContain('vision module')
    expect(ke.supports(model, 'vision', { visionLayers: 0, projection: false })).toContain('with these settings')
  })
})
