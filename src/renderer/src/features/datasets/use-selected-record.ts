// The record that is looked at, also when the address names one that is not among the pages asked for so far.
import { shallowRef, watch } from 'vue'
import type { ShallowRef } from 'vue'
import type { DatasetId, RunId } from '@contract/identifiers.ts'
import { useClient } from '../../api/client.ts'
import { errorSentence } from '../../lib/error-sentence.ts'
import { findPosition } from '../../lib/find-position.ts'
import { useDatasetsStore } from './datasets-store.ts'
import type { Row } from './datasets-store.ts'
import { keyOf } from './selection.ts'
import type { RecordKey } from './selection.ts'

export interface SelectedRecord {
  readonly row: ShallowRef<Row | undefined>
  readonly error: ShallowRef<string | undefined>
}

export function useSelectedRecord(): SelectedRecord {
  const client = useClient()
  const store = useDatasetsStore()
  const row = shallowRef<Row>()
  const error = shallowRef<string>()
  let isSought = false

  async function fetchRecord(key: RecordKey): Promise<void> {
    const isCurrent = (): boolean => store.chosen !== undefined && keyOf(store.chosen) === keyOf(key)
    const id = key.dataset as DatasetId
    try {
      const record = await client.datasets.getRecord({ id, record: key.record })
      if (!isCurrent())
        return
      row.value = { record, dataset: key.dataset, scores: {} }
      // Among all records its place can be worked out; among the matches of a search it cannot.
      if (!store.isPlain)
        return
      const at = await findPosition(record, (offset, limit) => client.datasets.listRecords({ id, offset, limit }))
      if (isCurrent() && at !== undefined && store.isPlain)
        store.select(at)
    }
    catch (reason) {
      if (!isCurrent())
        return
      row.value = undefined
      error.value = errorSentence(reason)
    }
  }

  // Rows come and go by pages, and come with scores once a run is chosen: the newest one is shown.
  watch([() => store.chosen && keyOf(store.chosen), () => store.position === undefined ? undefined : store.rows.get(store.position)], ([key, known], [before]) => {
    if (key !== before)
      isSought = true
    const isKnown = known !== undefined && store.chosen !== undefined && keyOf({ dataset: known.dataset, record: known.record.id }) === key
    if (isKnown)
      row.value = known
    // One that the address named or a neighbour led to is gone to when its place is known.
    if (isKnown && isSought && store.position !== undefined)
      store.select(store.position)
    if (isKnown)
      isSought = false
    if (key === before && before !== undefined)
      return
    error.value = undefined
    // The one before stays until this one is there: nothing flickers, and what was asked about it can follow.
    if (!isKnown && store.chosen)
      void fetchRecord(store.chosen)
    else if (!isKnown)
      row.value = undefined
  }, { immediate: true })

  // One that is not among the matches has its findings asked for by itself.
  watch([() => store.run, row, () => store.isAsking], async ([run, shown, isAsking]) => {
    if (run === undefined || shown === undefined || shown.run === run || isAsking || store.position !== undefined)
      return
    try {
      const { results, total } = await client.datasets.listRecords({ id: shown.dataset as DatasetId, run: run as RunId, records: [shown.record.id], limit: 1, counts: false })
      if (row.value === shown && store.run === run && total === 1)
        row.value = { ...shown, scores: {}, ...results?.[0], run }
    }
    catch {
      // The list says what is wrong with the run.
    }
  })

  // Without a choice, the first record: the pane is never empty while there is something to show.
  watch(() => store.rows.get(0), (first) => {
    if (first && store.chosen === undefined)
      store.look({ dataset: first.dataset, record: first.record.id })
  })

  return { row, error }
}
