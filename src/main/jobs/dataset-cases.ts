// Datasets of the study: pages from the index, imports and removals announced.
import type { Dataset, ImportRequest, RecordColumn, RecordPage, RecordQuery } from '../../preload/contract/datasets.ts'
import type { DatasetId, RunId } from '../../preload/contract/identifiers.ts'
import type { EditRecord, Problem } from '../../preload/contract/records.ts'
import type { RecordQueries } from '../query/records.ts'
import { getDataset, listDatasets, removeDataset } from '../workspace/datasets.ts'
import { importDataset } from '../workspace/import-dataset.ts'
import type { Study } from '../workspace/open-workspace.ts'

export interface DatasetCases {
  readonly list: () => Promise<Dataset[]>
  readonly get: (id: DatasetId) => Promise<Dataset>
  readonly listRecords: (query: RecordQuery) => Promise<RecordPage>
  readonly listColumns: (id: DatasetId | undefined, run: RunId | undefined) => Promise<RecordColumn[]>
  readonly listIds: (query: Omit<RecordQuery, 'offset' | 'limit' | 'counts'>) => Promise<{ dataset: DatasetId, record: string }[]>
  readonly getRecord: (id: DatasetId, record: string) => Promise<EditRecord>
  readonly listProblems: (id: DatasetId, offset: number, limit: number) => Promise<{ total: number, problems: Problem[] }>
  readonly import: (request: ImportRequest, signal?: AbortSignal) => Promise<Dataset>
  readonly remove: (id: DatasetId) => Promise<boolean>
}

export interface DatasetCaseOptions {
  readonly study: Study
  readonly queries: RecordQueries
  readonly checkWritable: () => void
  /** Hears about folders that cannot be read. */
  readonly warn: (sentence: string) => void
  readonly onChange: (id: DatasetId) => void
}

export function createDatasetCases({ study, queries, checkWritable, warn, onChange }: DatasetCaseOptions): DatasetCases {
  return {
    async list() {
      const { datasets, broken } = await listDatasets(study)
      broken.forEach(({ reason }) => warn(reason))
      return datasets
    },
    get: id => getDataset(study, id),
    listRecords: queries.query,
    listColumns: queries.columns,
    listIds: queries.ids,
    getRecord: queries.get,
    listProblems: queries.problems,
    async import(request, signal) {
      checkWritable()
      const dataset = await importDataset(study, request, signal ? { signal } : {})
      onChange(dataset.id)
      return dataset
    },
    async remove(id) {
      checkWritable()
      const removed = await removeDataset(study, id)
      queries.forget(id)
      onChange(id)
      return removed
    },
  }
}
