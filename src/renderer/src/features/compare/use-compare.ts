// Asks for what the study offers to compare, and keeps the address in step.
import { computed, onScopeDispose, watch } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { useClient } from '../../api/client.ts'
import { useFollow } from '../../api/follow.ts'
import { useAsked } from '../../api/use-asked.ts'
import type { Asked } from '../../api/use-asked.ts'
import { isStaying } from '../../lib/route-target.ts'
import { throttle } from '../../lib/throttle.ts'
import { parseAddress, writeAddress } from './compare-address.ts'
import { useCompareStore } from './compare-store.ts'

export interface Compare {
  readonly list: Asked<unknown>
  readonly reported: Asked<unknown>
  readonly slices: Asked<unknown>
}

const listIntervalMs = 3_000
const auditIntervalMs = 1_000

export function useCompare(): Compare {
  const client = useClient()
  const store = useCompareStore()
  const route = useRoute()
  const router = useRouter()

  // Each on its own: what fails takes nothing else along.
  const list = useAsked(async () => {
    const [runs, metrics, datasets] = await Promise.all([client.runs.list(), client.metrics.list(), client.datasets.list()])
    store.datasets = new Map(datasets.map(({ id, name }) => [id, name]))
    store.metrics = metrics
    store.runs = runs
  })
  const reported = useAsked(async () => {
    store.reported = await client.reported.list()
  })
  const slices = useAsked(async () => {
    store.slices = await client.slices.list()
  })

  // Only of datasets that are compared: to tell of an audit, all of a dataset's probes are looked at. Of a dataset that is gone there is nothing to tell.
  const datasets = computed(() => [...new Set(store.shown.map(run => run.plan.dataset as string))].sort())
  const audits = useAsked(async (signal) => {
    const told = await Promise.all(datasets.value.map(dataset => client.audits.status({ dataset }, { signal }).catch(() => [])))
    signal.throwIfAborted()
    store.audits = told.flat()
  }, [() => datasets.value.join()])
  const auditsSoon = throttle(() => {
    store.auditChanges += 1
    void audits.ask()
  }, auditIntervalMs)
  const listSoon = throttle(() => void list.ask(), listIntervalMs)
  useFollow(signal => client.workspace.watch(undefined, { signal }), (event) => {
    if (event.kind !== 'changed')
      return
    if (event.noun === 'runs' || event.noun === 'datasets')
      listSoon.call()
    else if (event.noun === 'reported')
      void reported.ask()
    else if (event.noun === 'slices')
      void slices.ask()
    else if (event.noun === 'audits')
      auditsSoon.call()
  })

  /** Another tab is another page to the back button; everything else is the same page. */
  function keepAddress(isStep: boolean): void {
    if (isStaying(router, 'compare'))
      void router[isStep ? 'push' : 'replace']({ name: 'compare', query: writeAddress(store.address) })
  }

  watch([() => route.name, () => route.query] as const, ([name, query], [before]) => {
    if (name !== 'compare' || !isStaying(router, 'compare'))
      return
    // The rail's link names no state: it returns to what was shown.
    if (before !== undefined && before !== 'compare' && Object.keys(query).length === 0)
      return keepAddress(false)
    const next = parseAddress(query)
    if (JSON.stringify(next) !== JSON.stringify(store.address))
      store.address = next
  }, { immediate: true })
  watch(() => store.address, (now, before) => {
    const written = writeAddress(now)
    if (JSON.stringify(written) !== JSON.stringify(writeAddress(parseAddress(route.query))))
      keepAddress(now.tab !== before.tab)
  })
  onScopeDispose(listSoon.stop)
  onScopeDispose(auditsSoon.stop)
  return { list, reported, slices }
}
