// What is compared: all finished runs unless someone chose.
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, expect, it } from 'vitest'
import { useCompareStore } from '../../../../../src/renderer/src/features/compare/compare-store.ts'

const run = (id: string, status: string, scope = 'text', kind = 'score') => ({ id, status, createdAt: id, plan: { kind, dataset: 'd', scope, method: { id: 'fine-tune' } } }) as never
const metric = (id: string, ...variants: string[]) => ({ id, label: id, symbol: id, summary: '', variants: variants.map(one => ({ id: one, label: one, summary: '', higherIsBetter: one !== 'kl' })) })

beforeEach(() => {
  setActivePinia(createPinia())
})

it('shows every finished run until one is taken out', () => {
  const store = useCompareStore()
  store.runs = [run('a', 'finished'), run('b', 'running'), run('c', 'finished'), run('t', 'finished', 'text', 'train')]
  expect(store.shownIds).toEqual(['a', 'c'])
  store.toggle('c')
  expect(store.shownIds).toEqual(['a'])
  store.toggle('c')
  expect(store.shownIds).toEqual(['a', 'c'])
})

it('goes from text over vision to both', () => {
  const store = useCompareStore()
  store.runs = [run('a', 'finished', 'both'), run('b', 'finished', 'vision'), run('c', 'finished', 'text')]
  expect(store.shownIds).toEqual(['c', 'b', 'a'])
})

it('leaves out a chosen run that is gone', () => {
  const store = useCompareStore()
  store.runs = [run('a', 'finished')]
  store.set({ runs: ['a', 'gone'] })
  expect(store.shownIds).toEqual(['a'])
})

it('offers each reading once, in the metrics’ order', () => {
  const store = useCompareStore()
  store.metrics = [metric('reliability', 'strict', 'free'), metric('text-locality', 'strict', 'kl')]
  expect(store.variants.map(one => one.id)).toEqual(['strict', 'free', 'kl'])
})
