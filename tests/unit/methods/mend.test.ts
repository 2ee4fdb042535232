// MEND on the tiny BLIP-2: which matrices, what a training remembers, and edits of several examples, on top of each other, or refused.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createJob } from '../../../src/main/base/job.ts'
import { mend } from '../../../src/main/methods/mend.ts'
import type { Edit, Memory, Trainer } from '../../../src/main/methods/method.ts'
import { teacherForced } from '../../../src/main/metrics/masked-accuracy.ts'
import type { Example, Model, Scope } from '../../../src/main/models/model.ts'
import type { TensorFile } from '../../../src/main/models/tensor-file.ts'
import { openTiny, question, recordWith, resolveImage } from '../../conformance/tiny-model.ts'
import { relativeDifference } from '../models/fixtures.ts'
import { noMemory } from './linear-model.ts'

let model: Model
beforeAll(async () => {
  model = await openTiny()
})
afterAll(() => model.dispose())

const signal = new AbortController().signal
const memory: Memory = {
  records: ['cat', 'dog', 'tree'].map((target, index) => ({ ...recordWith(target), id: String(index), index })),
  question: ({ prompt, form, image }) => Promise.resolve({ prompt, form, ...(image ? { image: resolveImage(image) } : {}) }),
  baseAnswer: () => Promise.reject(new Error('Not asked.')),
}
const settings = { rank: 2, learningRate: 1e-3, rateLearningRate: 1e-3, editRate: -1e-3, accumulate: 2 }

interface Start { readonly scope?: Scope, readonly resume?: TensorFile, readonly seed?: number, readonly method?: object }
const start = ({ scope = 'text', resume, seed = 3, method = {} }: Start = {}): Promise<Trainer> => mend.training!.start(model, {
  config: mend.training!.config.parse(settings),
  method,
  scope,
  job: createJob({ seed }),
  memory,
  validation: { ...memory, records: memory.records.slice(0, 1) },
  ...(resume ? { resume } : {}),
})
async function steps(trainer: Trainer, count: number): Promise<number[]> {
  const totals: number[] = []
  for (let i = 0; i < count; i++)
    totals.push((await trainer.next(signal)).total!)
  return totals
}
const trained = async (scope: Scope): Promise<TensorFile> => {
  const trainer = await start({ scope })
  await steps(trainer, 2)
  return trainer.editor()
}
const edit = (examples: readonly Example[], editor: TensorFile, scope: Scope = 'text', previous?: Edit): Promise<Edit> =>
  mend.edit(model, examples, { config: {}, scope, job: createJob(), memory: noMemory, editor, ...(previous ? { previous } : {}) })
const example: Example = { question, expected: 'cat' }

describe('a training', () => {
  it('goes on bit for bit where it was stopped, between the gradients of one step too, statistics included', async () => {
    const whole = await start()
    const losses = await steps(whole, 5)
    const first = await start()
    await steps(first, 3)
    const resumed = await start({ resume: first.state() })
    expect(resumed.steps()).toBe(3)
    expect(await steps(resumed, 2)).toEqual(losses.slice(3))
    expect(resumed.state()).toEqual(whole.state())
    expect(resumed.editor()).toEqual(whole.editor())
  })

  it('depends on the seed, and validation changes nothing', async () => {
    const [one, other] = [await start({ seed: 1 }), await start({ seed: 2 })]
    const before = one.state()
    const validated = await one.validate(signal)
    expect(validated.total).toBeGreaterThan(0)
    expect(one.state()).toEqual(before)
    const network = (trainer: Trainer): number[] => [...trainer.editor().tensors.get('mend.(32, 64).mlp.layers.0.v')!.data]
    expect(network(await start({ seed: 1 }))).toEqual(network(one))
    expect(network(other)).not.toEqual(network(one))
    expect(Object.keys(validated).sort()).toEqual(['edit', 'imageRephrase', 'textRephrase', 'total', 'unrelatedImage', 'unrelatedText'])
  })

  it('rejects with the signal\'s reason, and then nothing has changed', async () => {
    const trainer = await start()
    await steps(trainer, 1)
    const before = trainer.state()
    await expect(trainer.next(AbortSignal.abort(new Error('Stopped by hand.')))).rejects.toThrow('Stopped by hand.')
    expect(trainer.state()).toEqual(before)
  })

  it('of the vision module leaves out the question without a picture, which it cannot change', async () => {
    const trainer = await start({ scope: 'vision' })
    expect(Object.keys(await trainer.next(signal)).sort()).toEqual(['edit', 'imageRephrase', 'textRephrase', 'total', 'unrelatedImage'])
  })

  it('for EasyEdit keeps the last editor and forgets its statistics when resumed', async () => {
    const trainer = await start()
    await steps(trainer, 2)
    const method = { compatibility: 'easyedit' }
    expect(trainer.keeps).toBe('best')
    expect((await start({ method })).keeps).toBe('last')
    const rows = (file: TensorFile): number => file.tensors.get('mend.(32, 64).k')!.data[0]!
    expect(rows(trainer.state())).toBeGreaterThan(0)
    expect(rows((await start({ resume: trainer.state() })).state())).toBe(rows(trainer.state()))
    expect(rows((await start({ resume: trainer.state(), method })).state())).toBe(0)
  })
})

