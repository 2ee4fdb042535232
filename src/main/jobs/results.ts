// A run's numbers and its records, page by page, also while it is going.
import type { RunId } from '../../preload/contract/identifiers.ts'
import type { RecordResult, ResultQuery, RetentionCell, RunSummary, TrainingStep } from '../../preload/contract/runs.ts'
import type { Study } from '../workspace/open-workspace.ts'
import { openResultPages } from '../workspace/run-lines.ts'
import type { ResultPages } from '../workspace/run-lines.ts'
import { readSummary } from '../workspace/runs.ts'
import { readCells, readSteps } from '../workspace/stream-lines.ts'
import type { Queue } from './queue.ts'

export interface Results {
  readonly summary: (id: RunId) => Promise<RunSummary>
  readonly list: (query: ResultQuery) => Promise<{ total: number, results: RecordResult[] }>
  /** Loss curves of a training. */
  readonly steps: (id: RunId) => Promise<TrainingStep[]>
  /** The retention matrix of a sequential run. */
  readonly cells: (id: RunId) => Promise<RetentionCell[]>
}

/** Indexes of the runs that were looked at are kept: a next page reads only what was appended since. */
export function createResults(study: Study, queue: Pick<Queue, 'get'>): Results {
  // The number of a removed run is given again, so an id alone does not tell which run an index belongs to.
  const pages = new Map<string, ResultPages>()
  return {
    summary: id => readSummary(study, queue.get(id).id),
    steps: id => readSteps(study, queue.get(id).id),
    cells: id => readCells(study, queue.get(id).id),
    async list({ id, ...query }) {
      const key = `${id} ${queue.get(id).createdAt}`
      const known = pages.get(key) ?? openResultPages(study, id)
      pages.set(key, known)
      return known.query(query)
    },
  }
}
