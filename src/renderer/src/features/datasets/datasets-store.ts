// What the Datasets view shows: which dataset, which records match, which one is selected.
import { defineStore } from 'pinia'
import { computed, ref, shallowReactive, shallowRef } from 'vue'
import type { Dataset, FacetCount, FacetFilter, RecordPage } from '@contract/datasets.ts'
import type { EditRecord } from '@contract/records.ts'

export type Layout = 'grid' | 'table'

export const useDatasetsStore = defineStore('datasets', () => {
  const all = shallowRef<readonly Dataset[]>()
  const id = ref<string>()
  const search = ref('')
  const facets = ref<FacetFilter>({})
  const layout = ref<Layout>('grid')
  const recordId = ref<string>()
  const total = ref<number>()
  const facetCounts = shallowRef<readonly FacetCount[]>([])
  /** Position in the list of matches → record; only what was asked for so far. */
  const records = shallowReactive(new Map<number, EditRecord>())
  /** A place that was chosen before its record arrived. */
  const wanted = ref<number>()
  const error = ref<string>()

  const current = computed(() => all.value?.find(dataset => dataset.id === id.value))
  const position = computed(() => {
    if (wanted.value !== undefined)
      return wanted.value
    for (const [at, record] of records) {
      if (record.id === recordId.value)
        return at
    }
    return undefined
  })

  /** Forgets the matches; the total stays until the next page says otherwise, so the list does not jump. */
  function clear(): void {
    records.clear()
    wanted.value = undefined
    error.value = undefined
  }

  function addPage(offset: number, page: RecordPage): void {
    total.value = page.total
    facetCounts.value = page.facets
    page.records.forEach((record, i) => records.set(offset + i, record))
    if (wanted.value !== undefined)
      select(wanted.value)
  }

  /** Selects the record at a place, as soon as it is there. */
  function select(at: number): void {
    const record = records.get(at)
    wanted.value = record ? undefined : at
    if (record)
      recordId.value = record.id
  }

  function toggleFacet(facet: string, value: string): void {
    const chosen = facets.value[facet] ?? []
    const next = chosen.includes(value) ? chosen.filter(other => other !== value) : [...chosen, value]
    const { [facet]: _, ...others } = facets.value
    facets.value = next.length > 0 ? { ...others, [facet]: next } : others
  }

  function clearFilters(): void {
    search.value = ''
    facets.value = {}
  }

  return { all, id, search, facets, layout, recordId, total, facetCounts, records, error, current, position, clear, addPage, select, toggleFacet, clearFilters }
})
