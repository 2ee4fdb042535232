// Removing versions, and making a chain again in another order.
import { onScopeDispose, ref, shallowRef } from 'vue'
import type { Ref, ShallowRef } from 'vue'
import { useClient } from '../../api/client.ts'
import { errorSentence } from '../../lib/error-sentence.ts'
import type { Lane } from './lane.ts'
import { useLabStore } from './lab-store.ts'
import { emptyOutcome } from './outcome.ts'
import { streamEdit } from './stream-edit.ts'
import { reordered } from './versions.ts'
import { useVersionsStore } from './versions-store.ts'

export interface VersionActions {
  /** The edits of the new chain, while they are made and until the last is done. */
  readonly replays: ShallowRef<readonly Lane[]>
  readonly error: Ref<string | undefined>
  readonly remove: (id: string) => Promise<void>
  /** Moves an edit of the current chain one place; the old chain stays as a branch. */
  readonly move: (id: string, step: -1 | 1) => Promise<void>
  readonly cancel: () => void
}

export function useVersions(): VersionActions {
  const client = useClient()
  const lab = useLabStore()
  const store = useVersionsStore()
  const replays = shallowRef<readonly Lane[]>([])
  const error = ref<string>()
  let controller = new AbortController()

  async function remove(id: string): Promise<void> {
    error.value = undefined
    try {
      for (const gone of store.remove(id))
        await client.lab.undo({ edit: gone as never })
    }
    catch (reason) {
      error.value = errorSentence(reason)
    }
  }

  async function move(id: string, step: -1 | 1): Promise<void> {
    const plan = store.headId === undefined ? undefined : reordered(store.all, store.headId, id, step)
    if (!plan || replays.value.length > 0)
      return
    error.value = undefined
    controller = new AbortController()
    const { signal } = controller
    const model = lab.modelId
    let onto = plan.onto
    replays.value = plan.replay.map((version): Lane => ({ id: `replay of ${version.id}`, plan: version.plan, question: version.question, target: version.target, onto: undefined, outcome: emptyOutcome(version.plan.scope) }))
    for (const [i, version] of plan.replay.entries()) {
      const at = replays.value[i]!
      await streamEdit(client, at.plan, onto, signal, (patch) => {
        replays.value = replays.value.map(one => one.id === at.id ? { ...one, outcome: patch(one.outcome) } : one)
      })
      const { outcome } = replays.value[i]!
      if (outcome.phase !== 'done') {
        if (outcome.error !== undefined)
          error.value = `The chain could not be made in this order: ${outcome.error}`
        replays.value = []
        return
      }
      store.add({ ...at, onto, outcome }, version.name)
      onto = outcome.edit
    }
    replays.value = []
    if (lab.modelId === model)
      store.select(onto)
  }

  const cancel = (): void => controller.abort()
  onScopeDispose(cancel)
  return { replays, error, remove, move, cancel }
}
