// Asks one question of several versions, one after the other, and takes in pictures.
import { onScopeDispose, ref } from 'vue'
import type { Ref } from 'vue'
import { useClient } from '../../api/client.ts'
import { base64Of } from '../../lib/base64-of.ts'
import { errorSentence } from '../../lib/error-sentence.ts'
import { pristine, useQuestionsStore } from './questions-store.ts'
import type { Asking } from './questions-store.ts'
import { useLabStore } from './lab-store.ts'

export interface Questions {
  readonly isAsking: Ref<boolean>
  readonly isAdding: Ref<boolean>
  readonly error: Ref<string | undefined>
  /** Of everybody that is chosen. Answers that do not come are sentences. */
  readonly ask: (asking: Asking) => Promise<void>
  readonly stop: () => void
  /** Keeps a picture in the study; gives its hash. */
  readonly addPicture: (file: File) => Promise<string | undefined>
}

export function useQuestions(): Questions {
  const client = useClient()
  const lab = useLabStore()
  const store = useQuestionsStore()
  const isAsking = ref(false)
  const isAdding = ref(false)
  const error = ref<string>()
  let controller = new AbortController()

  async function ask(asking: Asking): Promise<void> {
    const { modelId: model } = lab
    const whom = store.chosen
    if (model === undefined || asking.prompt === '' || whom.length === 0 || isAsking.value)
      return
    controller = new AbortController()
    const { signal } = controller
    isAsking.value = true
    error.value = undefined
    const id = store.begin(asking, whom.map(({ id: who, label }) => ({ who, label })))
    const { prompt, form, expected, picture: image } = asking
    for (const { id: who, label } of whom) {
      try {
        const answer = await client.lab.answer({ model, prompt, form, expected, ...(image === undefined ? {} : { image }), ...(who === pristine ? {} : { edit: who }) }, { signal })
        store.put(id, { who, label, answer })
      }
      catch (reason) {
        store.put(id, { who, label, error: signal.aborted ? 'Stopped before it was asked.' : errorSentence(reason) })
      }
    }
    isAsking.value = false
  }

  async function addPicture(file: File): Promise<string | undefined> {
    error.value = undefined
    isAdding.value = true
    try {
      const name = file.name || 'pasted picture'
      const { hash } = await client.lab.addPicture({ name, data: await base64Of(file) })
      store.addPicture({ hash, name })
      return hash
    }
    catch (reason) {
      error.value = errorSentence(reason)
      return undefined
    }
    finally {
      isAdding.value = false
    }
  }

  const stop = (): void => controller.abort()
  onScopeDispose(stop)
  return { isAsking, isAdding, error, ask, stop, addPicture }
}
