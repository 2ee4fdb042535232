// Which probes a long list of items is about, asked for where the list is looked at.
import { shallowReactive, watch } from 'vue'
import type { ProbeRef } from '@contract/decisions.ts'
import { useClient } from '../../api/client.ts'
import { useAuditStore } from './audit-store.ts'

export interface ProbeRefs {
  /** Makes sure that the places from `first` to `last` are there or on their way. */
  readonly ensure: (first: number, last: number) => void
  readonly at: (place: number) => ProbeRef | undefined
}

const pageSize = 500

/** Another list under `items` forgets the old one. */
export function useProbeRefs(items: () => ArrayLike<number>): ProbeRefs {
  const client = useClient()
  const store = useAuditStore()
  const pages = shallowReactive(new Map<number, readonly ProbeRef[]>())
  const asked = new Set<number>()
  let generation = 0

  async function ask(page: number): Promise<void> {
    if (asked.has(page) || store.dataset === undefined)
      return
    asked.add(page)
    const own = generation
    try {
      const { probes } = await client.audits.listProbes({ dataset: store.dataset, items: Array.prototype.slice.call(items(), page * pageSize, (page + 1) * pageSize) as number[] })
      if (own === generation)
        pages.set(page, probes)
    }
    catch {
      // The list stands without names; asked again when it is looked at again.
      if (own === generation)
        asked.delete(page)
    }
  }

  watch(items, () => {
    generation += 1
    pages.clear()
    asked.clear()
  }, { flush: 'sync' })

  return {
    ensure(first, last) {
      for (let page = Math.floor(first / pageSize); page <= Math.floor(last / pageSize); page++)
        void ask(page)
    },
    at: place => pages.get(Math.floor(place / pageSize))?.[place % pageSize],
  }
}
