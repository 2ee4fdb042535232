// Edits on top of edits, in the tiny checkpoint: the numbers of a stream, of the same edits in another order, and the way back, bit for bit.
import { resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createKeptEdits } from '../../../src/main/jobs/engine-edits.ts'
import type { EditRecipe, KeptEdits } from '../../../src/main/jobs/engine-edits.ts'
import { createRecordImages } from '../../../src/main/jobs/engine-images.ts'
import { createVersions } from '../../../src/main/jobs/engine-versions.ts'
import type { Versions } from '../../../src/main/jobs/engine-versions.ts'
import type { Answer, Model } from '../../../src/main/models/model.ts'
import { createBaseAnswers } from '../../../src/main/runs/base-answers.ts'
import { makeEdit } from '../../../src/main/runs/edit-record.ts'
import type { EditTask } from '../../../src/main/runs/edit-record.ts'
import { executeRun } from '../../../src/main/runs/execute.ts'
import { jobFor } from '../../../src/main/runs/execution.ts'
import { preparePlan } from '../../../src/main/runs/plan.ts'
import type { EditId } from '../../../src/preload/contract/identifiers.ts'
import type { LabEvent } from '../../../src/preload/contract/lab.ts'
import type { EditRecord } from '../../../src/preload/contract/records.ts'
import type { RecordResult, RetentionCell, Scores } from '../../../src/preload/contract/runs.ts'
import { isBitEqual, openTiny, question, reachableTarget, recordWith, sameAnswer } from '../../conformance/tiny-model.ts'

const imageRoots = { main: resolve(import.meta.dirname, '../../fixtures/blip-2/images') }
const quiet = new AbortController().signal
/** Random start values, so that seeds have to be the same, too. */
const lora = { id: 'fine-tune', config: { steps: 6, parametrisation: 'lora', learningRate: 0.01, stopWhenEdited: false } }

let model: Model
let first: EditRecord
let second: EditRecord

beforeAll(async () => {
  model = await openTiny()
  const target = await reachableTarget(model)
  first = recordWith(target)
  second = { ...recordWith(target), id: '00001', index: 1, edit: { ...first.edit, prompt: 'Which colour is it?', image: { root: 'main', path: 'grey.png' } } }
})
afterAll(() => model.dispose())

async function taskOf({ method, scope, seed, dataset }: Pick<EditRecipe, 'method' | 'scope' | 'seed' | 'dataset'>) {
  const images = createRecordImages(imageRoots)
  await images.prepare(first)
  await images.prepare(second)
  const plan = preparePlan({ method, scope, metrics: [], seed })
  const memory = { records: [], question: () => Promise.reject(new Error('none')), baseAnswer: () => Promise.reject(new Error('none')) }
  const task: EditTask = {
    model, method: plan.method, config: plan.config, scope: plan.scope, metrics: plan.metrics, memory, resolveImage: images.resolve, asksAll: true,
    base: createBaseAnswers({ model, fingerprint: 'tiny', dataset, resolveImage: images.resolve }),
  }
  return { task, images }
}

interface Bench { readonly versions: Versions, readonly edits: KeptEdits, readonly edit: (id: string, record: EditRecord, more?: Partial<EditRecipe>) => Promise<LabEvent[]>, readonly logits: (id: string) => Promise<Answer> }

function bench(edits: KeptEdits = createKeptEdits()): Bench {
  const versions = createVersions(edits, () => model, taskOf)
  return {
    versions,
    edits,
    async edit(id, record, more = {}) {
      const events: LabEvent[] = []
      await versions.edit({ kind: 'edit', edit: id as EditId, record, method: lora, scope: 'text', seed: 3, dataset: 'tiny' as never, imageRoots, ...more }, event => events.push(event), quiet)
      return events
    },
    logits: async id => (await versions.get(id as EditId, quiet)).edit.model.answer(question, first.edit.expected),
  }
}

const onto = (id: string): Partial<EditRecipe> => ({ onto: id as EditId })
const scoresOf = (events: readonly LabEvent[]): Scores | undefined => events.flatMap(event => event.kind === 'scored' ? [event.scores] : [])[0]

