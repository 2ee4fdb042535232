// What the Datasets view shows: which dataset, which records match and in which order, which one is looked at, which are selected.
import { defineStore } from 'pinia'
import { computed, ref, shallowReactive, shallowRef } from 'vue'
import type { Dataset, FacetCount, FacetFilter, RecordFilter, RecordPage, RecordQuery } from '@contract/datasets.ts'
import type { DatasetId, RunId, SliceId } from '@contract/identifiers.ts'
import type { Verdict } from '@contract/methods.ts'
import type { EditRecord } from '@contract/records.ts'
import { keyOf } from './selection.ts'
import type { RecordKey } from './selection.ts'

export type Layout = 'grid' | 'table'

/** Stands for every dataset at once where an id is expected; no dataset can be called so. */
export const allDatasets = '~all'

/** A match: the record, where it lives, and what the chosen run found. */
export interface Row {
  readonly record: EditRecord
  readonly dataset: string
  readonly verdict?: Verdict | undefined
  readonly scores: Readonly<Record<string, number>>
  /** Run whose findings these are; left out where none was asked. */
  readonly run?: string | undefined
}

export interface Sort {
  readonly by: string
  readonly descending: boolean
}

export const useDatasetsStore = defineStore('datasets', () => {
  const all = shallowRef<readonly Dataset[]>()
  const id = ref<string>()
  const search = ref('')
  const facets = ref<FacetFilter>({})
  const slice = ref<string>()
  const run = ref<string>()
  const sort = ref<Sort>()
  /** Only these: a selection that was singled out. */
  const only = shallowRef<readonly RecordKey[]>()
  const layout = ref<Layout>('grid')
  /** Columns of the table beside the picture and the id; undefined = the usual ones. */
  const columns = ref<readonly string[]>()
  /** What cards show of the chosen run: `verdict` or a score. */
  const badge = ref<string>()
  const recordId = ref<string>()
  /** Where the record lives, while all datasets are shown. */
  const recordDataset = ref<string>()
  const total = ref<number>()
  const facetCounts = shallowRef<readonly FacetCount[]>([])
  /** Position in the list of matches → match; only what was asked for lately. */
  const rows = shallowReactive(new Map<number, Row>())
  const places = shallowReactive(new Map<string, number>())
  /** A place that was chosen before its record arrived. */
  const wanted = ref<number>()
  /** The place that was gone to last: lists bring it into sight. Another order or filter goes nowhere. */
  const gone = shallowRef<{ readonly at: number }>()
  const error = ref<string>()
  /** The matches on screen answer an older question. */
  const isAsking = ref(false)
  const isAll = computed(() => id.value === allDatasets)
  const current = computed(() => all.value?.find(dataset => dataset.id === id.value))
  const recordCount = computed(() => isAll.value ? all.value?.reduce((sum, one) => sum + one.recordCount, 0) : current.value?.recordCount)
  const chosen = computed<RecordKey | undefined>(() => {
    const dataset = isAll.value ? recordDataset.value : id.value
    return recordId.value === undefined || dataset === undefined ? undefined : { dataset, record: recordId.value }
  })
  const position = computed(() => wanted.value ?? (chosen.value && places.get(keyOf(chosen.value))))

  const filter = computed<RecordFilter>(() => ({
    search: search.value.trim(),
    facets: facets.value,
    ...(slice.value === undefined ? {} : { slice: slice.value as SliceId }),
    ...(only.value === undefined ? {} : { records: only.value.map(key => isAll.value ? keyOf(key) : key.record) }),
  }))
  const query = computed<Omit<RecordQuery, 'offset' | 'limit' | 'counts'>>(() => ({
    ...filter.value,
    ...(isAll.value ? {} : { id: id.value as DatasetId }),
    ...(run.value === undefined ? {} : { run: run.value as RunId }),
    ...(sort.value === undefined ? {} : { sort: sort.value }),
  }))
  const isFiltered = computed(() => search.value.trim() !== '' || Object.keys(facets.value).length > 0 || slice.value !== undefined || only.value !== undefined)
  /** Nothing but the files' own order: a record's place can be worked out from its index. */
  const isPlain = computed(() => !isFiltered.value && sort.value === undefined && !isAll.value)

  /** Forgets the matches; the total stays until the next page says otherwise, so the list does not jump. */
  function clear(): void {
    rows.clear()
    places.clear()
    wanted.value = undefined
    error.value = undefined
  }

  function addPage(offset: number, page: RecordPage): void {
    total.value = page.total
    page.records.forEach((record, i) => {
      const row: Row = { record, dataset: page.datasets[i] ?? id.value ?? '', scores: {}, ...page.results?.[i], ...(page.results ? { run: run.value } : {}) }
      rows.set(offset + i, row)
      places.set(keyOf({ dataset: row.dataset, record: record.id }), offset + i)
    })
    if (wanted.value !== undefined)
      select(wanted.value)
  }

  /** Forgets matches that were not in sight for long. */
  function dropRows(offset: number, count: number): void {
    for (let at = offset; at < offset + count; at++) {
      const row = rows.get(at)
      if (!row)
        continue
      rows.delete(at)
      places.delete(keyOf({ dataset: row.dataset, record: row.record.id }))
    }
  }

  /** Looks at the record at a place, as soon as it is there. */
  function select(at: number): void {
    const row = rows.get(at)
    wanted.value = row ? undefined : at
    gone.value = { at }
    if (row)
      look({ dataset: row.dataset, record: row.record.id })
  }

  function look({ dataset, record }: RecordKey): void {
    recordDataset.value = isAll.value ? dataset : undefined
    recordId.value = record
  }

  function toggleFacet(facet: string, value: string): void {
    const before = facets.value[facet] ?? []
    setFacet(facet, before.includes(value) ? before.filter(other => other !== value) : [...before, value])
  }

  function setFacet(facet: string, values: readonly string[]): void {
    const { [facet]: _, ...others } = facets.value
    facets.value = values.length > 0 ? { ...others, [facet]: [...values] } : others
  }

  function clearFilters(): void {
    search.value = ''
    facets.value = {}
    slice.value = undefined
    only.value = undefined
  }

  /** Another dataset: filters and scores are of the old one. */
  function pick(dataset: string): void {
    if (id.value === dataset)
      return
    id.value = dataset
    recordId.value = undefined
    recordDataset.value = undefined
    setRun(undefined)
    clearFilters()
  }

  /** Another run, or none: what was sorted or filtered by its findings goes with it. */
  function setRun(next: string | undefined): void {
    run.value = next
    if (next !== undefined)
      return
    setFacet('verdict', [])
    badge.value = undefined
    if (sort.value?.by.includes('/'))
      sort.value = undefined
    columns.value = columns.value?.filter(column => !column.includes('/') && column !== 'verdict')
  }

  /** Ascending, descending, the files' own order again. */
  function sortBy(by: string): void {
    if (sort.value?.by !== by)
      sort.value = { by, descending: false }
    else
      sort.value = sort.value.descending ? undefined : { by, descending: true }
  }

  return {
    all, id, search, facets, slice, run, sort, only, layout, columns, badge, recordId, recordDataset, total, facetCounts, rows, gone, error, isAsking,
    isAll, current, recordCount, chosen, position, filter, query, isFiltered, isPlain,
    clear, addPage, dropRows, select, look, toggleFacet, setFacet, clearFilters, pick, setRun, sortBy,
  }
})
