// Edits side by side: one after the other in the engine, each kept as a version when it is done.
import { onScopeDispose, watch } from 'vue'
import type { OwnFact } from '@contract/lab.ts'
import { useClient } from '../../api/client.ts'
import { errorSentence } from '../../lib/error-sentence.ts'
import { createLane, mostLanes } from './lane.ts'
import type { Lane, Setting } from './lane.ts'
import { useLabStore } from './lab-store.ts'
import { useLanesStore } from './lanes-store.ts'
import { emptyOutcome } from './outcome.ts'
import { streamEdit } from './stream-edit.ts'
import { useVersionsStore } from './versions-store.ts'

export interface EditOptions {
  /** Keep the lanes that are there and add these. */
  readonly beside?: boolean
  readonly fact?: OwnFact
}

export interface Lanes {
  readonly edit: (settings: readonly Setting[], options?: EditOptions) => Promise<void>
  readonly retry: (id: string) => Promise<void>
  /** Drops the lane's edit in the engine; what it showed stays to look at. */
  readonly undo: (id: string) => Promise<void>
  readonly close: (id: string) => void
  readonly cancel: () => void
}

export function useLanes(): Lanes {
  const client = useClient()
  const lab = useLabStore()
  const store = useLanesStore()
  const versions = useVersionsStore()
  let controller = new AbortController()

  async function run(waiting: readonly Lane[]): Promise<void> {
    const { signal } = controller
    for (const { id, plan, onto } of waiting) {
      if (signal.aborted) {
        store.change(id, outcome => ({ ...outcome, phase: 'cancelled' }))
        continue
      }
      await streamEdit(client, plan, onto, signal, patch => store.change(id, patch))
      const done = store.find(id)
      if (done?.outcome.phase === 'done')
        versions.add(done)
    }
  }

  async function edit(settings: readonly Setting[], { beside = false, fact }: EditOptions = {}): Promise<void> {
    const { modelId: model, datasetId: dataset, record } = lab
    if (model === undefined || dataset === undefined || !record || store.isRunning)
      return
    controller.abort()
    controller = new AbortController()
    const kept = beside ? store.lanes : []
    const ownFact = beside ? store.fact : fact
    const fresh = settings.slice(0, mostLanes - kept.length)
      .map(setting => createLane({ ...setting, model, dataset, record: record.id, ...(ownFact ? { fact: ownFact } : {}) }, record, versions.headId))
    store.set([...kept, ...fresh])
    await run(fresh)
  }

  async function retry(id: string): Promise<void> {
    const lane = store.find(id)
    if (!lane || store.isRunning)
      return
    controller.abort()
    controller = new AbortController()
    store.change(id, ({ scope }) => emptyOutcome(scope))
    await run([lane])
  }

  async function undo(id: string): Promise<void> {
    const edit = store.find(id)?.outcome.edit
    if (edit === undefined)
      return
    try {
      for (const gone of versions.remove(edit))
        await client.lab.undo({ edit: gone as never })
      store.change(id, outcome => ({ ...outcome, phase: 'undone', edit: undefined }))
    }
    catch (reason) {
      store.change(id, outcome => ({ ...outcome, error: errorSentence(reason) }))
    }
  }

  function close(id: string): void {
    store.set(store.lanes.filter(lane => lane.id !== id))
  }

  const cancel = (): void => controller.abort()

  // Another record has another bench. Its edits stay as versions.
  watch([() => lab.record?.id, () => lab.datasetId, () => lab.modelId], () => {
    cancel()
    store.set([])
  })
  // A version that was removed is no lane's edit any more.
  watch(() => versions.all, (all) => {
    for (const { id, outcome } of store.lanes) {
      if (outcome.phase === 'done' && outcome.edit !== undefined && !all.some(one => one.id === outcome.edit))
        store.change(id, now => ({ ...now, phase: 'undone', edit: undefined }))
    }
  })
  onScopeDispose(cancel)
  return { edit, retry, undo, close, cancel }
}