describe('an edit on top of an edit', () => {
  it('scores as the same two edits of a sequential run, and asks the first one again', async () => {
    const { edit } = bench()
    const one = await edit('a', first)
    const two = await edit('b', second, onto('a'))
    const results: RecordResult[] = []
    const cells: RetentionCell[] = []
    const { task } = await taskOf({ method: lora, scope: 'text', seed: 3, dataset: 'tiny' as never })
    await executeRun({ ...task, seed: 3, protocol: 'sequential', group: 2, records: [first, second], onResult: result => void results.push(result), onRetention: cell => void cells.push(cell) })
    expect([one, two].map(scoresOf)).toEqual(results.map(({ scores }) => scores))
    const retained = two.flatMap(event => event.kind === 'retained' ? [event] : [])
    expect(retained.map(({ edit: id, record }) => [id, record])).toEqual([['a', '00000']])
    expect(Number(retained[0]?.answer.match?.forced)).toBe(cells.find(cell => cell.edit === 0)?.scores.reliability?.strict)
    // The loss of each step, too.
    expect(two.flatMap(event => event.kind === 'step' ? [...event.earlier ?? [], event.loss] : [])).toEqual(results[1]?.losses)
    expect(one.some(event => event.kind === 'retained')).toBe(false)
  })

  it('shows what the version underneath said, beside the unedited model', async () => {
    const { edit } = bench()
    const after = (await edit('a', first)).flatMap(event => event.kind === 'after' && event.probe.kind === 'unrelatedText' ? [event.answer] : [])
    const before = (await edit('b', second, onto('a'))).flatMap(event => event.kind === 'before' && event.probe.kind === 'unrelatedText' ? [event] : [])
    const pristine = await model.answer({ prompt: 'What is the capital of Italy?', form: 'plain' }, 'Rome')
    expect(before[0]?.answer.text).toBe(pristine.generated.text)
    // Both records share this probe, so the answer before the second edit is the one after the first.
    expect(before[0]?.under).toEqual(after[0])
  })

  it('is undone bit for bit: the version underneath and the unedited model answer as before', async () => {
    const { edit, edits, logits } = bench()
    const pristine = await model.answer(question, first.edit.expected)
    await edit('a', first)
    const under = await logits('a')
    await edit('b', second, onto('a'))
    expect(sameAnswer(await logits('b'), under)).toBe(false)
    expect(edits.drop('b' as EditId)).toBe(true)
    expect(sameAnswer(await logits('a'), under)).toBe(true)
    expect(edits.drop('a' as EditId)).toBe(true)
    expect(sameAnswer(await model.answer(question, first.edit.expected), pristine)).toBe(true)
    await expect(logits('a')).rejects.toThrow('not kept any more')
    expect(edits.drop('a' as EditId)).toBe(false)
  })

  it('in another order is what that order gives from scratch', async () => {
    const here = bench()
    await here.edit('a', first)
    await here.edit('ab', second, onto('a'))
    await here.edit('b', second)
    const ba = await here.edit('ba', first, onto('b'))
    const fresh = bench()
    await fresh.edit('x', second)
    const again = await fresh.edit('y', first, onto('x'))
    expect(scoresOf(ba)).toEqual(scoresOf(again))
    expect(sameAnswer(await here.logits('ba'), await fresh.logits('y'))).toBe(true)
    expect(sameAnswer(await here.logits('ab'), await here.logits('ba'))).toBe(false)
  })

  it('is made again when it was forgotten, the same to the last bit, also when one underneath was undone', async () => {
    const { edit, edits, logits } = bench(createKeptEdits({ edits: 1, bytes: Infinity }))
    await edit('a', first)
    await edit('b', second, onto('a'))
    const answer = await logits('b')
    await edit('c', first)
    expect(edits.has('a' as EditId) || edits.has('b' as EditId)).toBe(false)
    edits.drop('a' as EditId)
    await expect(logits('a')).rejects.toThrow('not kept any more')
    expect(sameAnswer(await logits('b'), answer)).toBe(true)
    const events = await edit('d', first, onto('b'))
    expect(events.filter(({ kind }) => kind === 'replaying')).toEqual([])
    await edit('e', first)
    const replayed = await edit('f', first, onto('b'))
    expect(replayed.find(({ kind }) => kind === 'replaying')).toEqual({ kind: 'replaying', edits: 2 })
    expect(scoresOf(replayed)).toEqual(scoresOf(events))
  })
})

