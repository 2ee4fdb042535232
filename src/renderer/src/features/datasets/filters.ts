// Everything that narrows the records, as a list of chips, and in one line for a slice's dialog.
import type { FacetCount, RecordFilter } from '@contract/datasets.ts'
import { formatCount } from '../../lib/format.ts'

export interface Chip {
  readonly key: string
  readonly name: string
  readonly value: string
  readonly part: 'search' | 'facet' | 'slice' | 'records'
  readonly facet?: string
}

/** `labels`: facets as the backend names them; `sliceName`: of the chosen slice. */
export function chipsOf(filter: RecordFilter, labels: readonly Pick<FacetCount, 'facet' | 'label'>[], sliceName: string | undefined): Chip[] {
  const labelOf = (facet: string): string => labels.find(one => one.facet === facet)?.label ?? facet
  return [
    ...(filter.slice === undefined ? [] : [{ key: 'slice', name: 'Slice', value: sliceName ?? filter.slice, part: 'slice' as const }]),
    ...(filter.records === undefined ? [] : [{ key: 'records', name: 'Only', value: formatCount(filter.records.length, 'selected record'), part: 'records' as const }]),
    ...(filter.search === '' ? [] : [{ key: 'search', name: 'Text', value: filter.search, part: 'search' as const }]),
    ...Object.entries(filter.facets).flatMap(([facet, values]) => values.map(value => ({ key: `${facet}=${value}`, name: labelOf(facet), value, part: 'facet' as const, facet }))),
  ]
}
