// Findings in sight, asked for in pages check by check.
import { shallowReactive, watch } from 'vue'
import type { Finding } from '@contract/findings.ts'
import { useClient } from '../../api/client.ts'
import { errorSentence } from '../../lib/error-sentence.ts'
import { useAuditStore } from './audit-store.ts'

export interface Findings {
  readonly need: (check: string, place: number) => void
  readonly get: (check: string, place: number) => Finding | undefined
}

const pageSize = 200

/** `version` changes when the findings may be others. */
export function useFindings(version: () => unknown, onError: (sentence: string) => void): Findings {
  const client = useClient()
  const store = useAuditStore()
  const pages = shallowReactive(new Map<string, readonly Finding[]>())
  const asked = new Set<string>()
  const keyOf = (check: string, place: number): string => `${check}/${Math.floor(place / pageSize)}`
  let generation = 0

  async function need(check: string, place: number): Promise<void> {
    const key = keyOf(check, place)
    const { dataset } = store
    if (asked.has(key) || dataset === undefined)
      return
    asked.add(key)
    const own = generation
    try {
      const { findings } = await client.audits.listFindings({ dataset, checks: [check], offset: Math.floor(place / pageSize) * pageSize, limit: pageSize })
      if (own === generation)
        pages.set(key, findings)
    }
    catch (reason) {
      if (own === generation) {
        asked.delete(key)
        onError(errorSentence(reason))
      }
    }
  }

  watch([() => store.dataset, version], () => {
    generation += 1
    pages.clear()
    asked.clear()
  })

  return {
    need: (check, place) => void need(check, place),
    get: (check, place) => pages.get(keyOf(check, place))?.[place % pageSize],
  }
}
