// Probes of the grid, asked for in pages where it is looked at; pages that were scrolled past are not waited for, far ones are forgotten.
import { onScopeDispose, shallowReactive, watch } from 'vue'
import type { AuditItem } from '@contract/audits.ts'
import type { Decision } from '@contract/decisions.ts'
import { useClient } from '../../api/client.ts'
import { errorSentence } from '../../lib/error-sentence.ts'
import { throttle } from '../../lib/throttle.ts'
import { useAuditStore } from './audit-store.ts'

export interface GridPages {
  readonly ensure: (first: number, last: number) => void
  readonly at: (place: number) => AuditItem | undefined
  /** Shows decisions that have just been saved. */
  readonly put: (saved: readonly Decision[]) => void
  /** Asks again for what is loaded of these items. */
  readonly refresh: (items: readonly number[]) => void
}

const pageSize = 100
const pagesKept = 60
/** A scrollbar that is dragged passes a hundred pages a second; only where it rests is asked. */
const restMs = 60

const keyOf = ({ record, kind, index }: Pick<Decision, 'record' | 'kind' | 'index'>): string => `${record}/${kind}/${index}`

/** Another list under `items` forgets the old one. */
export function useGridPages(items: () => Int32Array, onError: (sentence: string | undefined) => void): GridPages {
  const client = useClient()
  const store = useAuditStore()
  const pages = shallowReactive(new Map<number, readonly AuditItem[]>())
  const asked = new Map<number, AbortController>()
  let shown = { from: 0, to: 0 }

  async function ask(page: number): Promise<void> {
    const wanted = [...items().subarray(page * pageSize, (page + 1) * pageSize)]
    if (asked.has(page) || store.dataset === undefined || wanted.length === 0)
      return
    const controller = new AbortController()
    asked.set(page, controller)
    try {
      const found = await client.audits.read({ dataset: store.dataset, items: wanted, role: store.role, ...(store.annotator === '' ? {} : { annotator: store.annotator }) }, { signal: controller.signal })
      if (controller.signal.aborted)
        return
      pages.set(page, found)
      onError(undefined)
      forgetFar()
    }
    catch (reason) {
      if (controller.signal.aborted)
        return
      asked.delete(page)
      onError(errorSentence(reason))
    }
  }

  function askShown(): void {
    // What is on its way but no longer near is not wanted any more.
    for (const [page, controller] of asked) {
      if ((page < shown.from - 1 || page > shown.to + 1) && !pages.has(page)) {
        controller.abort()
        asked.delete(page)
      }
    }
    for (let page = shown.from; page <= shown.to; page++)
      void ask(page)
  }
  const rest = throttle(askShown, restMs)

  function forgetFar(): void {
    while (pages.size > pagesKept) {
      const [farthest] = [...pages.keys()].sort((a, b) => Math.abs(b - shown.from) - Math.abs(a - shown.from))
      if (farthest === undefined)
        return
      pages.delete(farthest)
      asked.delete(farthest)
    }
  }

  function forgetAll(): void {
    for (const controller of asked.values())
      controller.abort()
    asked.clear()
    pages.clear()
  }

  watch(items, () => {
    forgetAll()
    rest.call()
  }, { flush: 'sync' })
  onScopeDispose(() => {
    forgetAll()
    rest.stop()
  })

  return {
    ensure(first, last) {
      shown = { from: Math.floor(first / pageSize), to: Math.floor(last / pageSize) }
      rest.call()
    },
    at: place => pages.get(Math.floor(place / pageSize))?.[place % pageSize],
    put(saved) {
      const byKey = new Map(saved.map(line => [keyOf(line), line]))
      for (const [page, list] of pages) {
        if (list.some(item => byKey.has(keyOf(item))))
          pages.set(page, list.map(item => ({ ...item, ...(byKey.has(keyOf(item)) ? { own: byKey.get(keyOf(item))! } : {}) })))
      }
    },
    refresh(changed) {
      const set = new Set(changed)
      for (const [page, list] of [...pages]) {
        if (!list.some(({ item }) => set.has(item)))
          continue
        asked.delete(page)
        if (page >= shown.from - 1 && page <= shown.to + 1)
          // The old page stays on screen until the new one is there.
          void ask(page)
        else
          pages.delete(page)
      }
    },
  }
}
