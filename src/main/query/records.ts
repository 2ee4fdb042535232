// Pages of records and problems of a study's datasets: each dataset is indexed on its first question and kept until forgotten.
import type { RecordColumn, RecordPage, RecordQuery } from '../../preload/contract/datasets.ts'
import type { DatasetId, RunId } from '../../preload/contract/identifiers.ts'
import { EditRecord, Problem as ProblemSchema } from '../../preload/contract/records.ts'
import type { Problem } from '../../preload/contract/records.ts'
import type { ImageStore } from '../datasets/image-store.ts'
import { openDataset } from '../workspace/datasets.ts'
import type { OpenDataset } from '../workspace/datasets.ts'
import { readJsonl } from '../workspace/jsonl-file.ts'
import type { Study } from '../workspace/open-workspace.ts'
import { createRecordIndex } from './record-index.ts'
import type { RecordIndex } from './record-index.ts'

export interface RecordQueries {
  /** One page, with facet counts over the whole result and picture hashes filled in. Throws a sentence for an unknown dataset or facet. */
  readonly query: (query: RecordQuery) => Promise<RecordPage>
  /** What the records of a dataset can be sorted by. */
  readonly columns: (id: DatasetId | undefined, run: RunId | undefined) => Promise<RecordColumn[]>
  /** Ids of everything that matches, in order. */
  readonly ids: (query: Omit<RecordQuery, 'offset' | 'limit'>) => Promise<{ dataset: DatasetId, record: string }[]>
  /** One record with picture hashes. Throws a sentence for an unknown id. */
  readonly get: (id: DatasetId, record: string) => Promise<EditRecord>
  readonly problems: (id: DatasetId, offset: number, limit: number) => Promise<{ total: number, problems: Problem[] }>
  /** The first `limit` records in file order, for runs; without hashes. */
  readonly stream: (id: DatasetId, limit?: number) => AsyncGenerator<EditRecord>
  /** Drops what is known of a dataset that was removed or imported again, and stops serving its pictures. */
  readonly forget: (id: DatasetId) => void
}

interface Indexed { readonly open: OpenDataset, readonly index: RecordIndex }

/** What the import's picture check calls a missing picture (datasets/import.ts). */
const isAboutPicture = (problem: Problem): boolean => problem.reason.startsWith('The picture ')

async function indexDataset(study: Study, id: DatasetId): Promise<Indexed> {
  const open = await openDataset(study, id)
  const problems = new Map<number, { field: string, isPicture: boolean }[]>()
  for await (const problem of readJsonl(open.files.problems, ProblemSchema)) {
    if (problem.index === undefined || problem.severity !== 'odd')
      continue
    const list = problems.get(problem.index) ?? []
    problems.set(problem.index, [...list, { field: problem.field ?? '', isPicture: isAboutPicture(problem) }])
  }
  const index = createRecordIndex()
  await open.records.refresh((text) => {
    // Our own file, checked when it was written and again when a page of it is read: parsing alone is enough here.
    const record = JSON.parse(text) as EditRecord
    index.add({ record, problems: problems.get(record.index) ?? [] })
  })
  return { open, index }
}

export function createRecordQueries(study: Study, images: ImageStore): RecordQueries {
  const indexed = new Map<DatasetId, Promise<Indexed>>()

  const known = async (id: DatasetId): Promise<Indexed> => {
    let entry = indexed.get(id)
    if (!entry) {
      entry = indexDataset(study, id)
      indexed.set(id, entry)
      entry.then(({ open }) => images.openDataset(id, open.dataset.imageRoots), () => indexed.delete(id))
    }
    return entry
  }

  return {
    async query({ id, search, facets, offset, limit }) {
      if (id === undefined)
        throw new Error('Records of all datasets at once is not built yet.')
      const { open, index } = await known(id)
      const { lines, facets: counts } = index.search(search, facets)
      const records = await open.records.read(lines.slice(offset, offset + limit))
      return { total: lines.length, records: await Promise.all(records.map(async record => images.withHashes(id, record))), datasets: records.map(() => id), facets: counts }
    },
    columns: () => Promise.resolve([]),
    ids: () => Promise.resolve([]),
    async get(id, record) {
      const { open, index } = await known(id)
      const line = index.lineOf(record)
      if (line === undefined)
        throw new Error(`Dataset '${id}' has no record '${record}'. It has ${open.records.count()} records; ids look like '00042'.`)
      const [found] = await open.records.read([line])
      return await images.withHashes(id, found!)
    },
    async problems(id, offset, limit) {
      const { open } = await known(id)
      await open.problems.refresh()
      const total = open.problems.count()
      const lines = Array.from({ length: Math.max(0, Math.min(limit, total - offset)) }, (_, i) => offset + i)
      return { total, problems: await open.problems.read(lines) }
    },
    async* stream(id, limit = Infinity) {
      const { open } = await known(id)
      let count = 0
      if (limit <= 0)
        return
      for await (const record of readJsonl(open.files.records, EditRecord)) {
        yield record
        if (++count >= limit)
          return
      }
    },
    forget(id) {
      indexed.delete(id)
      images.closeDataset(id)
    },
  }
}
