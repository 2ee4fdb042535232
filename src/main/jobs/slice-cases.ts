// Slices of the study: saved, counted, and the worst ones of a run found.
import type { DatasetId, SliceId } from '../../preload/contract/identifiers.ts'
import type { Slice, SliceDraft, WorstRequest, WorstSlice } from '../../preload/contract/slices.ts'
import type { Study } from '../workspace/open-workspace.ts'
import { notYet } from './not-yet.ts'

export interface SliceCases {
  readonly list: () => Promise<Slice[]>
  readonly save: (draft: SliceDraft) => Promise<Slice>
  readonly remove: (id: SliceId) => Promise<boolean>
  readonly count: (id: SliceId, dataset: DatasetId | undefined) => Promise<number>
  readonly worst: (request: WorstRequest) => Promise<{ slices: WorstSlice[], looked: number, notes: string[] }>
  /** Ids of the slice's records in a dataset. Throws a sentence for an unknown slice or SQL that does not run. */
  readonly recordsOf: (id: SliceId, dataset: DatasetId) => Promise<ReadonlySet<string>>
}

export interface SliceCaseOptions {
  readonly study: Study
  readonly checkWritable: () => void
  readonly onChange: (id: string) => void
}

export function createSliceCases(_options: SliceCaseOptions): SliceCases {
  const fail = (): never => {
    throw notYet('Slices')
  }
  return { list: fail, save: fail, remove: fail, count: fail, worst: fail, recordsOf: fail }
}
