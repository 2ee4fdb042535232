// Keeps the list of datasets and the address in step with the store.
import { watch } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { useClient } from '../../api/client.ts'
import { useFollow } from '../../api/follow.ts'
import { useAsked } from '../../api/use-asked.ts'
import type { Asked } from '../../api/use-asked.ts'
import type { Dataset } from '@contract/datasets.ts'
import { preferredDataset } from '../../lib/preferred-dataset.ts'
import { isStaying } from '../../lib/route-target.ts'
import { parseAddress, writeAddress } from './address.ts'
import { useDatasetsStore } from './datasets-store.ts'

export function useDatasets(): Asked<Dataset[]> {
  const client = useClient()
  const store = useDatasetsStore()
  const route = useRoute()
  const router = useRouter()

  const list = useAsked(() => client.datasets.list())
  useFollow(signal => client.workspace.watch(undefined, { signal }), (event) => {
    if (event.kind === 'changed' && event.noun === 'datasets')
      void list.ask()
  })

  function keepAddress(): void {
    if (store.id !== undefined && isStaying(router, 'datasets'))
      void router.replace({ name: 'datasets', params: { dataset: store.id }, query: writeAddress(store) })
  }

  function readAddress(): void {
    if (!isStaying(router, 'datasets'))
      return
    const dataset = String(route.params['dataset'] ?? '')
    if (dataset === '') {
      store.id ??= preferredDataset(store.all ?? [])
      keepAddress()
      return
    }
    store.pick(dataset)
    // Equal values are left alone: every change of them is a question to the backend.
    for (const [key, value] of Object.entries(parseAddress(route.query))) {
      const at = key as keyof ReturnType<typeof parseAddress>
      if (JSON.stringify(store[at]) !== JSON.stringify(value))
        Object.assign(store, { [at]: value })
    }
  }

  watch(list.data, (all) => {
    store.all = all
    readAddress()
  })
  watch(() => route.fullPath, readAddress, { immediate: true })
  watch([() => store.id, () => JSON.stringify(writeAddress(store)), () => route.name], keepAddress)
  return list
}
