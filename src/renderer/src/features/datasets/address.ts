// The Datasets view as an address and back, so that a reload or a link returns to the same place.
import type { LocationQuery, LocationQueryRaw } from 'vue-router'
import type { FacetFilter } from '@contract/datasets.ts'
import type { Layout } from './datasets-store.ts'

export interface DatasetsAddress {
  readonly search: string
  readonly facets: FacetFilter
  readonly layout: Layout
  readonly recordId: string | undefined
}

const facetPrefix = 'is-'

/** `?q=dog&is-artist=noto&record=00012&layout=table` → what is shown. Unknown keys are left alone. */
export function parseAddress(query: LocationQuery): DatasetsAddress {
  const facets = Object.entries(query).flatMap(([key, value]) => {
    const values = [value].flat().filter(one => typeof one === 'string' && one !== '') as string[]
    return key.startsWith(facetPrefix) && values.length > 0 ? [[key.slice(facetPrefix.length), values] as const] : []
  })
  return {
    search: first(query['q']) ?? '',
    facets: Object.fromEntries(facets),
    layout: first(query['layout']) === 'table' ? 'table' : 'grid',
    recordId: first(query['record']),
  }
}

export function writeAddress({ search, facets, layout, recordId }: DatasetsAddress): LocationQueryRaw {
  return {
    ...(search === '' ? {} : { q: search }),
    ...Object.fromEntries(Object.entries(facets).filter(([, values]) => values.length > 0).map(([facet, values]) => [`${facetPrefix}${facet}`, values])),
    ...(layout === 'grid' ? {} : { layout }),
    ...(recordId === undefined ? {} : { record: recordId }),
  }
}

function first(value: LocationQuery[string] | undefined): string | undefined {
  const one = Array.isArray(value) ? value[0] : value
  return one === null || one === '' ? undefined : one
}
