// Runs edits, one scope after the other, and takes them back.
import { onScopeDispose, watch } from 'vue'
import type { Ref } from 'vue'
import { useClient } from '../../api/client.ts'
import { useFollow } from '../../api/follow.ts'
import { useAsked } from '../../api/use-asked.ts'
import type { EditScope } from '@contract/models.ts'
import { errorSentence } from '../../lib/error-sentence.ts'
import { useLabStore } from './lab-store.ts'
import { foldLosses } from './outcome.ts'

export interface Lab {
  readonly loadError: Ref<string | undefined>
  readonly edit: (scopes: readonly EditScope[]) => Promise<void>
  readonly cancel: () => void
  readonly undo: (scope: EditScope) => Promise<void>
}

export function useLab(): Lab {
  const client = useClient()
  const store = useLabStore()
  let controller = new AbortController()

  const choices = useAsked(async () => {
    const [datasets, models, methods, metrics, verdicts, editors] = await Promise.all([client.datasets.list(), client.models.list(), client.methods.list(), client.metrics.list(), client.metrics.verdicts(), client.editors.list()])
    return { datasets, models, methods, metrics, verdicts, editors }
  })

  useFollow(signal => client.workspace.watch(undefined, { signal }), (event) => {
    if (event.kind === 'changed' && event.noun !== 'runs')
      void choices.ask()
  })

  async function editOne(scope: EditScope, signal: AbortSignal): Promise<void> {
    const { modelId: model, datasetId: dataset, record, methodId } = store
    if (model === undefined || dataset === undefined || !record || methodId === undefined)
      return
    store.change(scope, outcome => ({ ...outcome, phase: 'opening' }))
    let losses: number[] = []
    let flushing: ReturnType<typeof setTimeout> | undefined
    const flush = (): void => {
      clearTimeout(flushing)
      flushing = undefined
      const taken = losses
      losses = []
      if (taken.length > 0)
        store.change(scope, outcome => foldLosses(outcome, taken))
    }
    try {
      const editor = store.editorFor(scope)?.id
      const plan = { model, dataset, record: record.id, method: { id: methodId, config: store.config }, scope, seed: store.seed, ...(editor === undefined ? {} : { editor }) }
      for await (const event of await client.lab.edit(plan, { signal })) {
        if (signal.aborted)
          break
        if (event.kind === 'step') {
          losses.push(event.loss)
          // Thousands of quick steps drawn one by one would leave no time for a click on Cancel.
          flushing ??= setTimeout(flush, 100)
        }
        else {
          flush()
          store.apply(scope, event)
        }
      }
    }
    catch (reason) {
      if (!signal.aborted)
        store.change(scope, outcome => ({ ...outcome, phase: 'failed', error: errorSentence(reason) }))
    }
    flush()
    store.change(scope, (outcome) => {
      if (signal.aborted && outcome.phase !== 'done')
        return { ...outcome, phase: 'cancelled' }
      // A stream that ends without `done` was cut off.
      return outcome.phase === 'done' || outcome.phase === 'failed' ? outcome : { ...outcome, phase: 'failed', error: 'The edit ended before it was finished. Try again.' }
    })
  }

  async function edit(scopes: readonly EditScope[]): Promise<void> {
    forget()
    const { signal } = controller
    store.begin(scopes)
    for (const scope of scopes) {
      if (signal.aborted)
        store.change(scope, outcome => ({ ...outcome, phase: 'cancelled' }))
      else
        await editOne(scope, signal)
    }
  }

  function cancel(): void {
    controller.abort()
  }

  async function undo(scope: EditScope): Promise<void> {
    const held = store.outcomes.find(outcome => outcome.scope === scope)?.edit
    if (held === undefined)
      return
    try {
      await client.lab.undo({ edit: held })
      store.change(scope, outcome => ({ ...outcome, phase: 'undone', edit: undefined }))
    }
    catch (reason) {
      store.change(scope, outcome => ({ ...outcome, error: errorSentence(reason) }))
    }
  }

  /** Drops what is on the bench, here and in the engine. */
  function forget(): void {
    controller.abort()
    controller = new AbortController()
    for (const { edit: held } of store.outcomes) {
      // An edit that the engine no longer holds is gone already; there is nothing to tell.
      if (held !== undefined)
        client.lab.undo({ edit: held }).catch(() => undefined)
    }
    store.begin([])
  }

  watch(choices.data, (loaded) => {
    if (loaded)
      store.setChoices(loaded)
  })
  watch([() => store.record?.id, () => store.datasetId, () => store.modelId], forget)
  onScopeDispose(forget)
  return { loadError: choices.error, edit, cancel, undo }
}
