// Rows of a comparison with scores by record, made of a seed: what figures of records are tested on.
import { createRandom } from '../../../src/main/base/random.ts'
import type { ReportInput, ReportRun } from '../../../src/main/query/report-run.ts'
import { summariseColumns } from '../../../src/main/runs/summary.ts'
import { columnsOf } from '../../../src/main/workspace/score-columns.ts'
import type { SliceId } from '../../../src/preload/contract/identifiers.ts'
import type { ResultFilter, Scores } from '../../../src/preload/contract/runs.ts'
import { inputOf, runOf } from '../tables/finished-runs.ts'

export const dogs = { id: 'dogs' as SliceId, name: 'Dogs' }
const five = ['reliability', 'text-generality', 'image-generality', 'text-locality', 'image-locality']

/** Even records are dogs. */
export const isDog = (record: string): boolean => Number(record) % 2 === 0

/** Some records lack a probe, so that n differs between metrics; KL is 0 for some. */
function scoresOf(seed: number, count: number): { record: string, scores: Scores }[] {
  const random = createRandom(seed)
  return Array.from({ length: count }, (_, i) => ({
    record: String(i),
    scores: Object.fromEntries(five.filter((_, k) => (i + k) % 7 > 0).map((metric) => {
      const strict = Math.round(random.next() * 4) / 4
      const isLocal = metric.endsWith('locality')
      return [metric, { strict, free: strict > 0.5 ? 1 : 0, easyedit: random.next() < 0.8 ? strict : 1 - strict, ...(isLocal ? { kl: random.next() < 0.1 ? 0 : 10 ** (random.next() * 8 - 7) } : {}) }]
    })),
  }))
}

interface Options { readonly count?: number, readonly plan?: object, readonly seed?: number, readonly slice?: typeof dogs }

/** A run with columns and the means that belong to them. */
export function rowOf(id: string, { count = 40, plan = {}, seed = 1, slice }: Options = {}): ReportRun {
  const scored = scoresOf(seed, count).filter(({ record }) => !slice || isDog(record))
  const records = columnsOf(scored.map(({ record, scores }) => ({ record, scores, status: 'done', steps: 3, editMs: 5, cost: { seconds: 0.1 + Number(record) / 100, forwardPasses: 1, backwardPasses: 1, peakBytes: 1 } })))
  const { metrics, secondsPerEdit } = summariseColumns(records)
  const run = runOf(id, { plan, doneCount: count, recordCount: count })
  return inputOf([{ run, metrics, records, recordCount: records.records.length, ...(secondsPerEdit ? { secondsPerEdit } : {}), ...(slice ? { slice } : {}) }]).runs[0]!
}

/** What a filter finds, record by record, without anything that figures use. */
export function resolve(input: ReportInput, filter: ResultFilter): string[] {
  const row = input.runs.find(({ run, slice }) => run.id === filter.id && !slice) ?? input.runs.find(({ run }) => run.id === filter.id)!
  const columns = row.records!
  return columns.records.filter((record, i) => {
    const value = filter.metric === undefined ? 0 : columns.scores[filter.metric]?.[filter.variant ?? '']?.[i] ?? null
    return value !== null
      && (filter.slice === undefined || isDog(record))
      && (filter.record === undefined || filter.record === record)
      && (filter.records === undefined || filter.records.includes(record))
      && (filter.among ?? []).every(id => input.runs.some(other => other.run.id === id && other.records!.records.includes(record)))
  })
}
