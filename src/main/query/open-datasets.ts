// Datasets that somebody looked at: opened on the first question, indexed on the first one that needs it, kept until forgotten.
import type { DatasetId } from '../../preload/contract/identifiers.ts'
import { Problem as ProblemSchema } from '../../preload/contract/records.ts'
import type { EditRecord, Problem } from '../../preload/contract/records.ts'
import type { ImageStore } from '../datasets/image-store.ts'
import { openDataset } from '../workspace/datasets.ts'
import type { OpenDataset } from '../workspace/datasets.ts'
import { readJsonl } from '../workspace/jsonl-file.ts'
import type { Study } from '../workspace/open-workspace.ts'
import type { ProblemKind } from './facets.ts'
import { createRecordIndex } from './record-index.ts'
import type { RecordIndex } from './record-index.ts'
import { prepareOrders } from './record-order.ts'
import { createRecordTable } from './record-table.ts'
import type { RecordTable } from './record-table.ts'

export interface OpenDatasets {
  /** Throws a sentence for an unknown dataset. */
  readonly open: (id: DatasetId) => Promise<OpenDataset>
  readonly index: (id: DatasetId) => Promise<RecordIndex>
  readonly isIndexed: (id: DatasetId) => boolean
  /** These datasets one after the other. */
  readonly table: (ids: readonly DatasetId[]) => Promise<RecordTable>
  readonly forget: (id: DatasetId) => void
}

/** By what the import says (datasets/import.ts and the formats). */
function kindOf({ reason }: Problem): ProblemKind {
  if (reason.startsWith('The picture '))
    return 'picture missing'
  return reason.startsWith('The record repeats ') ? 'repeats a record' : 'probe missing or odd'
}

async function oddProblems(path: string): Promise<Map<number, ProblemKind[]>> {
  const problems = new Map<number, ProblemKind[]>()
  for await (const problem of readJsonl(path, ProblemSchema)) {
    if (problem.index === undefined || problem.severity !== 'odd')
      continue
    const list = problems.get(problem.index)
    if (list)
      list.push(kindOf(problem))
    else
      problems.set(problem.index, [kindOf(problem)])
  }
  return problems
}

async function indexRecords({ dataset, files, records }: OpenDataset): Promise<RecordIndex> {
  const problems = await oddProblems(files.problems)
  const index = createRecordIndex()
  await records.refresh((text) => {
    // Our own file, checked when it was written and again when a page of it is read: parsing alone is enough here.
    const record = JSON.parse(text) as EditRecord
    index.add({ record, dataset, problems: problems.get(record.index) ?? [] })
  })
  return index
}

/** What was promised under a key, asked for again after it failed. */
function remembered<T>(make: (id: DatasetId) => Promise<T>): { get: (id: DatasetId) => Promise<T>, known: Map<DatasetId, Promise<T>> } {
  const known = new Map<DatasetId, Promise<T>>()
  return {
    known,
    get(id) {
      let entry = known.get(id)
      if (!entry) {
        entry = make(id)
        known.set(id, entry)
        entry.catch(() => known.delete(id))
      }
      return entry
    },
  }
}

const tablesKept = 4
/** From here on a first sort by a text takes long enough to be prepared once the first page is out. */
const manyRecords = 20_000
const idleMs = 1_000

export function createOpenDatasets(study: Study, images: ImageStore): OpenDatasets {
  const opened = remembered(async (id) => {
    const open = await openDataset(study, id)
    images.openDataset(id, open.dataset.imageRoots)
    return open
  })
  const indexed = remembered(async id => indexRecords(await opened.get(id)))
  const done = new WeakSet<Promise<RecordIndex>>()
  const tables = new Map<string, { readonly indexes: readonly RecordIndex[], readonly table: RecordTable }>()

  const index = (id: DatasetId): Promise<RecordIndex> => {
    const entry = indexed.get(id)
    entry.then(() => done.add(entry), () => undefined)
    return entry
  }

  return {
    open: opened.get,
    index,
    isIndexed(id) {
      const entry = indexed.known.get(id)
      return entry !== undefined && done.has(entry)
    },
    async table(ids) {
      const indexes: RecordIndex[] = []
      for (const id of ids)
        indexes.push(await index(id))
      const key = ids.join(' ')
      const known = tables.get(key)
      if (known?.indexes.every((one, i) => one === indexes[i]))
        return known.table
      const table = createRecordTable(ids.map((dataset, i) => ({ dataset, index: indexes[i]! })))
      tables.delete(key)
      tables.set(key, { indexes, table })
      if (table.count >= manyRecords)
        setTimeout(() => void prepareOrders(table), idleMs).unref()
      const [oldest] = tables.keys()
      if (tables.size > tablesKept && oldest !== undefined)
        tables.delete(oldest)
      return table
    },
    forget(id) {
      opened.known.delete(id)
      indexed.known.delete(id)
      for (const key of [...tables.keys()]) {
        if (key.split(' ').includes(id))
          tables.delete(key)
      }
      images.closeDataset(id)
    },
  }
}
