// Runs, newest first, kept up to date by their events.
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, expect, it } from 'vitest'
import type { Run } from '@contract/runs.ts'
import { useRunsStore } from '../../../../../src/renderer/src/features/runs/runs-store.ts'

const run = (id: string, createdAt: string, doneCount = 0): Run => ({
  id: id as never, name: id, plan: { kind: 'score', protocol: 'single', group: 1, alsoFrom: [], training: {}, model: 'm' as never, dataset: 'd' as never, method: { id: 'fine-tune', config: {} }, scope: 'text', metrics: [], seed: 0, provider: 'auto' },
  status: 'running', createdAt, recordCount: 10, doneCount, failedCount: 0, recordsPerSecond: null, secondsLeft: null, versions: {},
})

beforeEach(() => {
  setActivePinia(createPinia())
})

it('lists the newest first and replaces a run in place', () => {
  const store = useRunsStore()
  store.setAll([run('a', '2026-01-01'), run('c', '2026-01-03'), run('b', '2026-01-02')])
  store.apply({ kind: 'run', run: run('b', '2026-01-02', 7) })
  expect(store.all?.map(one => one.id)).toEqual(['c', 'b', 'a'])
  store.openId = 'b'
  expect(store.open?.doneCount).toBe(7)
})

it('adds a run it did not know, counts results, drops a removed one', () => {
  const store = useRunsStore()
  store.apply({ kind: 'run', run: run('a', '2026-01-01') })
  store.apply({ kind: 'result', record: '00001', status: 'done', scores: {} })
  expect(store.all).toHaveLength(1)
  expect(store.resultCount).toBe(1)
  store.drop('a')
  expect(store.all).toEqual([])
})

it('collects the loss curves of the open run and forgets them with it', () => {
  const store = useRunsStore()
  for (const step of [1, 2, 3])
    store.apply({ kind: 'step', step: { step, losses: { total: 1 / step }, elapsedMs: 1 } })
  expect(store.steps.map(one => one.step)).toEqual([1, 2, 3])
  expect(store.resultCount).toBe(0)
  store.forgetOpen()
  expect([store.steps, store.summary.metrics]).toEqual([[], {}])
})
