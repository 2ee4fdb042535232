// A question to the backend as state: what it answered, whether it is still asking, or why it failed.
import { onScopeDispose, shallowRef, watch } from 'vue'
import type { Ref, ShallowRef, WatchSource } from 'vue'
import { useConnection } from './client.ts'
import { errorSentence } from '../lib/error-sentence.ts'

export interface Asked<T> {
  readonly data: ShallowRef<T | undefined>
  readonly error: Ref<string | undefined>
  readonly isLoading: Ref<boolean>
  readonly ask: () => Promise<void>
}

/** Asks now, whenever a source changes, and after every gap in the connection; only the newest answer counts. */
export function useAsked<T>(question: (signal: AbortSignal) => Promise<T>, sources: WatchSource[] = []): Asked<T> {
  const connection = useConnection()
  const data = shallowRef<T>()
  const error = shallowRef<string>()
  const isLoading = shallowRef(true)
  let controller = new AbortController()

  async function ask(): Promise<void> {
    controller.abort()
    controller = new AbortController()
    const { signal } = controller
    isLoading.value = true
    try {
      const answer = await question(signal)
      if (signal.aborted)
        return
      data.value = answer
      error.value = undefined
    }
    catch (reason) {
      if (signal.aborted)
        return
      error.value = errorSentence(reason)
    }
    isLoading.value = false
  }

  // Before the first connection there is nobody to ask; the banner says so if it takes long.
  watch([() => connection.epoch, ...sources], () => {
    if (connection.epoch > 0)
      void ask()
  }, { immediate: true })
  onScopeDispose(() => controller.abort())
  return { data, error, isLoading, ask }
}
