// Runs record by record: who is right where.
import type { Counts } from '../../preload/contract/comparison.ts'
import type { RunId } from '../../preload/contract/identifiers.ts'
import type { Alignment, AlignRequest, Run } from '../../preload/contract/runs.ts'
import { dataOf } from '../query/report-run.ts'
import type { Study } from '../workspace/open-workspace.ts'
import { readResultsAt } from '../workspace/run-lines.ts'
import { forgetScoreColumns } from '../workspace/score-columns.ts'
import type { StoredColumns } from '../workspace/score-columns.ts'
import { policyName } from './counted-words.ts'
import type { Counting } from './counting.ts'
import type { Queue } from './queue.ts'
import { withData } from './run-data.ts'
import type { SliceCases } from './slice-cases.ts'

export interface AlignOptions {
  readonly study: Study
  readonly queue: Pick<Queue, 'get'>
  readonly counting: Counting
  readonly slices: Pick<SliceCases, 'recordsOf'>
}

/** Two runs at least, all scored, all on the same data. */
function checkRuns(runs: readonly Run[]): void {
  const [first, ...others] = runs
  if (!first || others.length === 0)
    throw new Error('Aligning takes two different runs or more. Choose another one.')
  const training = runs.find(({ plan }) => plan.kind === 'train')
  if (training)
    throw new Error(`Run '${training.name}' is a training: it has no records to compare. Leave it out.`)
  const other = others.find(run => run.plan.dataset !== first.plan.dataset)
  if (other)
    throw new Error(`Run '${first.name}' is on '${first.plan.dataset}', run '${other.name}' on '${other.plan.dataset}': they have no records in common. Choose runs of one dataset.`)
  const changed = others.find(run => dataOf(run) !== dataOf(first))
  if (changed)
    throw new Error(`Runs '${first.name}' and '${changed.name}' are on different versions of '${first.plan.dataset}', so one record id is not one record. Choose runs of one version.`)
}

function valuesOf(run: Run, { scores }: StoredColumns, metric: string, variant: string): readonly (number | null)[] {
  const values = scores[metric]?.[variant]
  if (values)
    return values
  const known = Object.entries(scores).flatMap(([id, variants]) => Object.keys(variants).map(variant => `${id}/${variant}`))
  throw new Error(`Run '${run.name}' did not measure '${metric}' as '${variant}'. It has ${known.join(', ') || 'no scores yet'}. Choose one that all runs have, or leave the run out.`)
}

interface Common { readonly record: string, readonly rows: readonly number[], readonly scores: readonly number[], readonly pattern: string }

/** Throws a sentence for runs of different datasets or a metric that one of them does not have. */
export async function alignRuns(options: AlignOptions, request: AlignRequest, isSecondTry = false): Promise<Alignment> {
  const { study, queue, counting, slices } = options
  const { metric, variant, threshold, slice, counts = 'all', pattern, offset, limit } = request
  const runs = await withData(study, [...new Set(request.runs)].map(queue.get))
  checkRuns(runs)
  const columns = await Promise.all(runs.map(async run => counting.columnsOf(run, counts)))
  const values = columns.map((each, i) => valuesOf(runs[i]!, each, metric, variant))
  const inSlice = slice === undefined ? undefined : await slices.recordsOf(slice, runs[0]!.plan.dataset)
  const wanted = request.records === undefined ? inSlice : new Set(inSlice ? request.records.filter(record => inSlice.has(record)) : request.records)
  const { found, shared } = commonOf(columns, values, threshold, wanted)
  const patterns = new Map<string, number>()
  for (const { pattern } of found)
    patterns.set(pattern, (patterns.get(pattern) ?? 0) + 1)
  const chosen = pattern ? found.filter(row => row.pattern === pattern) : found
  const page = chosen.slice(offset, offset + limit)
  const answers = await Promise.all(runs.map(async ({ id }, i) => answersOf(study, id, columns[i]!, page.map(({ rows }) => rows[i]!))))
  const moved = answers.findIndex(each => !each)
  if (moved >= 0) {
    if (isSecondTry)
      throw new Error(`The results of run '${runs[moved]!.name}' changed while they were read. Try again.`)
    forgetScoreColumns(study, runs[moved]!.id)
    return alignRuns(options, request, true)
  }
  return {
    n: found.length,
    dataset: runs[0]!.plan.dataset,
    patterns: [...patterns].map(([pattern, count]) => ({ pattern, count })).sort((a, b) => b.count - a.count || (a.pattern < b.pattern ? -1 : 1)),
    total: chosen.length,
    rows: page.map(({ record, pattern, scores }, row) => ({ record, pattern, scores: [...scores], answers: answers.map(each => each![row]!) })),
    notes: notesOf(runs, columns, { shared, scored: found.length, inSlice: wanted !== undefined, counts }),
  }
}

/** Records that all runs have done, in the order of the first, with their scores; those without a score in one of them are only counted. */
function commonOf(columns: readonly StoredColumns[], values: readonly (readonly (number | null)[])[], threshold: number, inSlice: ReadonlySet<string> | undefined): { found: Common[], shared: number } {
  const places = columns.map(({ records }) => new Map(records.map((record, row) => [record, row])))
  const found: Common[] = []
  let shared = 0
  for (const record of columns[0]!.records) {
    if (inSlice && !inSlice.has(record))
      continue
    const rows = places.map(place => place.get(record) ?? -1)
    if (rows.includes(-1))
      continue
    shared++
    const scores = values.map((column, i) => column[rows[i]!] ?? null)
    if (scores.every(score => score !== null))
      found.push({ record, rows, scores, pattern: scores.map(score => score >= threshold ? 'r' : 'w').join('') })
  }
  return { found, shared }
}

/** What the edited model said to the edit itself, row by row; empty where the result does not hold it. */
async function answersOf(study: Study, id: RunId, { records, lines }: StoredColumns, rows: readonly number[]): Promise<string[] | undefined> {
  const results = await readResultsAt(study, id, rows.map(row => ({ record: records[row]!, offset: lines.offsets[row]!, length: lines.lengths[row]! })))
  return results?.map(({ probes }) => probes.find(({ kind }) => kind === 'edit')?.after.text ?? '')
}

function notesOf(runs: readonly Run[], columns: readonly StoredColumns[], { shared, scored, inSlice, counts }: { readonly shared: number, readonly scored: number, readonly inSlice: boolean, readonly counts: Counts }): string[] {
  const most = Math.max(...columns.map(({ records }) => records.length))
  return [
    ...(counts === 'all' ? [] : [`${policyName(counts)}.`]),
    ...(!inSlice && shared < most ? [`${shared} of ${most} records are done in all ${runs.length} runs; only these are aligned.`] : []),
    ...(scored < shared ? [`${shared - scored} of these have no such score ${counts === 'all' ? 'in' : 'that counts in'} one of the runs and are left out.`] : []),
    ...runs.filter(({ status }) => status !== 'finished').map(run => `Run '${run.name}' is ${run.status}: ${run.doneCount} of ${run.recordCount} records are done.`),
  ]
}
