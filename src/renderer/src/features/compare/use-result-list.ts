// The results that a filter lets through, batch by batch: worst first under its metric, otherwise in the run's order.
import { computed, ref, shallowRef, watch } from 'vue'
import type { ComputedRef, Ref, ShallowRef } from 'vue'
import type { RecordResult, ResultFilter } from '@contract/runs.ts'
import { useClient } from '../../api/client.ts'
import type { Client } from '../../api/client.ts'
import { errorSentence } from '../../lib/error-sentence.ts'
import { worstFirst } from '../../lib/worst-first.ts'
import { useCompareStore } from './compare-store.ts'

export interface ResultList {
  readonly shown: ComputedRef<readonly RecordResult[]>
  readonly total: ShallowRef<number | undefined>
  readonly isLoading: Ref<boolean>
  readonly hasMore: ComputedRef<boolean>
  readonly error: Ref<string | undefined>
  readonly more: () => Promise<void>
}

const batch = 20
const pageSize = 200

async function* inOrder(client: Client, filter: ResultFilter): AsyncGenerator<RecordResult[]> {
  for (let offset = 0, total = 1; offset < total; offset += pageSize) {
    const page = await client.runs.listResults({ ...filter, offset, limit: pageSize })
    total = page.total
    yield page.results
  }
}

export function useResultList(filter: () => ResultFilter | undefined, onShow: (result: RecordResult) => void): ResultList {
  const client = useClient()
  const store = useCompareStore()
  const results = shallowRef<readonly RecordResult[]>([])
  const shownCount = ref(0)
  const total = shallowRef<number>()
  const isLoading = ref(false)
  const isComplete = ref(false)
  const error = ref<string>()
  let source: AsyncGenerator<RecordResult[]> | undefined

  const shown = computed(() => results.value.slice(0, shownCount.value))
  const hasMore = computed(() => !isComplete.value || shownCount.value < results.value.length)

  function sourceOf({ min, max, ...rest }: ResultFilter): AsyncGenerator<RecordResult[]> {
    const { metric } = rest
    if (metric === undefined)
      return inOrder(client, rest)
    const variant = rest.variant ?? store.metricOf(metric)?.variants[0]?.id ?? 'strict'
    return worstFirst((range, offset, limit) => client.runs.listResults({ ...rest, offset, limit, ...range }), result => result.scores[metric]?.[variant], store.readingOf(metric, variant)?.higherIsBetter ?? true, { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) })
  }

  async function count(asked: ResultFilter): Promise<void> {
    try {
      const page = await client.runs.listResults({ ...asked, offset: 0, limit: 1 })
      if (filter() === asked)
        total.value = page.total
    }
    catch {
      // The list itself says what is wrong.
    }
  }

  async function more(): Promise<void> {
    const mine = source
    if (!mine)
      return
    isLoading.value = true
    error.value = undefined
    try {
      while (results.value.length < shownCount.value + batch) {
        const { done, value } = await mine.next()
        if (mine !== source)
          return
        if (done) {
          isComplete.value = true
          break
        }
        results.value = [...results.value, ...value]
      }
      shownCount.value = Math.min(results.value.length, shownCount.value + batch)
      shown.value.forEach(onShow)
    }
    catch (reason) {
      if (mine !== source)
        return
      error.value = errorSentence(reason)
      isComplete.value = true
    }
    isLoading.value = false
  }

  watch(filter, (asked) => {
    results.value = []
    shownCount.value = 0
    total.value = undefined
    isComplete.value = false
    error.value = undefined
    source = asked && sourceOf(asked)
    if (asked) {
      void count(asked)
      void more()
    }
  }, { immediate: true })

  return { shown, total, isLoading, hasMore, error, more }
}
