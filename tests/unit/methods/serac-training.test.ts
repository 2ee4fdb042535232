// Training SERAC on the tiny checkpoint: it learns, can be stopped and resumed to the same numbers, and leaves the base model alone.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createJob } from '../../../src/main/base/job.ts'
import type { Memory, Trainer } from '../../../src/main/methods/method.ts'
import { teacherForced } from '../../../src/main/metrics/masked-accuracy.ts'
import { names } from '../../../src/main/methods/serac-network.ts'
import { serac } from '../../../src/main/methods/serac.ts'
import type { Model, Question } from '../../../src/main/models/model.ts'
import type { TensorFile } from '../../../src/main/models/tensor-file.ts'
import { openModel } from '../../../src/main/models/open-model.ts'
import type { EditRecord, Probe } from '../../../src/preload/contract/records.ts'
import { folderOf, imageOf } from '../models/fixtures.ts'

const probe = (prompt: string, expected: string, picture?: string): Probe =>
  ({ prompt, form: 'question', expected, ...(picture ? { image: { root: 'main', path: picture } } : {}) })
const record = (index: number, picture: string, prompt: string, target: string, other: string): EditRecord => ({
  id: String(index),
  index,
  task: 'e-vqa',
  edit: probe(prompt, target, picture),
  stated: '',
  probes: {
    textRephrase: [probe('Which is it?', target, picture)],
    imageRephrase: [probe(prompt, target, 'alpha.png')],
    unrelatedText: [probe('Rome is', 'a city')],
    unrelatedImage: [probe('Red?', 'no', other)],
  },
})
const records = [record(0, 'scene.png', 'What is it?', 'grey', 'grey.png'), record(1, 'grey.png', 'What is it?', 'no', 'scene.png'), record(2, 'scene.png', 'What?', 'a', 'grey.png')]

let model: Model
let memory: Memory
beforeAll(async () => {
  model = await openModel(folderOf('current'), { provider: { provider: 'cpu', device: 'cpu', reason: 'test', tests: [] } })
  const question = ({ prompt, form, image }: Probe): Question => ({ prompt, form, ...(image ? { image: imageOf(image.path) } : {}) })
  memory = { records, question: p => Promise.resolve(question(p)), baseAnswer: p => model.answer(question(p), p.expected) }
})
afterAll(() => model.dispose())

const never = new AbortController().signal
const start = (settings: object = {}, { method = {}, resume, seed = 3 }: { method?: object, resume?: TensorFile, seed?: number } = {}): Promise<Trainer> =>
  serac.training!.start(model, { config: serac.training!.config.parse({ learningRate: 3e-3, scopeRecords: 3, ...settings }), method, scope: 'text', job: createJob({ seed }), memory, validation: memory, ...(resume ? { resume } : {}) })

const hexOf = ({ tensors, metadata }: TensorFile): unknown => [[...tensors].map(([name, { shape, data }]) => [name, shape, Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('hex')]), metadata]

