// The bench: defaults from what the backend offers, settings for lanes.
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, expect, it } from 'vitest'
import { nextTick } from 'vue'
import { useLabStore } from '../../../../../src/renderer/src/features/lab/lab-store.ts'

const method = { id: 'fine-tune', label: 'Fine-tune', paper: '', summary: '', configSchema: { type: 'object', properties: { steps: { type: 'integer', default: 25 } } }, batch: true as const, chain: true as const }
const model = { id: 'sample' as never, name: 'sample', path: '', architecture: 'blip-2', parameterCount: 1, sizeBytes: 1, dtype: 'F16', fingerprint: '' }
const choices = { datasets: [], models: [model], methods: [method], metrics: [], verdicts: [], editors: [] }

beforeEach(() => {
  setActivePinia(createPinia())
})

it('starts from the first model and the method’s defaults, and keeps settings when asked again', () => {
  const store = useLabStore()
  store.setChoices(choices)
  expect(store.modelId).toBe('sample')
  expect(store.config).toEqual({ steps: 25 })
  store.config = { steps: 5 }
  store.setChoices(choices)
  expect(store.config).toEqual({ steps: 5 })
})

it('gives a lane the settings of the form, and another method its own', () => {
  const store = useLabStore()
  store.setChoices({ ...choices, methods: [method, { ...method, id: 'co-edit', scopes: ['both' as const] }] })
  store.config = { steps: 5 }
  store.seed = 7
  expect(store.settingWith('vision')).toEqual({ method: 'fine-tune', config: { steps: 5 }, scope: 'vision', seed: 7, editor: undefined })
  expect(store.settingOf('fine-tune').config).toEqual({ steps: 5 })
  expect(store.settingOf('co-edit')).toEqual({ method: 'co-edit', config: { steps: 25 }, scope: 'both', seed: 7, editor: undefined })
})

it('offers what the method is made for, and moves to it', async () => {
  const store = useLabStore()
  store.setChoices({ ...choices, methods: [{ ...method, id: 'co-edit', scopes: ['both' as const] }, method] })
  expect(store.methodId).toBe('co-edit')
  await nextTick()
  expect([store.ownScopes, store.scope]).toEqual([['both'], 'both'])
  store.methodId = 'fine-tune'
  expect(store.ownScopes).toEqual(['text', 'vision', 'both'])
})

it('names the newest editor that fits what is chosen, says where there is none, and asks for none where none is needed', () => {
  const editor = (id: string, createdAt: string, fingerprint: string, scope: 'text' | 'vision') => ({ id, method: 'mend', scope, fingerprint, datasets: [], steps: 1, validation: {}, command: '', createdAt, sizeBytes: 1 })
  const store = useLabStore()
  store.setChoices({ ...choices, methods: [{ ...method, id: 'mend', trainingSchema: {} }, method], editors: [editor('a', '2026-01-01', '', 'text'), editor('b', '2026-01-02', '', 'text'), editor('c', '2026-01-03', 'other', 'text')] })
  expect(store.editor).toMatchObject({ id: 'b' })
  store.scope = 'vision'
  expect(store.editor).toBe('none')
  store.methodId = 'fine-tune'
  expect(store.editor).toBeUndefined()
})
