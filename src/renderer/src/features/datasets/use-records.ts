// Asks for the records in sight, a page at a time, whenever dataset, search or facets change.
import { onScopeDispose, watch } from 'vue'
import { useClient, useConnection } from '../../api/client.ts'
import { errorSentence } from '../../lib/error-sentence.ts'
import { useDatasetsStore } from './datasets-store.ts'

const pageSize = 100

export interface Records {
  /** Makes sure that the matches from `first` to `last` are there or on their way. */
  readonly ensure: (first: number, last: number) => void
  readonly reload: () => void
}

export function useRecords(): Records {
  const client = useClient()
  const connection = useConnection()
  const store = useDatasetsStore()
  const asked = new Set<number>()
  let controller = new AbortController()
  /** The matches on screen answer an older question; they stay until the first answer to the new one. */
  let isStale = false
  let shown = { first: 0, last: 0 }

  async function askPage(page: number): Promise<void> {
    if (asked.has(page) || store.id === undefined)
      return
    asked.add(page)
    const { signal } = controller
    const offset = page * pageSize
    try {
      const answer = await client.datasets.listRecords({ id: store.id, search: store.search.trim(), facets: store.facets, offset, limit: pageSize }, { signal })
      if (signal.aborted)
        return
      if (isStale)
        store.clear()
      store.addPage(offset, answer)
      if (isStale) {
        isStale = false
        ensure(shown.first, Math.min(shown.last, answer.total - 1))
      }
    }
    catch (reason) {
      if (signal.aborted)
        return
      asked.delete(page)
      store.error = errorSentence(reason)
    }
  }

  function ensure(first: number, last: number): void {
    shown = { first, last }
    for (let page = Math.floor(first / pageSize); page <= Math.floor(last / pageSize); page += 1)
      void askPage(page)
  }

  function reload(): void {
    controller.abort()
    controller = new AbortController()
    asked.clear()
    isStale = true
    store.error = undefined
    void askPage(0)
  }

  watch([() => store.id, () => store.search, () => store.facets, () => connection.epoch], reload, { immediate: true })
  onScopeDispose(() => controller.abort())
  return { ensure, reload }
}