describe('what stands on what', () => {
  const ike = { id: 'ike', config: { k: 0 } }
  const grace = (layersAfter: number) => ({ id: 'grace', config: { steps: 2, layersAfter, radius: 1e-3 } })

  it('lets a method that answers in front of the model stand on changed weights, and go on by itself', async () => {
    const { edit, versions } = bench()
    await edit('a', first)
    await edit('b', second, { ...onto('a'), method: grace(0) })
    const { ground, edit: made } = await versions.get('b' as EditId, quiet)
    expect([...ground.keys()]).toEqual([...(await versions.get('a' as EditId, quiet)).edit.overlay.keys()])
    expect(made.overlay.size).toBe(0)
    // Outside every ball of the codebook answers what lies underneath, not the pristine model.
    const [far, expected] = [{ prompt: 'What is the capital of Italy?', form: 'plain' as const }, 'Rome']
    const under = (await versions.get('a' as EditId, quiet)).edit.model
    const answer = await made.model.answer(far, expected)
    expect(answer.routing?.taken).toBe(false)
    expect(sameAnswer(answer, await under.answer(far, expected))).toBe(true)
    expect(sameAnswer(answer, await model.answer(far, expected))).toBe(false)
    const events = await edit('c', first, { ...onto('b'), method: grace(0) })
    expect(events.flatMap(event => event.kind === 'retained' ? [event.edit] : [])).toEqual(['a', 'b'])
  })

  it('adds up the weights of different methods', async () => {
    const { edit, versions } = bench()
    await edit('a', first, { scope: 'vision' })
    await edit('b', second, { ...onto('a'), method: { id: 'fine-tune-l', config: { steps: 2 } } })
    const [a, b] = await Promise.all(['a', 'b'].map(async id => (await versions.get(id as EditId, quiet)).edit.overlay))
    for (const [name, values] of a!)
      expect(b!.get(name)).toBe(values)
    expect(b!.size).toBeGreaterThan(a!.size)
    // The second edit was made in the model as the first one left it.
    const { task } = await taskOf({ method: { id: 'fine-tune-l', config: { steps: 2 } }, scope: 'text', seed: 3, dataset: 'tiny' as never })
    const alone = await makeEdit({ ...task, model: model.withWeights(a!) }, [second], jobFor(3, second.id, quiet))
    for (const [name, values] of alone.edit.overlay)
      expect(isBitEqual(b!.get(name)!, values)).toBe(true)
  })

  it('refuses to change weights under a method that answers in front of them, in a sentence', async () => {
    const { edit } = bench()
    await edit('a', first, { method: ike })
    await expect(edit('b', second, onto('a'))).rejects.toThrow('IKE answers in front of the model')
    await expect(edit('b', second, { ...onto('a'), method: { id: 'ike', config: { k: 1 } } })).rejects.toThrow('made with other settings')
  })

  it('refuses a codebook with other settings', async () => {
    const { edit } = bench()
    await edit('a', first, { method: grace(0) })
    await edit('b', second, { ...onto('a'), method: grace(0) })
    await expect(edit('c', first, { ...onto('b'), method: grace(1) })).rejects.toThrow(/other settings|layer/)
  })
})

it('tells the likeliest tokens with what they were before, the divergence, and whether both readings agree', async () => {
  const own = bench()
  const events = await own.edit('a', first)
  const after = events.find(event => event.kind === 'after')
  const before = events.find(event => event.kind === 'before')
  if (after?.kind !== 'after' || before?.kind !== 'before')
    throw new Error('no answers')
  const token = after.answer.expected[0]!
  const earlier = before.answer.expected[0]!
  expect(token.top).toHaveLength(8)
  expect(token.top![0]).toMatchObject({ text: token.best, probability: token.bestProbability })
  // By hand from the logits: the likeliest eight, and what the unedited model gave the same tokens.
  const share = (row: Float32Array): number[] => {
    const sum = row.reduce((total, value) => total + Math.exp(value), 0)
    return [...row].map(value => Math.exp(value) / sum)
  }
  const row = ({ positions: { logits, vocabulary } }: Answer): number[] => share(logits.subarray(0, vocabulary))
  const now = row(await own.logits('a')), then = row(await model.answer(question, first.edit.expected))
  const best = now.map((value, id) => ({ value, id })).sort((x, y) => y.value - x.value).slice(0, 8)
  token.top!.forEach((one, i) => {
    expect(one.probability).toBeCloseTo(best[i]!.value, 6)
    expect(one.before).toBeCloseTo(then[best[i]!.id]!, 6)
  })
  expect(token.kl).toBeCloseTo(then.reduce((sum, p, id) => sum + p * Math.log(p / now[id]!), 0), 6)
  expect(token.kl).toBeGreaterThan(0)
  expect(earlier.kl).toBeUndefined()
  expect(after.answer.match).toEqual({ forced: after.answer.expected.every(one => one.best === one.text), free: scoresOf(events)?.reliability?.free === 1 })
})
