// Asks for the runs, follows them, and steers them.
import { onScopeDispose, ref, watch } from 'vue'
import type { Ref } from 'vue'
import { useClient } from '../../api/client.ts'
import { useFollow } from '../../api/follow.ts'
import { useAsked } from '../../api/use-asked.ts'
import { errorSentence } from '../../lib/error-sentence.ts'
import { throttle } from '../../lib/throttle.ts'
import { useRunsStore } from './runs-store.ts'

export type Steer = 'pause' | 'resume' | 'cancel' | 'remove'

export interface Runs {
  readonly listError: Ref<string | undefined>
  readonly steerError: Ref<string | undefined>
  readonly steer: (action: Steer, id: string) => Promise<void>
  readonly reload: () => Promise<void>
}

const listIntervalMs = 1_000

export function useRuns(): Runs {
  const client = useClient()
  const store = useRunsStore()
  const steerError = ref<string>()

  const list = useAsked(() => client.runs.list())
  const infos = useAsked(() => Promise.all([client.metrics.list(), client.methods.list(), client.metrics.verdicts()]))
  const listSoon = throttle(() => void list.ask(), listIntervalMs)
  useFollow(signal => client.workspace.watch(undefined, { signal }), (event) => {
    if (event.kind === 'changed' && event.noun === 'runs')
      listSoon.call()
  })

  async function steer(action: Steer, id: string): Promise<void> {
    steerError.value = undefined
    try {
      if (action === 'remove') {
        await client.runs.remove({ id })
        store.drop(id)
      }
      else {
        store.put(await client.runs[action]({ id }))
      }
    }
    catch (reason) {
      steerError.value = errorSentence(reason)
    }
  }

  watch(list.data, (runs) => {
    if (runs)
      store.setAll(runs)
  })
  watch(infos.data, (loaded) => {
    if (loaded)
      [store.metricInfos, store.methodInfos, store.verdictInfos] = loaded
  })
  watch(() => store.openId, () => {
    steerError.value = undefined
  })
  onScopeDispose(listSoon.stop)
  return { listError: list.error, steerError, steer, reload: list.ask }
}
