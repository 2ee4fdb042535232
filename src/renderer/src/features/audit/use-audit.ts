// Asks for the datasets, the audit's settings and its state, and keeps the address in step.
import { computed, onScopeDispose, watch } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { useClient } from '../../api/client.ts'
import { useFollow } from '../../api/follow.ts'
import { useAsked } from '../../api/use-asked.ts'
import type { Asked } from '../../api/use-asked.ts'
import type { DatasetId } from '@contract/identifiers.ts'
import { preferredDataset } from '../../lib/preferred-dataset.ts'
import { isStaying } from '../../lib/route-target.ts'
import { throttle } from '../../lib/throttle.ts'
import { parseAddress, writeAddress } from './audit-address.ts'
import { useAuditStore } from './audit-store.ts'

export interface Audit {
  readonly list: Asked<unknown>
  readonly settings: Asked<unknown>
  readonly status: Asked<unknown>
}

/** Decisions come quicker than anybody reads the counts; where they are made, nothing else should keep the workbench busy. */
const statusIntervalMs = 2_000
const busyIntervalMs = 10_000

export function useAudit(): Audit {
  const client = useClient()
  const store = useAuditStore()
  const route = useRoute()
  const router = useRouter()
  const id = computed(() => store.dataset)

  const list = useAsked(async () => {
    store.datasets = await client.datasets.list()
    readAddress()
  })
  const settings = useAsked(async (signal) => {
    const of = id.value
    const found = of === undefined ? undefined : await client.audits.settings({ dataset: of })
    if (!signal.aborted)
      store.settings = found
  }, [id])
  const status = useAsked(async (signal) => {
    const of = id.value
    const found = of === undefined ? undefined : (await client.audits.status({ dataset: of }))[0]
    if (!signal.aborted)
      store.status = found
  }, [id])

  let isChanged = false
  function tell(): void {
    isChanged = false
    store.version += 1
    void status.ask()
    void settings.ask()
  }
  const soon = throttle(tell, statusIntervalMs), later = throttle(tell, busyIntervalMs)
  useFollow(signal => client.workspace.watch(undefined, { signal }), (event) => {
    if (event.kind === 'changed' && event.noun === 'audits' && (event.id === undefined || event.id === id.value)) {
      isChanged = true
      const throttled = store.tab === 'queue' || store.tab === 'grid' ? later : soon
      throttled.call()
    }
    else if (event.kind === 'changed' && event.noun === 'datasets') {
      void list.ask()
    }
  })
  watch(() => store.tab, () => isChanged && tell(), { flush: 'sync' })
  onScopeDispose(() => {
    soon.stop()
    later.stop()
  })

  /** Another tab is another page to the back button; everything else is the same page. */
  function keepAddress(isStep: boolean): void {
    if (store.dataset !== undefined && isStaying(router, 'audit'))
      void router[isStep ? 'push' : 'replace']({ name: 'audit', params: { dataset: store.dataset }, query: writeAddress(store.address) })
  }

  function readAddress(): void {
    if (!isStaying(router, 'audit'))
      return
    const dataset = String(route.params['dataset'] ?? '')
    // The rail's link names no state: it returns to what was shown.
    if (dataset === '') {
      store.pick(store.dataset ?? preferredDataset(store.datasets ?? []) as DatasetId | undefined)
      return keepAddress(false)
    }
    store.pick(dataset as DatasetId)
    const next = parseAddress(route.query)
    if (JSON.stringify(next) !== JSON.stringify(store.address))
      store.address = next
  }

  watch(() => route.fullPath, readAddress, { immediate: true })
  watch([() => store.dataset, () => store.address] as const, ([dataset, now], [datasetBefore, before]) => {
    if (dataset !== datasetBefore || JSON.stringify(writeAddress(now)) !== JSON.stringify(writeAddress(parseAddress(route.query))))
      keepAddress(dataset === datasetBefore && now.tab !== before?.tab)
  })
  return { list, settings, status }
}
