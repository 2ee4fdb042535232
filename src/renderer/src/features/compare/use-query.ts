// One query at a time: run, cancelled, answered or failed; and what was asked in this session.
import { onScopeDispose, ref, shallowRef } from 'vue'
import type { Ref, ShallowRef } from 'vue'
import type { QueryResult } from '@contract/queries.ts'
import { useClient } from '../../api/client.ts'
import { errorSentence } from '../../lib/error-sentence.ts'

export interface Query {
  readonly result: ShallowRef<QueryResult | undefined>
  /** What the result answers. */
  readonly answered: Ref<string>
  readonly error: Ref<string | undefined>
  readonly isRunning: Ref<boolean>
  readonly history: ShallowRef<readonly string[]>
  readonly run: (sql: string, limit: number) => Promise<void>
  readonly cancel: () => void
}

const historyCount = 50
/** Of this page, newest first: a query that was worth asking is worth finding again. */
const history = shallowRef<readonly string[]>([])

export function useQuery(): Query {
  const client = useClient()
  const result = shallowRef<QueryResult>()
  const answered = ref('')
  const error = ref<string>()
  const isRunning = ref(false)
  let controller: AbortController | undefined

  function cancel(): void {
    controller?.abort()
    controller = undefined
    isRunning.value = false
  }

  async function run(sql: string, limit: number): Promise<void> {
    cancel()
    const mine = controller = new AbortController()
    isRunning.value = true
    error.value = undefined
    history.value = [sql, ...history.value.filter(one => one !== sql)].slice(0, historyCount)
    try {
      const found = await client.queries.run({ sql, limit }, { signal: mine.signal })
      if (mine.signal.aborted)
        return
      result.value = found
      answered.value = sql
    }
    catch (reason) {
      if (mine.signal.aborted)
        return
      error.value = errorSentence(reason)
    }
    isRunning.value = false
  }

  onScopeDispose(cancel)
  return { result, answered, error, isRunning, history, run, cancel }
}
