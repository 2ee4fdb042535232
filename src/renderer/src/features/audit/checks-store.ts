// Checks that are running, so that another tab or view does not stop them, and how the last ones failed.
import { defineStore } from 'pinia'
import { ref, shallowReactive } from 'vue'

export interface CheckProgress { readonly done: number, readonly total: number }

export const useChecksStore = defineStore('audit-checks', () => {
  /** The dataset whose checks run; one at a time. */
  const dataset = ref<string>()
  /** How many checks were asked for; those in `progress` are still to come or under way. */
  const begun = ref(0)
  const progress = shallowReactive(new Map<string, CheckProgress>())
  /** Dataset/check → sentence. */
  const failures = shallowReactive(new Map<string, string>())
  /** Why nothing could be run at all. */
  const error = ref<string>()
  let controller: AbortController | undefined

  /** A signal for what begins now; undefined while other checks run. */
  function begin(id: string, checks: readonly string[]): AbortSignal | undefined {
    if (dataset.value !== undefined)
      return undefined
    dataset.value = id
    error.value = undefined
    progress.clear()
    begun.value = checks.length
    checks.forEach((check) => {
      progress.set(check, { done: 0, total: 0 })
      failures.delete(`${id}/${check}`)
    })
    controller = new AbortController()
    return controller.signal
  }

  function end(): void {
    dataset.value = undefined
    progress.clear()
    controller = undefined
  }

  return { dataset, begun, progress, failures, error, begin, end, cancel: () => controller?.abort() }
})
