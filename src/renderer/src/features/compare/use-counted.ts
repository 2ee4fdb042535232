// What the audit does to the numbers on screen, and the re-runs that fixed probes wait for.
import { computed, onScopeDispose, ref, shallowRef, watch } from 'vue'
import type { ComputedRef, Ref, ShallowRef } from 'vue'
import type { Counted } from '@contract/comparison.ts'
import type { Run } from '@contract/runs.ts'
import { useClient, useConnection } from '../../api/client.ts'
import { useAsked } from '../../api/use-asked.ts'
import type { Asked } from '../../api/use-asked.ts'
import { errorSentence } from '../../lib/error-sentence.ts'
import { useCompareStore } from './compare-store.ts'
import { waitingOf } from './counted.ts'
import type { Waiting } from './counted.ts'

export interface CountedOf {
  readonly asked: Asked<Counted | undefined>
  readonly waiting: ComputedRef<Waiting | undefined>
  /** Why runs were not run again, when that was tried. */
  readonly refused: ShallowRef<readonly string[]>
  readonly isStarting: Ref<boolean>
  readonly rerun: () => Promise<void>
}

const isOver = ({ status }: Run): boolean => status !== 'waiting' && status !== 'running'

/** `refresh` asks for the list of runs again. */
export function useCounted(refresh: () => Promise<void>): CountedOf {
  const client = useClient()
  const connection = useConnection()
  const store = useCompareStore()
  const isStarting = ref(false)
  const refused = shallowRef<readonly string[]>([])
  /** Re-runs as their streams tell of them: newer than the list. */
  const followed = shallowRef<ReadonlyMap<string, Run>>(new Map())
  const streams = new Map<string, AbortController>()

  const question = computed(() => store.counts === 'all' || store.shownIds.length === 0 ? '' : JSON.stringify([store.comparison, store.countsKey]))
  const asked = useAsked(async signal => question.value === '' ? undefined : (await client.tables.get({ ...store.comparison, id: 'main-results' }, { signal })).counted, [question])
  const runs = computed(() => {
    const all = new Map((store.runs ?? []).map(run => [run.id as string, run]))
    followed.value.forEach((run, id) => all.set(id, run))
    return [...all.values()]
  })
  const waiting = computed(() => asked.data.value && waitingOf(asked.data.value, runs.value))

  function put(run: Run): void {
    followed.value = new Map([...followed.value, [run.id, run]])
  }

  async function follow(id: string): Promise<void> {
    const controller = new AbortController()
    streams.set(id, controller)
    try {
      for await (const event of await client.runs.watch({ id }, { signal: controller.signal })) {
        if (event.kind !== 'run')
          continue
        put(event.run)
        if (isOver(event.run))
          break
      }
      await refresh()
      // The list knows it now; and what it found counts.
      followed.value = new Map([...followed.value].filter(([other]) => other !== id))
      store.auditChanges += 1
    }
    catch {
      // A stream that breaks is opened again with the connection; the banner says so meanwhile.
    }
    streams.delete(id)
  }

  async function rerun(): Promise<void> {
    const ids = waiting.value?.runs ?? []
    isStarting.value = true
    refused.value = []
    try {
      const datasets = new Map<string, string[]>()
      for (const run of store.shown.filter(({ id }) => ids.includes(id)))
        datasets.set(run.plan.dataset, [...datasets.get(run.plan.dataset) ?? [], run.id])
      for (const [dataset, ofDataset] of datasets) {
        const answer = await client.audits.rerun({ dataset, runs: ofDataset })
        answer.runs.forEach(put)
        refused.value = [...refused.value, ...answer.refused.map(({ reason }) => reason)]
      }
    }
    catch (reason) {
      refused.value = [errorSentence(reason)]
    }
    isStarting.value = false
  }

  watch([() => waiting.value?.going.map(({ id }) => id).join() ?? '', () => connection.epoch], ([going]) => {
    for (const id of going.split(',').filter(Boolean)) {
      if (!streams.has(id))
        void follow(id)
    }
  }, { immediate: true })
  watch(asked.data, (now) => {
    store.counted = now
  }, { immediate: true })
  watch(() => store.counts, () => {
    refused.value = []
  })
  onScopeDispose(() => streams.forEach(controller => controller.abort()))
  return { asked, waiting, refused, isStarting, rerun }
}
