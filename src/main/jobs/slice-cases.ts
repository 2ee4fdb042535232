// Slices of the study: saved, counted, and the worst ones of a run found.
import type { DatasetId, SliceId } from '../../preload/contract/identifiers.ts'
import type { Slice, SliceDraft, WorstRequest, WorstSlice } from '../../preload/contract/slices.ts'
import type { RecordQueries } from '../query/records.ts'
import { getDataset, listDatasets } from '../workspace/datasets.ts'
import type { Study } from '../workspace/open-workspace.ts'
import { listSlices, readSlice, removeSlice, writeSlice } from '../workspace/slices.ts'
import type { Counting } from './counting.ts'
import { findWorstSlices } from './find-worst-slices.ts'

export interface SliceCases {
  /** Oldest first. */
  readonly list: () => Promise<Slice[]>
  /** Throws a sentence for a filter or SQL that does not work: nothing is saved that cannot be opened. */
  readonly save: (draft: SliceDraft) => Promise<Slice>
  readonly remove: (id: SliceId) => Promise<boolean>
  readonly count: (id: SliceId, dataset: DatasetId | undefined) => Promise<number>
  readonly worst: (request: WorstRequest) => Promise<{ slices: WorstSlice[], looked: number, notes: string[] }>
  /** Ids of the slice's records in a dataset. Throws a sentence for an unknown slice or SQL that does not run. */
  readonly recordsOf: (id: SliceId, dataset: DatasetId) => Promise<ReadonlySet<string>>
}

export interface SliceCaseOptions {
  readonly study: Study
  readonly queries: Pick<RecordQueries, 'recordsOf' | 'recordsOfDraft' | 'table'>
  readonly counting: Pick<Counting, 'columnsOf'>
  readonly checkWritable: () => void
  /** Hears about files that cannot be read. */
  readonly warn: (sentence: string) => void
  readonly onChange: (id: string) => void
}

export function createSliceCases({ study, queries, counting, checkWritable, warn, onChange }: SliceCaseOptions): SliceCases {
  async function datasetsOf(dataset: DatasetId | undefined): Promise<DatasetId[]> {
    return dataset === undefined ? (await listDatasets(study)).datasets.map(({ id }) => id) : [(await getDataset(study, dataset)).id]
  }
  return {
    async list() {
      const { slices, broken } = await listSlices(study)
      broken.forEach(({ reason }) => warn(reason))
      return slices
    },
    async save(draft) {
      checkWritable()
      for (const dataset of (await datasetsOf(draft.dataset)).slice(0, 1))
        await queries.recordsOfDraft(draft, dataset)
      const slice = await writeSlice(study, draft)
      onChange(slice.id)
      return slice
    },
    async remove(id) {
      checkWritable()
      const removed = await removeSlice(study, id)
      if (removed)
        onChange(id)
      return removed
    },
    async count(id, dataset) {
      const slice = await readSlice(study, id)
      let count = 0
      for (const one of await datasetsOf(dataset ?? slice.dataset))
        count += (await queries.recordsOf(id, one)).size
      return count
    },
    worst: request => findWorstSlices({ study, queries, counting }, request),
    recordsOf: queries.recordsOf,
  }
}
