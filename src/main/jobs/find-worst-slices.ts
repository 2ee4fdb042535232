// The slices that a run does worst on: its scores beside the facets of its dataset's records.
import type { RunId } from '../../preload/contract/identifiers.ts'
import type { WorstRequest, WorstSlice } from '../../preload/contract/slices.ts'
import { metrics } from '../metrics/index.ts'
import type { RecordQueries } from '../query/records.ts'
import { worstSlices } from '../statistics/worst-slices.ts'
import type { FoundSlice, FoundSlices } from '../statistics/worst-slices.ts'
import type { Study } from '../workspace/open-workspace.ts'
import { readRun } from '../workspace/runs.ts'
import type { ScoreColumns } from '../workspace/score-columns.ts'
import { policyName } from './counted-words.ts'
import type { Counting } from './counting.ts'

export interface WorstSlices { slices: WorstSlice[], looked: number, notes: string[] }

/** Throws a sentence for a score that the run does not have. */
function scoresOf({ records, scores }: ScoreColumns, id: RunId, metric: string, variant: string): ReadonlyMap<string, number> {
  const values = scores[metric]?.[variant]
  if (!values) {
    const known = Object.entries(scores).flatMap(([name, variants]) => Object.keys(variants).map(one => `${name}/${one}`))
    throw new Error(`Run '${id}' has no score '${metric}/${variant}'. ${known.length === 0 ? 'It has no results yet.' : `Known: ${known.join(', ')}.`}`)
  }
  return new Map(records.flatMap((record, i) => values[i] === null || values[i] === undefined ? [] : [[record, values[i]] as const]))
}

function filterOf({ parts }: FoundSlice): Record<string, string[]> {
  return Object.fromEntries(parts.map(({ facet, value }) => [facet, [value]]))
}

function notesOf({ n, looked, same, cut, test, slices }: FoundSlices, { least, counts = 'all' }: WorstRequest): string[] {
  const plural = (count: number, one: string): string => `${count.toLocaleString('en-GB')} ${one}${count === 1 ? '' : 's'}`
  if (looked === 0)
    return [`${plural(n, 'record')} with this score; no slice of at least ${least} that leaves ${least} others. Score more records, or look at smaller slices.`]
  return [
    ...(counts === 'all' ? [] : [`${policyName(counts)}: records of which no probe counts are left out.`]),
    `${plural(looked, 'slice')} of at least ${least} of ${plural(n, 'record')} looked at${same === 0 ? '' : `; ${same.toLocaleString('en-GB')} that hold the same records as a simpler one are left out`}.`,
    ...(slices.length === 0 ? ['None is worse than the rest.'] : []),
    test === 'fisher'
      ? 'p: Fisher\'s exact test of the slice against all other records, adjusted by Holm over every slice looked at.'
      : 'p: permutation test of the slice\'s mean against random groups of its size, adjusted by Holm over every slice looked at; where fewer than 10 permutations are as extreme, the normal tail of the permutation distribution.',
    'Ranked by the better end of the 95 % interval: what a slice would be at its best, so that a few records do not outrank many.',
    ...(cut ? ['More facet values than are looked at: the 400 largest were.'] : []),
  ]
}

export async function findWorstSlices({ study, queries, counting }: { readonly study: Study, readonly queries: Pick<RecordQueries, 'table'>, readonly counting: Pick<Counting, 'columnsOf'> }, request: WorstRequest): Promise<WorstSlices> {
  const { run: id, metric, variant, least, depth, count, counts = 'all' } = request
  const definition = metrics.get(metric).variants.find(({ id }) => id === variant)
  const run = await readRun(study, id)
  const scores = scoresOf(await counting.columnsOf(run, counts), id, metric, variant)
  const table = await queries.table(run.plan.dataset)
  const values = Float64Array.from(table.texts('record'), record => scores.get(record) ?? NaN)
  const found = worstSlices(values, table.columns, { higherIsBetter: definition?.higherIsBetter ?? true, unit: definition?.unit ?? 'nats', least, depth, count })
  return {
    slices: found.slices.map((slice): WorstSlice => ({
      label: slice.parts.map(({ label, value }) => `${label} = ${value}`).join(', '),
      filter: { facets: filterOf(slice) },
      estimate: slice.estimate, rest: slice.rest, difference: slice.difference, p: slice.p, adjusted: slice.adjusted,
    })),
    looked: found.looked,
    notes: notesOf(found, request),
  }
}
