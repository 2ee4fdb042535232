// The chosen runs record by record: who is right where, page by page.
import { computed, shallowReactive, shallowRef, watch } from 'vue'
import type { ComputedRef, ShallowRef } from 'vue'
import type { Alignment, Run } from '@contract/runs.ts'
import { useClient } from '../../api/client.ts'
import { useAsked } from '../../api/use-asked.ts'
import type { Asked } from '../../api/use-asked.ts'
import { errorSentence } from '../../lib/error-sentence.ts'
import { countsOf } from './cell-filter.ts'
import { useCompareStore } from './compare-store.ts'
import { useWhileShown } from '../../lib/use-while-shown.ts'

export type AlignedRow = Alignment['rows'][number]

export interface AlignmentOf {
  /** Datasets that at least two chosen runs have. */
  readonly datasets: ComputedRef<readonly string[]>
  readonly dataset: ComputedRef<string | undefined>
  /** Of the dataset, in the table's order; and those that are aligned now. */
  readonly candidates: ComputedRef<readonly Run[]>
  readonly runs: ComputedRef<readonly Run[]>
  readonly isPair: ComputedRef<boolean>
  readonly marked: ComputedRef<readonly string[] | undefined>
  readonly first: Asked<Alignment | undefined>
  /** Names the question that the rows answer. */
  readonly question: Readonly<ShallowRef<string>>
  readonly rows: ReadonlyMap<number, AlignedRow>
  readonly pageError: ShallowRef<string | undefined>
  readonly need: (first: number, last: number) => void
  readonly listIds: () => Promise<string[]>
}

const pageSize = 100
const idsPageSize = 500

export function useAlignment(isMarkedOnly: () => boolean): AlignmentOf {
  const client = useClient()
  const store = useCompareStore()
  const rows = shallowReactive(new Map<number, AlignedRow>())
  const pageError = shallowRef<string>()
  const pages = new Set<number>()

  const datasets = computed(() => [...new Set(store.shown.map(run => run.plan.dataset as string))].filter(id => store.shown.filter(run => run.plan.dataset === id).length > 1))
  const dataset = computed(() => datasets.value.find(id => id === store.address.dataset) ?? datasets.value.find(id => id === store.selection?.dataset) ?? datasets.value[0])
  const candidates = computed(() => store.shown.filter(run => run.plan.dataset === dataset.value))
  const isPair = computed(() => candidates.value.length === 2 || (store.address.pair !== undefined && store.address.pair.every(id => candidates.value.some(run => run.id === id))))
  const runs = computed(() => {
    const pair = store.address.pair
    const found = isPair.value && pair ? pair.flatMap(id => candidates.value.find(run => run.id === id) ?? []) : []
    return found.length === 2 ? found : candidates.value
  })
  const marked = computed(() => isMarkedOnly() && store.selection?.dataset === dataset.value ? store.selection?.records : undefined)
  const request = computed(() => ({
    runs: runs.value.map(run => run.id as string),
    metric: store.address.metric,
    variant: store.address.variant,
    threshold: store.address.threshold,
    ...(store.address.within === undefined ? {} : { slice: store.address.within }),
    ...countsOf(store.counts),
    ...(marked.value === undefined ? {} : { records: [...marked.value] }),
    ...(store.address.pattern === undefined || store.address.pattern.length !== runs.value.length ? {} : { pattern: store.address.pattern }),
  }))
  const question = useWhileShown(() => JSON.stringify([request.value, store.countsKey]))
  const first = useAsked(async (signal) => {
    const asked = request.value
    const answer = asked.runs.length < 2 ? undefined : await client.runs.align({ ...asked, offset: 0, limit: pageSize }, { signal })
    signal.throwIfAborted()
    rows.clear()
    pages.clear()
    pages.add(0)
    pageError.value = undefined
    answer?.rows.forEach((row, i) => rows.set(i, row))
    return answer
  }, [question])

  async function ask(page: number): Promise<void> {
    if (pages.has(page))
      return
    pages.add(page)
    const asked = question.value
    try {
      const answer = await client.runs.align({ ...request.value, offset: page * pageSize, limit: pageSize })
      if (asked === question.value)
        answer.rows.forEach((row, i) => rows.set(page * pageSize + i, row))
    }
    catch (reason) {
      pages.delete(page)
      pageError.value = errorSentence(reason)
    }
  }

  async function listIds(): Promise<string[]> {
    const ids: string[] = []
    for (let offset = 0, total = 1; offset < total; offset += idsPageSize) {
      const answer = await client.runs.align({ ...request.value, offset, limit: idsPageSize })
      total = answer.total
      ids.push(...answer.rows.map(row => row.record))
    }
    return ids
  }

  // A pattern of other runs means nothing for these.
  watch([() => runs.value.length, () => store.address.pattern] as const, ([count, pattern]) => {
    if (pattern !== undefined && count > 0 && pattern.length !== count)
      store.set({ pattern: undefined })
  })

  return {
    datasets, dataset, candidates, runs, isPair, marked, first, question, rows, pageError, listIds,
    need: (from, to) => {
      for (let page = Math.floor(from / pageSize); page <= Math.floor(to / pageSize); page++)
        void ask(page)
    },
  }
}
