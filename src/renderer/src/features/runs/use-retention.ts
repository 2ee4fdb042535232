// The retention matrix of the open run, asked for again while edits go on.
import { computed, onScopeDispose, ref, shallowRef, watch } from 'vue'
import type { ComputedRef, Ref } from 'vue'
import type { MetricInfo } from '@contract/methods.ts'
import type { RecordResult, RetentionCell, Run } from '@contract/runs.ts'
import { useClient } from '../../api/client.ts'
import { errorSentence } from '../../lib/error-sentence.ts'
import { throttle } from '../../lib/throttle.ts'
import { matrixOf, measuredMetrics } from './retention.ts'
import type { Matrix, Reading } from './retention.ts'

const intervalMs = 4_000

export interface Retention {
  readonly metrics: ComputedRef<{ readonly info: MetricInfo, readonly reading: Reading }[]>
  readonly metricId: Ref<string>
  readonly chosen: ComputedRef<{ readonly info: MetricInfo, readonly reading: Reading } | undefined>
  readonly matrix: ComputedRef<Matrix | undefined>
  /** Undefined until the first answer. */
  readonly cellCount: ComputedRef<number | undefined>
  readonly error: Ref<string | undefined>
  readonly ask: () => void
  /** The result line of a record, or undefined with `error` saying why. */
  readonly find: (record: string) => Promise<RecordResult | undefined>
}

export function useRetention(run: () => Run, infos: () => readonly MetricInfo[], version: () => number): Retention {
  const client = useClient()
  const cells = shallowRef<readonly RetentionCell[]>()
  const error = ref<string>()
  const metricId = ref('reliability')
  let asked = 0

  async function load(): Promise<void> {
    const mine = ++asked
    try {
      const answer = await client.runs.listRetention({ id: run().id })
      if (mine !== asked)
        return
      cells.value = answer.cells
      error.value = undefined
    }
    catch (reason) {
      if (mine === asked)
        error.value = errorSentence(reason)
    }
  }
  const soon = throttle(() => void load(), intervalMs)

  async function find(record: string): Promise<RecordResult | undefined> {
    try {
      const { results: [result] } = await client.runs.listResults({ id: run().id, record, limit: 1 })
      error.value = result ? undefined : `Record '${record}' has no result line of its own yet. Wait until the run has scored it.`
      return result
    }
    catch (reason) {
      error.value = errorSentence(reason)
      return undefined
    }
  }

  const metrics = computed(() => measuredMetrics(cells.value ?? [], infos()))
  const chosen = computed(() => metrics.value.find(({ info }) => info.id === metricId.value) ?? metrics.value[0])
  const matrix = computed(() => chosen.value && matrixOf(cells.value ?? [], chosen.value.info.id, chosen.value.reading.id))

  watch(() => run().id, () => {
    soon.stop()
    asked++
    cells.value = undefined
    error.value = undefined
    soon.call()
  }, { immediate: true })
  watch([version, () => run().status], soon.call)
  onScopeDispose(soon.stop)
  return { metrics, metricId, chosen, matrix, cellCount: computed(() => cells.value?.length), error, ask: soon.call, find }
}
