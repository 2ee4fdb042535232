// Which records are selected: kept by dataset and id, so that it survives filters, paging and another order.
import { defineStore } from 'pinia'
import { computed, ref, shallowReactive } from 'vue'

export interface RecordKey {
  readonly dataset: string
  readonly record: string
}

/** `e-vqa-eval/00042`: ids are unique inside their dataset only. Dataset ids hold no slash. */
export function keyOf({ dataset, record }: RecordKey): string {
  return `${dataset}/${record}`
}

export const useSelection = defineStore('datasets-selection', () => {
  const keys = shallowReactive(new Map<string, RecordKey>())
  /** Where a range starts: the place that was selected last by itself. */
  const anchor = ref<number>()
  const count = computed(() => keys.size)
  const list = computed(() => [...keys.values()])

  function toggle(key: RecordKey, at: number): void {
    anchor.value = at
    if (!keys.delete(keyOf(key)))
      keys.set(keyOf(key), key)
  }

  function add(more: Iterable<RecordKey>): void {
    for (const key of more)
      keys.set(keyOf(key), key)
  }

  function clear(): void {
    keys.clear()
    anchor.value = undefined
  }

  return { keys, anchor, count, list, toggle, add, clear }
})
