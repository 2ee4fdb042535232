// The selected record, also when the address names one that is not among the pages asked for so far.
import { shallowRef, watch } from 'vue'
import type { ShallowRef } from 'vue'
import type { EditRecord } from '@contract/records.ts'
import { useClient } from '../../api/client.ts'
import { errorSentence } from '../../lib/error-sentence.ts'
import { findPosition } from '../../lib/find-position.ts'
import { useDatasetsStore } from './datasets-store.ts'

export interface SelectedRecord {
  readonly record: ShallowRef<EditRecord | undefined>
  readonly error: ShallowRef<string | undefined>
}

export function useSelectedRecord(): SelectedRecord {
  const client = useClient()
  const store = useDatasetsStore()
  const record = shallowRef<EditRecord>()
  const error = shallowRef<string>()

  async function fetchRecord(id: string, recordId: string): Promise<void> {
    const isCurrent = (): boolean => store.id === id && store.recordId === recordId
    try {
      const answer = await client.datasets.getRecord({ id, record: recordId })
      if (!isCurrent())
        return
      record.value = answer
      // Among all records its place can be worked out; among the matches of a search it cannot.
      if (store.search !== '' || Object.keys(store.facets).length > 0)
        return
      const at = await findPosition(answer, (offset, limit) => client.datasets.listRecords({ id, offset, limit }))
      if (isCurrent() && at !== undefined)
        store.select(at)
    }
    catch (reason) {
      if (!isCurrent())
        return
      record.value = undefined
      error.value = errorSentence(reason)
    }
  }

  watch([() => store.id, () => store.recordId], ([id, recordId]) => {
    error.value = undefined
    const known = store.position === undefined ? undefined : store.records.get(store.position)
    record.value = known
    if (id !== undefined && recordId !== undefined && !known)
      void fetchRecord(id, recordId)
  }, { immediate: true })

  // Without a selection, the first record: the pane is never empty while there is something to show.
  watch(() => store.records.get(0), (first) => {
    if (first && store.recordId === undefined)
      store.recordId = first.id
  })

  return { record, error }
}
