// Which probes the adjudicator works through, and what this session has agreed to see.
import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import type { QueueRequest } from '@contract/audits.ts'

/** A work list; `title` says what it shows where its parts do not. */
export interface WorkList extends Pick<QueueRequest, 'show' | 'kinds' | 'said'> {
  readonly differ?: boolean
  readonly title?: string
}

export const disputes: WorkList = { show: 'disputed', kinds: [], said: [] }

export const useAdjudicateStore = defineStore('audit-adjudicate', () => {
  const list = shallowRef<WorkList>(disputes)
  /** Real names instead of A, B, C. */
  const hasNames = ref(false)
  /** Said yes to seeing what others decided; asked once a session. */
  const isWilling = ref(false)
  return { list, hasNames, isWilling }
})
