// Asks for the records most like one, with progress, until it is answered, cancelled or another one is asked for.
import { onScopeDispose, ref, shallowRef } from 'vue'
import type { Ref, ShallowRef } from 'vue'
import type { NeighbourEvent, NeighbourRequest } from '@contract/datasets.ts'
import { useClient } from '../../api/client.ts'
import { errorSentence } from '../../lib/error-sentence.ts'

export type Found = Extract<NeighbourEvent, { kind: 'found' }>

export interface NeighbourSearch {
  readonly found: ShallowRef<Found | undefined>
  readonly progress: Ref<{ done: number, total: number } | undefined>
  readonly error: Ref<string | undefined>
  readonly isSearching: Ref<boolean>
  readonly search: (request: Omit<NeighbourRequest, 'provider' | 'count'>) => Promise<void>
  readonly cancel: () => void
  /** Nothing is asked, nothing is shown. */
  readonly forget: () => void
}

export function useNeighbours(): NeighbourSearch {
  const client = useClient()
  const found = shallowRef<Found>()
  const progress = ref<{ done: number, total: number }>()
  const error = ref<string>()
  const isSearching = ref(false)
  let controller = new AbortController()

  function cancel(): void {
    controller.abort()
    isSearching.value = false
    progress.value = undefined
  }

  function forget(): void {
    cancel()
    found.value = undefined
    error.value = undefined
  }

  async function search(request: Omit<NeighbourRequest, 'provider' | 'count'>): Promise<void> {
    forget()
    const { signal } = controller = new AbortController()
    isSearching.value = true
    try {
      for await (const event of await client.datasets.nearest({ ...request, count: 12 }, { signal })) {
        if (signal.aborted)
          return
        if (event.kind === 'progress')
          progress.value = event
        else
          found.value = event
      }
    }
    catch (reason) {
      if (!signal.aborted)
        error.value = errorSentence(reason)
    }
    if (!signal.aborted)
      cancel()
  }

  onScopeDispose(cancel)
  return { found, progress, error, isSearching, search, cancel, forget }
}
