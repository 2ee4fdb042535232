// The record on the bench: from the address, by stepping, or the first one of a dataset.
import { watch } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { useClient, useConnection } from '../../api/client.ts'
import { errorSentence } from '../../lib/error-sentence.ts'
import { preferredDataset } from '../../lib/preferred-dataset.ts'
import { isStaying } from '../../lib/route-target.ts'
import { findPosition } from '../../lib/find-position.ts'
import { useLabStore } from './lab-store.ts'

export interface LabRecord {
  readonly goTo: (position: number) => Promise<void>
  readonly pickDataset: (id: string) => Promise<void>
}

export function useLabRecord(): LabRecord {
  const client = useClient()
  const connection = useConnection()
  const route = useRoute()
  const router = useRouter()
  const store = useLabStore()

  function fail(reason: unknown): void {
    store.recordError = errorSentence(reason)
  }

  async function goTo(position: number): Promise<void> {
    const id = store.datasetId
    if (id === undefined || position < 0)
      return
    try {
      const { total, records: [record] } = await client.datasets.listRecords({ id, offset: position, limit: 1 })
      if (!record || position >= total)
        return
      store.record = record
      store.position = position
      store.recordError = undefined
      if (isStaying(router, 'lab'))
        await router.replace({ name: 'lab', params: { dataset: id, record: record.id } })
    }
    catch (reason) {
      fail(reason)
    }
  }

  async function pickDataset(id: string): Promise<void> {
    store.datasetId = id
    await goTo(0)
  }

  async function show(id: string, recordId: string): Promise<void> {
    try {
      const record = await client.datasets.getRecord({ id, record: recordId })
      store.datasetId = id
      store.record = record
      store.recordError = undefined
      store.position = undefined
      store.position = await findPosition(record, (offset, limit) => client.datasets.listRecords({ id, offset, limit }))
    }
    catch (reason) {
      store.datasetId = id
      store.record = undefined
      store.position = undefined
      fail(reason)
    }
  }

  watch([() => route.params['dataset'], () => route.params['record'], () => store.datasets, () => connection.epoch], ([dataset, recordId]) => {
    if (!isStaying(router, 'lab'))
      return
    if (typeof dataset === 'string' && dataset !== '' && typeof recordId === 'string' && recordId !== '') {
      if (store.datasetId !== dataset || store.record?.id !== recordId)
        void show(dataset, recordId)
    }
    else if (store.record && store.datasetId !== undefined) {
      void router.replace({ name: 'lab', params: { dataset: store.datasetId, record: store.record.id } })
    }
    else if (store.datasets.length > 0) {
      void pickDataset(preferredDataset(store.datasets) ?? '')
    }
  }, { immediate: true })

  return { goTo, pickDataset }
}