describe('an edit', () => {
  let editor: TensorFile
  beforeAll(async () => {
    editor = await trained('text')
  })
  const change = async (name: string, { overlay }: Edit): Promise<Float32Array> => {
    const before = await model.readWeight(name)
    return overlay.get(name)!.map((w, i) => w - before[i]!)
  }

  it('changes the feed-forward matrices, in one step whose loss is the answer\'s before', async () => {
    const made = await edit([example], editor)
    expect([...made.overlay.keys()].every(name => /layers\.\d\.fc[12]\.weight$/.test(name))).toBe(true)
    expect(made.overlay.size).toBe(6)
    expect(made.losses[0]).toBeCloseTo(teacherForced(await model.answer(question, 'cat'))!.nll, 4)
  })

  it('of the same example twice is twice the edit: rows add up', async () => {
    const [once, twice] = [await edit([example], editor), await edit([example, example], editor)]
    for (const name of once.overlay.keys())
      expect(relativeDifference(await change(name, twice), (await change(name, once)).map(v => 2 * v)), name).toBeLessThan(1e-3)
  })

  it('on top of an edit starts from the weights that it left', async () => {
    const first = await edit([example], editor)
    const second = await edit([{ question, expected: 'dog' }], editor, 'text', first)
    expect(second.losses[0]).toBeCloseTo(teacherForced(await first.model.answer(question, 'dog'))!.nll, 4)
    expect(second.losses[0]).not.toBeCloseTo(teacherForced(await model.answer(question, 'dog'))!.nll, 4)
  })

  it('of the vision module changes the Q-Former\'s output and the projection, and needs a picture', async () => {
    const vision = await trained('vision')
    expect([...(await edit([example], vision, 'vision')).overlay.keys()]).toEqual([
      'qformer.encoder.layer.1.output_query.dense.weight',
      'qformer.encoder.layer.2.output_query.dense.weight',
      'language_projection.weight',
    ])
    await expect(edit([{ question: { prompt: 'What is it?', form: 'question' }, expected: 'cat' }], vision, 'vision')).rejects.toThrow('The example has no picture')
  })

  it('of both modules leaves the vision module\'s bits alone where there is no picture', async () => {
    const both = await trained('both')
    expect((await edit([example], both, 'both')).overlay.size).toBe(9)
    expect((await edit([{ question: { prompt: 'What is it?', form: 'question' }, expected: 'cat' }], both, 'both')).overlay.size).toBe(6)
  })

  it('says when the editor was trained for something else', async () => {
    await expect(edit([example], editor, 'vision')).rejects.toThrow('Train an editor for this scope and these settings.')
    const narrow = { ...editor, tensors: new Map([...editor.tensors].filter(([name]) => !name.endsWith('.bias'))) }
    await expect(edit([example], narrow)).rejects.toThrow('The editor has no \'mend.(32, 64).mlp.layers.0.bias\'')
  })
})

describe('support', () => {
  const config = mend.config.parse({})
  it('is for every scope of a BLIP-2', () => {
    expect((['text', 'vision', 'both'] as const).map(scope => mend.supports(model, scope, config))).toEqual([true, true, true])
  })

  it('names what a model lacks', () => {
    const weights = model.weights.filter(({ role }) => role !== 'language-ffn')
    expect(mend.supports({ info: model.info, weights }, 'text', config)).toContain('has no matrices in its text module that MEND edits')
    expect(mend.supports({ info: model.info, weights }, 'both', config)).toContain('cannot have the scope \'both\'')
    expect(mend.supports({ info: model.info, weights }, 'vision', config)).toBe(true)
  })
})
