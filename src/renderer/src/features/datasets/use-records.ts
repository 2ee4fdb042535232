// Asks for the records in sight, a page at a time, whenever the question changes; pages that were scrolled past are not waited for.
import { onScopeDispose, watch } from 'vue'
import { useClient, useConnection } from '../../api/client.ts'
import { useFollow } from '../../api/follow.ts'
import { errorSentence } from '../../lib/error-sentence.ts'
import { throttle } from '../../lib/throttle.ts'
import { useDatasetsStore } from './datasets-store.ts'

const pageSize = 100
/** Pages kept: 6,000 records on either side of what is in sight, a few megabytes. */
const pagesKept = 120
/** A scrollbar that is dragged passes a hundred pages a second; only where it rests is asked. */
const restMs = 60
const auditMs = 2_000
const picturesFirstMs = 250

export interface Records {
  /** Makes sure that the matches from `first` to `last` are there or on their way. */
  readonly ensure: (first: number, last: number) => void
  readonly reload: () => void
}

export function useRecords(): Records {
  const client = useClient()
  const connection = useConnection()
  const store = useDatasetsStore()
  /** Pages that are there or on their way. */
  const asked = new Map<number, AbortController>()
  let counting = new AbortController()
  let generation = 0
  /** The matches on screen answer an older question; they stay until the first answer to the new one. */
  let isStale = false
  let shown = { first: 0, last: 0 }

  async function askPage(page: number): Promise<void> {
    if (asked.has(page) || store.id === undefined)
      return
    const controller = new AbortController()
    asked.set(page, controller)
    const own = generation
    const offset = page * pageSize
    try {
      const answer = await client.datasets.listRecords({ ...store.query, offset, limit: pageSize, counts: false }, { signal: controller.signal })
      if (own !== generation || controller.signal.aborted)
        return
      if (isStale)
        store.clear()
      store.addPage(offset, answer)
      if (isStale) {
        isStale = false
        store.isAsking = false
        askShown()
      }
      forgetFar()
    }
    catch (reason) {
      if (own !== generation || controller.signal.aborted)
        return
      asked.delete(page)
      store.isAsking = false
      store.error = errorSentence(reason)
    }
  }

  const range = (): { from: number, to: number } => ({ from: Math.floor(shown.first / pageSize), to: Math.floor(Math.min(shown.last, (store.total ?? Infinity) - 1) / pageSize) })

  function askShown(): void {
    const { from, to } = range()
    // What is on its way but no longer near is not wanted any more.
    for (const [page, controller] of asked) {
      if ((page < from - 1 || page > to + 1) && !store.rows.has(page * pageSize) && !isStale) {
        controller.abort()
        asked.delete(page)
      }
    }
    for (let page = from; page <= to; page += 1)
      void askPage(page)
  }
  const rest = throttle(askShown, restMs)

  function forgetFar(): void {
    if (asked.size <= pagesKept)
      return
    const { from } = range()
    const [farthest] = [...asked.keys()].sort((a, b) => Math.abs(b - from) - Math.abs(a - from))
    if (farthest === undefined)
      return
    asked.delete(farthest)
    store.dropRows(farthest * pageSize, pageSize)
  }

  function stop(): void {
    generation += 1
    counting.abort()
    for (const controller of asked.values())
      controller.abort()
    asked.clear()
  }

  /** Counting every facet takes longer than a page: the records do not wait for it, nor do the first pictures. */
  async function askCounts(): Promise<void> {
    if (store.id === undefined)
      return
    const own = generation
    const { signal } = counting = new AbortController()
    try {
      if (store.facetCounts.length === 0) {
        await new Promise(resolve => setTimeout(resolve, picturesFirstMs))
        if (own !== generation)
          return
      }
      const { facets } = await client.datasets.listRecords({ ...store.query, offset: 0, limit: 1 }, { signal })
      if (own === generation)
        store.facetCounts = facets
    }
    catch {
      // The page of records says what is wrong with the question.
    }
  }

  function reload(): void {
    stop()
    isStale = true
    store.isAsking = store.id !== undefined
    store.error = undefined
    void askPage(0)
    void askCounts()
  }

  /** Decisions come one after the other: what they change is asked for at most once an interval. */
  const follow = throttle(() => {
    if (store.facets['audit'] || store.slice !== undefined)
      reload()
    else
      void askCounts()
  }, auditMs)

  watch([() => store.query, () => connection.epoch], reload, { immediate: true })
  useFollow(signal => client.workspace.watch(undefined, { signal }), (event) => {
    if (event.kind === 'changed' && event.noun === 'slices' && store.slice !== undefined)
      reload()
    else if (event.kind === 'changed' && event.noun === 'audits' && (store.isAll || event.id === undefined || event.id === store.id))
      follow.call()
  })
  onScopeDispose(() => {
    stop()
    rest.stop()
    follow.stop()
  })
  return {
    ensure(first, last) {
      shown = { first, last }
      rest.call()
    },
    reload,
  }
}