describe('training', () => {
  it('makes the mixture answer the edit and leave other questions alone', async () => {
    const before = await model.answer({ prompt: 'What?', form: 'plain' }, 'a')
    const trainer = await start()
    const first = await trainer.validate(never)
    for (let i = 0; i < 60; i++)
      await trainer.next(never)
    const last = await trainer.validate(never)
    expect(trainer.steps()).toBe(60)
    for (const name of ['total', 'edit', 'imageEdit', 'questions', 'pictures'])
      expect(last[name]!, name).toBeLessThan(first[name]!)
    expect(last.editScore!).toBeGreaterThan(0.5)
    expect(last.textLocalityScore!).toBeLessThan(0.1)

    const { question, expected } = { question: { prompt: 'Which is it?', form: 'question' as const, image: imageOf('scene.png') }, expected: 'grey' }
    const edit = await serac.edit(model, [{ question: { ...question, prompt: 'What is it?' }, expected }], { config: {}, scope: 'text', job: createJob(), memory, editor: trainer.editor() })
    expect(teacherForced(await edit.model.answer(question, expected))!.nll).toBeLessThan(teacherForced(await model.answer(question, expected))!.nll / 2)
    // Trained and kept: another projection than the model's own, the same in every edit.
    const projection = trainer.editor().tensors.get(names.ofWeight('language_projection.weight'))!.data
    expect([...projection]).not.toEqual([...await model.readWeight('language_projection.weight')])
    expect([...(await model.answer({ prompt: 'What?', form: 'plain' }, 'a')).positions.logits]).toEqual([...before.positions.logits])
  })

  it('reports a total that is the sum of its parts times their shares', async () => {
    const trainer = await start({ editShare: 0.2, imageEditShare: 0.3, localityShare: 0.7, scopeShare: 0.4, ownShare: 0.5 })
    const l = await trainer.validate(never)
    expect(l.total!).toBeCloseTo(0.2 * l.edit! + 0.3 * l.imageEdit! + 0.5 * l.own! + 0.7 * (l.textLocality! + l.imageLocality!) + 0.4 * (l.questions! + l.pictures!), 4)
    const n = await trainer.next(never)
    expect(n.total!).toBeCloseTo(0.2 * n.edit! + 0.3 * n.imageEdit! + 0.5 * n.own! + 0.7 * (n.textLocality! + n.imageLocality!) + 0.4 * (n.questions! + n.pictures!), 4)
  })

  it('lets pictures count in the mixture when the method does', async () => {
    const seen = async (method: object): Promise<number> => (await (await start({}, { method })).validate(never)).imageEditScore!
    expect(await seen({})).toBe(1)
    expect(await seen({ imageScope: true })).toBeLessThan(0.999)
  })

  it('as the reference: a fixed scale, no pictures in scope, no divergence on unrelated pictures', async () => {
    const trainer = await start({}, { method: { compatibility: 'easyedit' } })
    expect(Object.keys(await trainer.next(never))).toEqual(['total', 'edit', 'editScore', 'imageEdit', 'imageEditScore', 'textLocality', 'textLocalityScore'])
    const { tensors, metadata } = trainer.editor()
    expect([...tensors.keys()].filter(name => name.startsWith('scope.'))).toEqual([names.text])
    expect(metadata.compatibility).toBe('easyedit')
  })
})

describe('stopping', () => {
  it('goes on from its state to the same numbers', async () => {
    const whole = await start()
    const losses = []
    for (let i = 0; i < 6; i++)
      losses.push(await whole.next(never))
    const half = await start()
    for (let i = 0; i < 3; i++)
      await half.next(never)
    const rest = await start({}, { resume: half.state() })
    expect(rest.steps()).toBe(3)
    for (let i = 3; i < 6; i++)
      expect(await rest.next(never)).toEqual(losses[i])
    expect(hexOf(rest.state())).toEqual(hexOf(whole.state()))
    expect(hexOf((await start({}, { seed: 4 })).state())).not.toEqual(hexOf((await start()).state()))
  })

  it('changes nothing when stopped before a step, or by validating', async () => {
    const trainer = await start()
    await trainer.next(never)
    const state = hexOf(trainer.state())
    const stop = new AbortController()
    stop.abort(new Error('stopped'))
    await expect(trainer.next(stop.signal)).rejects.toThrow('stopped')
    await expect(trainer.validate(stop.signal)).rejects.toThrow('stopped')
    await trainer.validate(never)
    expect(hexOf(trainer.state())).toEqual(state)
  })

  it('says when records teach nothing', async () => {
    const bare = { ...memory, records: records.map(r => ({ ...r, probes: {} })) }
    await expect(serac.training!.start(model, { config: serac.training!.config.parse({}), method: {}, scope: 'text', job: createJob(), memory: bare, validation: memory }))
      .rejects.toThrow('No train record has an unrelated question')
  })
})
