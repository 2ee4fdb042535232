// Which records stand beside each other: what every run of a dataset has finished. Runs of other data are never paired.
import type { Comparability, Comparison } from '../../preload/contract/comparison.ts'
import type { Run } from '../../preload/contract/runs.ts'
import { dataOf } from '../query/report-run.ts'
import type { ScoreColumns } from '../workspace/score-columns.ts'

/** `all` = whatever the run has. */
export type Compared = 'all' | ReadonlySet<string>

export interface ComparedRecords {
  /** In the order of the runs. */
  readonly compared: readonly Compared[]
  readonly common: Comparability['common']
}

/** Did both work through the first n records of the same file, to the end and without a failure? Then nothing needs to be read. */
const isWhole = (run: Run): boolean => run.status === 'finished' && run.failedCount === 0 && run.doneCount === run.recordCount && run.versions['data'] !== undefined

const doneCount = (run: Run): number => run.doneCount - run.failedCount

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const key = keyOf(item)
    groups.set(key, [...(groups.get(key) ?? []), item])
  }
  return groups
}

async function intersect(runs: readonly Run[], columnsOf: (run: Run) => Promise<ScoreColumns>): Promise<{ compared: Compared[], count: number, most: number }> {
  const [first] = runs
  if (!first || runs.length === 1 || runs.every(run => isWhole(run) && run.recordCount === first.recordCount))
    return { compared: runs.map(() => 'all'), count: first ? doneCount(first) : 0, most: first ? doneCount(first) : 0 }
  const columns = await Promise.all(runs.map(columnsOf))
  const most = Math.max(...columns.map(({ records }) => records.length))
  // From the shortest list on, so that the sets stay small.
  const [shortest, ...others] = [...columns].sort((a, b) => a.records.length - b.records.length).map(({ records }) => records)
  let common: ReadonlySet<string> = new Set(shortest)
  for (const records of others)
    common = new Set(records.filter(record => common.has(record)))
  return { compared: columns.map(({ records }) => records.length === common.size ? 'all' : common), count: common.size, most }
}

/** Per dataset the records that all of its runs have done (`common`), or what each has (`own`). Trainings have none. */
export async function comparedRecords(runs: readonly Run[], records: Comparison['records'], columnsOf: (run: Run) => Promise<ScoreColumns>): Promise<ComparedRecords> {
  const compared: Compared[] = runs.map(() => 'all')
  const found: { dataset: Run['plan']['dataset'], count: number, most: number }[] = []
  const groups = groupBy(runs.filter(({ plan }) => plan.kind !== 'train'), dataOf)
  for (const group of groups.values()) {
    const { compared: sets, count, most } = await intersect(group, columnsOf)
    found.push({ dataset: group[0]!.plan.dataset, count, most })
    if (records === 'common')
      group.forEach((run, i) => compared[runs.indexOf(run)] = sets[i]!)
  }
  // Two versions of one dataset have no record in common.
  const common = [...groupBy(found, ({ dataset }) => dataset).values()]
    .map(same => ({ dataset: same[0]!.dataset, count: same.length === 1 ? same[0]!.count : 0, most: Math.max(...same.map(({ most }) => most)) }))
  return { compared, common }
}
