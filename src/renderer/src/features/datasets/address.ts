// The Datasets view as an address and back, so that a reload, a link or a saved view returns to the same place.
import type { LocationQuery, LocationQueryRaw } from 'vue-router'
import type { FacetFilter } from '@contract/datasets.ts'
import type { Layout, Sort } from './datasets-store.ts'

export interface DatasetsAddress {
  readonly search: string
  readonly facets: FacetFilter
  readonly slice: string | undefined
  readonly run: string | undefined
  readonly sort: Sort | undefined
  readonly layout: Layout
  readonly columns: readonly string[] | undefined
  readonly badge: string | undefined
  readonly recordId: string | undefined
  /** Where the record lives, while all datasets are shown. */
  readonly recordDataset: string | undefined
}

const facetPrefix = 'is-'
/** Stands in front of the column that is sorted by from the largest down. */
const down = '-'

/** `?q=dog&is-artist=noto&record=00012&layout=table&sort=-target` → what is shown. Unknown keys are left alone. */
export function parseAddress(query: LocationQuery): DatasetsAddress {
  const facets = Object.entries(query).flatMap(([key, value]) => {
    const values = [value].flat().filter(one => typeof one === 'string' && one !== '') as string[]
    return key.startsWith(facetPrefix) && values.length > 0 ? [[key.slice(facetPrefix.length), values] as const] : []
  })
  const sort = first(query['sort'])
  const record = first(query['record'])
  const slash = record?.indexOf('/') ?? -1
  return {
    search: first(query['q']) ?? '',
    facets: Object.fromEntries(facets),
    slice: first(query['slice']),
    run: first(query['run']),
    sort: sort === undefined ? undefined : { by: sort.startsWith(down) ? sort.slice(down.length) : sort, descending: sort.startsWith(down) },
    layout: first(query['layout']) === 'table' ? 'table' : 'grid',
    columns: first(query['columns'])?.split(',').filter(Boolean),
    badge: first(query['badge']),
    recordId: record?.slice(slash + 1),
    recordDataset: slash < 0 ? undefined : record?.slice(0, slash),
  }
}

export function writeAddress({ search, facets, slice, run, sort, layout, columns, badge, recordId, recordDataset }: DatasetsAddress): LocationQueryRaw {
  return {
    ...(search === '' ? {} : { q: search }),
    ...Object.fromEntries(Object.entries(facets).filter(([, values]) => values.length > 0).map(([facet, values]) => [`${facetPrefix}${facet}`, values])),
    ...(slice === undefined ? {} : { slice }),
    ...(run === undefined ? {} : { run }),
    ...(sort === undefined ? {} : { sort: `${sort.descending ? down : ''}${sort.by}` }),
    ...(layout === 'grid' ? {} : { layout }),
    ...(columns === undefined ? {} : { columns: columns.join(',') }),
    ...(badge === undefined ? {} : { badge }),
    ...(recordId === undefined ? {} : { record: recordDataset === undefined ? recordId : `${recordDataset}/${recordId}` }),
  }
}

function first(value: LocationQuery[string] | undefined): string | undefined {
  const one = Array.isArray(value) ? value[0] : value
  return one === null || one === '' ? undefined : one
}
