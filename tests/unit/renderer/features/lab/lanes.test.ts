// Lanes beside each other, and the versions they leave: a tree with a head that can be stepped, branched and put into another order.
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, it } from 'vitest'
import type { EditRecord } from '@contract/records.ts'
import { useLabStore } from '../../../../../src/renderer/src/features/lab/lab-store.ts'
import { createLane, editedRecord } from '../../../../../src/renderer/src/features/lab/lane.ts'
import type { EditPlan, Lane } from '../../../../../src/renderer/src/features/lab/lane.ts'
import { useLanesStore } from '../../../../../src/renderer/src/features/lab/lanes-store.ts'
import { chainOf, reordered, titleOf, withDescendants } from '../../../../../src/renderer/src/features/lab/versions.ts'
import { useVersionsStore } from '../../../../../src/renderer/src/features/lab/versions-store.ts'

const record: EditRecord = {
  id: '00001', index: 1, task: 'e-vqa', stated: '', edit: { prompt: 'What is it?', form: 'question', expected: 'cat', image: { root: 'main', path: 'a.png' } },
  probes: { textRephrase: [{ prompt: 'Which?', form: 'question', expected: 'cat' }], unrelatedText: [{ prompt: 'Capital?', form: 'plain', expected: 'Rome' }] },
}
const plan = (more: Partial<EditPlan> = {}): EditPlan => ({ model: 'sample', dataset: 'd', record: '00001', method: 'fine-tune', config: {}, scope: 'text', seed: 0, ...more })
const answer = (text: string) => ({ text, expected: [], generated: [] })
const question = { prompt: 'q', form: 'question' as const, expected: 'x' }

function made(edit: string, onto?: string): Lane {
  const lane = createLane(plan(), record, onto)
  return { ...lane, outcome: { ...lane.outcome, phase: 'done', edit, scores: { reliability: { strict: 1 } } } }
}

beforeEach(() => {
  setActivePinia(createPinia())
  useLabStore().modelId = 'sample'
})

it('applies an event to its lane only, also beside another of the same scope, and shares answers from before', () => {
  const store = useLanesStore()
  const [a, b] = [createLane(plan(), record, undefined), createLane(plan({ method: 'ike' }), record, undefined)]
  store.set([a, b])
  store.apply(b.id, { kind: 'before', probe: { kind: 'edit', index: 0 }, question, answer: answer('cup'), under: answer('mug') })
  expect(store.lanes.map(({ outcome }) => outcome.phase)).toEqual(['waiting', 'asking'])
  expect(store.before['edit-0']?.text).toBe('cup')
  expect(store.find(b.id)?.outcome.under['edit-0']?.text).toBe('mug')
  expect([store.isRunning, store.methodCount]).toEqual([true, 2])
  store.change(a.id, one => ({ ...one, phase: 'cancelled' }))
  store.change(b.id, one => ({ ...one, phase: 'failed' }))
  expect(store.isRunning).toBe(false)
})

it('puts an own fact in the record’s place, with only the probes about something else', () => {
  const own = editedRecord(record, { prompt: 'Who?', expected: 'me', form: 'question', image: 'f'.repeat(64) })
  expect(own.edit).toMatchObject({ prompt: 'Who?', expected: 'me', image: { hash: 'f'.repeat(64) } })
  expect(Object.keys(own.probes)).toEqual(['unrelatedText'])
  expect(editedRecord(record, undefined)).toBe(record)
})

describe('versions', () => {
  // a ─ b ─ c, and a branch d on a.
  function tree() {
    const store = useVersionsStore()
    for (const [edit, onto] of [['a'], ['b', 'a'], ['c', 'b'], ['d', 'a']] as const)
      store.add(made(edit, onto))
    return store
  }

  it('draws the tree in depth, siblings in the order they were made', () => {
    expect(tree().rows.map(({ version, depth, isParent }) => [version.id, depth, isParent])).toEqual([['a', 0, true], ['b', 1, true], ['c', 2, false], ['d', 1, false]])
  })

  it('steps the head back and forth, and forgets the way forth when another version is picked', () => {
    const store = tree()
    store.select('c')
    expect(store.chain.map(({ id }) => id)).toEqual(['a', 'b', 'c'])
    store.undo()
    store.undo()
    expect(store.headId).toBe('a')
    store.redo()
    expect(store.headId).toBe('b')
    expect(store.canRedo).toBe(true)
    store.select('d')
    expect(store.canRedo).toBe(false)
    store.undo()
    store.undo()
    expect(store.headId).toBeUndefined()
    store.undo()
    expect(store.headId).toBeUndefined()
  })

  it('removes a version with all on top of it, highest first, and moves the head below', () => {
    const store = tree()
    store.select('c')
    expect(store.remove('b')).toEqual(['c', 'b'])
    expect(store.headId).toBe('a')
    expect(store.all.map(({ id }) => id)).toEqual(['a', 'd'])
    expect([store.hasChildren('a'), store.hasChildren('d')]).toEqual([true, false])
  })

  it('shows only those of the model on the bench, each model with its own head', () => {
    const store = tree()
    store.select('c')
    useLabStore().modelId = 'other'
    expect([store.all, store.headId]).toEqual([[], undefined])
    useLabStore().modelId = 'sample'
    expect(store.headId).toBe('c')
  })

  it('says what has to be made again for another order, from the first edit that moves', () => {
    const { all } = tree()
    const ids = (head: string, id: string, step: -1 | 1) => {
      const found = reordered(all, head, id, step)
      return found && [found.onto, ...found.replay.map(one => one.id)]
    }
    expect(ids('c', 'c', -1)).toEqual(['a', 'c', 'b'])
    expect(ids('c', 'a', 1)).toEqual([undefined, 'b', 'a', 'c'])
    expect(ids('c', 'a', -1)).toBeUndefined()
    expect(ids('c', 'c', 1)).toBeUndefined()
    expect(ids('c', 'd', -1)).toBeUndefined()
  })

  it('names and numbers them', () => {
    const store = tree()
    store.rename('b', ' second ')
    expect(store.all.map(titleOf)).toEqual(['1 · cat', '2 · second', '3 · cat', '4 · cat'])
    expect(chainOf(store.all, 'nobody')).toEqual([])
    expect(withDescendants(store.all, 'nobody')).toEqual([])
  })
})
