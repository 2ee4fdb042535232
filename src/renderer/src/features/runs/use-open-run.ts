// Follows the open run: its progress and loss curves as they happen, what it adds up to every few seconds.
import { onScopeDispose, ref, watch } from 'vue'
import type { Ref } from 'vue'
import { useClient, useConnection } from '../../api/client.ts'
import { errorSentence } from '../../lib/error-sentence.ts'
import { throttle } from '../../lib/throttle.ts'
import { useRunsStore } from './runs-store.ts'
import { withStep } from './training-option.ts'

const summaryIntervalMs = 2_500

export interface OpenRun {
  readonly error: Ref<string | undefined>
  /** Changes when results should be asked for again. */
  readonly version: Ref<number>
}

export function useOpenRun(): OpenRun {
  const client = useClient()
  const connection = useConnection()
  const store = useRunsStore()
  const error = ref<string>()
  const version = ref(0)
  let controller = new AbortController()

  async function askSummary(): Promise<void> {
    const id = store.openId
    if (id === undefined)
      return
    try {
      const { run, ...summary } = await client.runs.get({ id })
      if (store.openId !== id)
        return
      store.put(run)
      store.summary = summary
      version.value += 1
      error.value = undefined
    }
    catch (reason) {
      if (store.openId === id)
        error.value = errorSentence(reason)
    }
  }
  /** The curves up to now; what the stream brings meanwhile comes after them. */
  async function askSteps(id: string, signal: AbortSignal): Promise<void> {
    const run = store.open ?? (await client.runs.get({ id }).catch(() => undefined))?.run
    if (run?.plan.kind !== 'train' || signal.aborted)
      return
    try {
      const { steps } = await client.runs.listSteps({ id }, { signal })
      if (!signal.aborted)
        store.steps = store.steps.reduce(withStep, steps)
    }
    catch (reason) {
      if (!signal.aborted)
        error.value = errorSentence(reason)
    }
  }

  const askSoon = throttle(() => void askSummary(), summaryIntervalMs)

  async function follow(id: string, signal: AbortSignal): Promise<void> {
    try {
      for await (const event of await client.runs.watch({ id }, { signal })) {
        if (signal.aborted)
          return
        store.apply(event)
        askSoon.call()
      }
    }
    catch {
      // A stream that breaks is opened again with the connection; the banner says so meanwhile.
    }
  }

  watch([() => store.openId, () => connection.epoch], ([id]) => {
    controller.abort()
    controller = new AbortController()
    askSoon.stop()
    store.forgetOpen()
    error.value = undefined
    if (id === undefined)
      return
    askSoon.call()
    void follow(id, controller.signal)
    void askSteps(id, controller.signal)
  }, { immediate: true })

  onScopeDispose(() => {
    controller.abort()
    askSoon.stop()
  })
  return { error, version }
}
