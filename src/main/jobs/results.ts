// A run's numbers and its records, page by page, also while it is going. Filters look at the score columns; only the page's lines are read.
import type { RunId } from '../../preload/contract/identifiers.ts'
import type { RecordResult, ResultFilter, ResultQuery, RetentionCell, RunSummary, TrainingStep } from '../../preload/contract/runs.ts'
import type { Study } from '../workspace/open-workspace.ts'
import { readResultsAt } from '../workspace/run-lines.ts'
import type { ResultPlace } from '../workspace/run-lines.ts'
import { readSummary } from '../workspace/runs.ts'
import { forgetScoreColumns } from '../workspace/score-columns.ts'
import type { StoredColumns } from '../workspace/score-columns.ts'
import { readCells, readSteps } from '../workspace/stream-lines.ts'
import { countResults } from './counted-results.ts'
import type { Counting } from './counting.ts'
import type { Queue } from './queue.ts'
import type { SliceCases } from './slice-cases.ts'

export interface Results {
  readonly summary: (id: RunId) => Promise<RunSummary>
  /** Throws a sentence for an unknown run or slice, and for runs of another dataset in `against`. */
  readonly list: (query: ResultQuery) => Promise<{ total: number, results: RecordResult[] }>
  /** Loss curves of a training. */
  readonly steps: (id: RunId) => Promise<TrainingStep[]>
  /** The retention matrix of a sequential run. */
  readonly cells: (id: RunId) => Promise<RetentionCell[]>
}

/** A result as far as filters see it: `row` of the columns, −1 for a failed one. */
interface Row extends ResultPlace { readonly row: number }

const rowsKnown = new WeakMap<StoredColumns, readonly Row[]>()

/** Every result in the order of the file. */
function rowsOf(columns: StoredColumns): readonly Row[] {
  const known = rowsKnown.get(columns)
  if (known)
    return known
  const { lines, failedLines } = columns
  const rows = [
    ...columns.records.map((record, row): Row => ({ record, row, offset: lines.offsets[row]!, length: lines.lengths[row]! })),
    ...columns.failed.map((record, i): Row => ({ record, row: -1, offset: failedLines.offsets[i]!, length: failedLines.lengths[i]! })),
  ].sort((a, b) => a.offset - b.offset)
  rowsKnown.set(columns, rows)
  return rows
}

/** The column of a reading; without one the metric's first. */
function columnOf({ scores }: StoredColumns, metric: string, variant: string | undefined): readonly (number | null)[] | undefined {
  const variants = scores[metric]
  return variants?.[variant ?? Object.keys(variants)[0] ?? '']
}

type Test = (row: Row) => boolean

export interface ResultOptions {
  readonly study: Study
  readonly queue: Pick<Queue, 'get'>
  readonly counting: Counting
  readonly slices: Pick<SliceCases, 'recordsOf'>
}

export function createResults({ study, queue, counting, slices }: ResultOptions): Results {
  async function outcomeTest(columns: StoredColumns, { id, metric = 'reliability', variant = 'strict', counts = 'all', against }: ResultFilter): Promise<Test> {
    const { run: other, outcome, threshold } = against!
    const [own, theirs] = [queue.get(id), queue.get(other)]
    if (own.plan.dataset !== theirs.plan.dataset)
      throw new Error(`Run '${own.name}' is on '${own.plan.dataset}', run '${theirs.name}' on '${theirs.plan.dataset}': they have no records in common. Choose two runs of one dataset.`)
    const otherColumns = await counting.columnsOf(theirs, counts)
    const values = columnOf(columns, metric, variant)
    const otherValues = columnOf(otherColumns, metric, variant)
    const otherRows = new Map(otherColumns.records.map((record, row) => [record, row]))
    return ({ record, row }) => {
      const [a, b] = [values?.[row] ?? null, otherValues?.[otherRows.get(record) ?? -1] ?? null]
      if (a === null || b === null)
        return false
      const [isRight, isOtherRight] = [a >= threshold, b >= threshold]
      return outcome === 'both' ? isRight && isOtherRight : outcome === 'neither' ? !isRight && !isOtherRight : outcome === 'onlyThis' ? isRight && !isOtherRight : !isRight && isOtherRight
    }
  }

  async function testsOf(columns: StoredColumns, filter: ResultFilter): Promise<Test[]> {
    const { id, metric, variant, min = -Infinity, max = Infinity, status, verdict, record, records, slice, among = [], against } = filter
    const tests: Test[] = []
    const only = (known: ReadonlySet<string>): number => tests.push(row => known.has(row.record))
    if (status !== undefined)
      tests.push(({ row }) => row >= 0 === (status === 'done'))
    if (verdict !== undefined)
      tests.push(({ row }) => columns.verdicts[row] === verdict)
    if (record !== undefined)
      tests.push(row => row.record === record)
    if (records !== undefined)
      only(new Set(records))
    if (slice !== undefined)
      only(await slices.recordsOf(slice, queue.get(id).plan.dataset))
    for (const other of among.filter(other => other !== id))
      only(new Set((await counting.columnsOf(queue.get(other), 'all')).records))
    if (among.length > 0)
      tests.push(({ row }) => row >= 0)
    if (against !== undefined)
      tests.push(await outcomeTest(columns, filter))
    if (metric !== undefined) {
      const values = columnOf(columns, metric, variant)
      tests.push(({ row }) => {
        const value = values?.[row] ?? null
        return value !== null && value >= min && value <= max
      })
    }
    return tests
  }

  async function list(query: ResultQuery, isSecondTry = false): Promise<{ total: number, results: RecordResult[] }> {
    const { id, offset, limit, counts = 'all' } = query
    const counted = await counting.count(queue.get(id), counts)
    const { columns } = counted
    const tests = await testsOf(columns, query)
    const rows = rowsOf(columns).filter(row => tests.every(test => test(row)))
    const results = await readResultsAt(study, id, rows.slice(offset, offset + limit))
    if (results)
      return { total: rows.length, results: await countResults(study, counted, results) }
    if (isSecondTry)
      throw new Error(`The results of run '${queue.get(id).name}' changed while they were read. Try again.`)
    forgetScoreColumns(study, id)
    return list(query, true)
  }

  return {
    summary: id => readSummary(study, queue.get(id).id),
    steps: id => readSteps(study, queue.get(id).id),
    cells: id => readCells(study, queue.get(id).id),
    list: query => list(query),
  }
}
