// A run's numbers and its records, page by page, also while it is going.
import type { RunId } from '../../preload/contract/identifiers.ts'
import type { RecordResult, ResultQuery, RunMetrics } from '../../preload/contract/runs.ts'
import type { Study } from '../workspace/open-workspace.ts'
import { openResultPages } from '../workspace/run-lines.ts'
import type { ResultPages } from '../workspace/run-lines.ts'
import { readMetrics } from '../workspace/runs.ts'
import type { Queue } from './queue.ts'

export interface Results {
  readonly metrics: (id: RunId) => Promise<RunMetrics>
  readonly list: (query: ResultQuery) => Promise<{ total: number, results: RecordResult[] }>
}

/** Indexes of the runs that were looked at are kept: a next page reads only what was appended since. */
export function createResults(study: Study, queue: Pick<Queue, 'get'>): Results {
  // The number of a removed run is given again, so an id alone does not tell which run an index belongs to.
  const pages = new Map<string, ResultPages>()
  return {
    metrics: async id => await readMetrics(study, queue.get(id).id) ?? {},
    async list({ id, ...query }) {
      const key = `${id} ${queue.get(id).createdAt}`
      const known = pages.get(key) ?? openResultPages(study, id)
      pages.set(key, known)
      return known.query(query)
    },
  }
}
