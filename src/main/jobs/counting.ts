// Scores under a policy of the audit: probes that do not count are blanked, fixed ones take what a re-run found.
import type { Counts } from '../../preload/contract/comparison.ts'
import type { Run } from '../../preload/contract/runs.ts'
import type { AuditBooks } from '../audits/books.ts'
import { countColumns } from '../audits/counted-columns.ts'
import type { CountedColumns } from '../audits/counted-columns.ts'
import type { ProbeList } from '../audits/probe-list.ts'
import { rulingOf } from '../audits/ruling.ts'
import type { Ruling } from '../audits/ruling.ts'
import { getDataset, namesIn } from '../workspace/datasets.ts'
import type { Study } from '../workspace/open-workspace.ts'
import { readScoreColumns } from '../workspace/score-columns.ts'
import type { StoredColumns } from '../workspace/score-columns.ts'
import { readProbeScores } from './probe-scores.ts'
import { dataHashOf } from './run-data.ts'

export interface CountedRun extends CountedColumns {
  /** As they were measured. */
  readonly plain: StoredColumns
  /** Undefined: everything counts, because of the policy or of the reason. */
  readonly ruling: Ruling | undefined
  /** Runs that completed this one and whose results may be used, newest first. */
  readonly repairs: readonly Run[]
  /** Why everything counts although the policy says otherwise: the dataset is gone, or holds other records than the run was made of. */
  readonly reason?: 'gone' | 'other records'
  /** It did not write what it was made of, and is older than the import: only its record ids say that the audit is about it. */
  readonly isAssumed?: boolean
}

export interface Counting {
  /** The run's columns as they count. The same object for the same results, decisions and policy; `all`: as they were measured. */
  readonly columnsOf: (run: Run, counts: Counts) => Promise<StoredColumns>
  /** The same, with what became of its probes. */
  readonly count: (run: Run, counts: Counts) => Promise<CountedRun>
}

export interface CountingOptions {
  readonly study: Study
  readonly books: Pick<AuditBooks, 'open'>
  readonly listRuns: () => readonly Run[]
}

/** Policies and decisions of a run that are kept. */
const mostKept = 8

const numbers = new WeakMap<StoredColumns, number>()
let last = 0

/** A number for the object itself. */
function numberOf(columns: StoredColumns): number {
  const number = numbers.get(columns) ?? ++last
  numbers.set(columns, number)
  return number
}

const isScored = ({ plan }: Run): boolean => plan.kind !== 'train'
function isKnown(probes: ProbeList, record: string): boolean {
  const { from, to } = probes.itemsOf(record)
  return to > from
}
const newestFirst = (a: Run, b: Run): number => b.createdAt.localeCompare(a.createdAt) || b.id.localeCompare(a.id)

export function createCounting({ study, books, listRuns }: CountingOptions): Counting {
  const known = new WeakMap<StoredColumns, Map<string, Promise<CountedRun>>>()

  /** Decisions are about what the study holds now: a run of other records, or of a dataset that is gone, cannot follow them. */
  async function dataOf({ plan: { dataset }, versions, createdAt }: Run): Promise<'present' | 'unknown' | NonNullable<CountedRun['reason']>> {
    if (!(await namesIn(study.layout.datasets)).includes(dataset))
      return 'gone'
    const data = versions['data']?.startsWith('imported ') ? undefined : versions['data']
    if (data !== undefined)
      return data === await dataHashOf(study, dataset) ? 'present' : 'other records'
    return (await getDataset(study, dataset)).importedAt <= createdAt ? 'present' : 'unknown'
  }

  async function make(run: Run, ruling: Ruling, repairs: readonly Run[], isAssumed: boolean): Promise<CountedRun> {
    const { columns, scores } = await readProbeScores(study, run, repairs, ruling)
    return { ...countColumns(columns, ruling, scores), plain: columns, ruling, repairs, ...(isAssumed ? { isAssumed } : {}) }
  }

  async function count(run: Run, counts: Counts): Promise<CountedRun> {
    const base = await readScoreColumns(study, run.id)
    const asMeasured = (reason?: CountedRun['reason']): CountedRun => ({ columns: base, plain: base, ruling: undefined, repairs: [], fixed: [], waiting: [], unknown: [], ...(reason === undefined ? {} : { reason }) })
    if (counts === 'all' || !isScored(run))
      return asMeasured()
    const data = await dataOf(run)
    if (data === 'gone' || data === 'other records')
      return asMeasured(data)
    const book = await books.open(run.plan.dataset)
    const ruling = rulingOf(book, counts)
    if (data === 'unknown' && base.records.some(record => !isKnown(book.probes, record)))
      return asMeasured('other records')
    const repairs = await repairsOf(run)
    const key = JSON.stringify([counts, book.version, await Promise.all(repairs.map(async ({ id }) => numberOf(await readScoreColumns(study, id))))])
    const ofRun = known.get(base) ?? new Map<string, Promise<CountedRun>>()
    known.set(base, ofRun)
    const found = ofRun.get(key) ?? make(run, ruling, repairs, data === 'unknown')
    ofRun.delete(key)
    ofRun.set(key, found)
    found.catch(() => ofRun.delete(key))
    const oldest = ofRun.keys().next().value
    if (ofRun.size > mostKept && oldest !== undefined)
      ofRun.delete(oldest)
    return found
  }

  /** What was re-run for this run on the records that the study holds now. */
  async function repairsOf({ id }: Run): Promise<Run[]> {
    const repairs = listRuns().filter(({ plan }) => plan.repairs === id).sort(newestFirst)
    const isUsable = await Promise.all(repairs.map(async repair => await dataOf(repair) === 'present'))
    return repairs.filter((_, i) => isUsable[i])
  }

  return {
    count,
    columnsOf: async (run, counts) => counts === 'all' ? readScoreColumns(study, run.id) : (await count(run, counts)).columns,
  }
}
