// What a policy of the audit did to a comparison: probes that left, metrics that moved, runs that wait, and the sentence that says it.
import type { Counted, Counts } from '../../preload/contract/comparison.ts'
import type { DatasetId } from '../../preload/contract/identifiers.ts'
import type { ProbeKind } from '../../preload/contract/records.ts'
import type { Run } from '../../preload/contract/runs.ts'
import type { Slice } from '../../preload/contract/slices.ts'
import type { Ruling } from '../audits/ruling.ts'
import { metrics } from '../metrics/index.ts'
import type { Metric, Variant } from '../metrics/metric.ts'
import { whyNotRepaired } from '../runs/repairable.ts'
import { movedMean } from '../statistics/moved-mean.ts'
import type { MovedMean } from '../statistics/moved-mean.ts'
import type { ScoreColumns } from '../workspace/score-columns.ts'
import type { Compared } from './compared-records.ts'
import { countedNotes, countedSentence } from './counted-words.ts'
import type { CountedRun } from './counting.ts'
import { selectionOf } from './selections.ts'

/** What a row is over: all compared records of its run, or those of a slice. */
export interface Piece { readonly slice?: Slice, readonly records: Compared }

/** A run of the comparison, with the records it is compared over. */
export interface ComparedRun {
  readonly run: Run
  readonly counted: CountedRun
  readonly records: Compared
  /** One a row. */
  readonly pieces: readonly Piece[]
}

/** All that a table or figure says about what counts. `runs`: scored ones, in the order of the comparison. */
export function countedOf(runs: readonly ComparedRun[], counts: Counts, variant: string): Counted {
  const probes = [...groupsOf(runs)].flatMap(([dataset, group]) => probesOf(dataset, group))
  const waiting = runs.flatMap(({ run, counted, records }): Counted['waiting'] => {
    const count = counted.waiting.filter(({ record }) => isIn(records, record)).length
    const reason = whyNotRepaired(run)
    return count === 0 ? [] : [{ run: run.id, probes: count, ...(reason === undefined ? {} : { reason }) }]
  })
  return {
    counts,
    sentence: countedSentence(counts, probes, rulingsOf(runs)),
    probes,
    moved: runs.flatMap(compared => movedOf(compared, variant)),
    waiting,
    notes: countedNotes(runs, waiting),
  }
}

const isIn = (records: Compared, record: string): boolean => records === 'all' || records.has(record)

/** One a dataset. */
export const rulingsOf = (runs: readonly ComparedRun[]): Ruling[] => [...new Set(runs.flatMap(({ counted }) => counted.ruling ?? []))]

function groupsOf(runs: readonly ComparedRun[]): Map<DatasetId, ComparedRun[]> {
  const groups = new Map<DatasetId, ComparedRun[]>()
  for (const one of runs.filter(({ counted }) => counted.ruling)) {
    const { dataset } = one.run.plan
    groups.set(dataset, [...(groups.get(dataset) ?? []), one])
  }
  return groups
}

const keyOf = (record: string, kind: string, index: number): string => `${kind}/${index}/${record}`

/** Of the records that at least one of the runs is compared over. */
function probesOf(dataset: DatasetId, runs: readonly ComparedRun[]): Counted['probes'] {
  const { kinds, probes, fates } = runs[0]!.counted.ruling!
  const records = new Set(runs.flatMap(({ counted, records }) => records === 'all' ? counted.plain.records : [...records]))
  const [fixed, waiting] = (['fixed', 'waiting'] as const).map(state =>
    new Set(runs.flatMap(({ counted, records }) => counted[state].filter(({ record }) => isIn(records, record)).map(({ record, kind, index }) => keyOf(record, kind, index))))) as [Set<string>, Set<string>]
  const found = new Map<ProbeKind, Counted['probes'][number]>(kinds.map(kind => [kind, { dataset, kind, all: 0, left: 0, fixed: 0, waiting: 0 }]))
  for (const record of records) {
    const { from, to } = probes.itemsOf(record)
    const ofRecord = fates.get(record)
    for (let [item, index] = [from, 0]; item < to; item++) {
      const kind = probes.kindOf(item)
      index = item > from && probes.kindOf(item - 1) === kind ? index + 1 : 0
      const count = found.get(kind)
      if (!count)
        continue
      count.all++
      const fate = ofRecord?.get(kind)?.[index] ?? 'stays'
      if (fate === 'stays')
        continue
      const key = keyOf(record, kind, index)
      if (fate !== 'leaves' && fixed.has(key) && !waiting.has(key))
        count.fixed++
      else
        count.left++
      if (waiting.has(key))
        count.waiting++
    }
  }
  return [...found.values()].filter(({ all }) => all > 0)
}

const known = new WeakMap<ScoreColumns, Map<string, MovedMean | undefined>>()

/** Metrics of the reading of which the row lost or changed a value, in the registry's order. */
function movedOf({ run, counted: { plain, columns }, pieces }: ComparedRun, variant: string): Counted['moved'] {
  const judged = metrics.all.flatMap((metric) => {
    const reading = metric.variants.find(({ id }) => id === variant)
    return metric.judges && reading && plain.scores[metric.id] !== columns.scores[metric.id] ? [{ metric, reading }] : []
  })
  return judged.length === 0
    ? []
    : pieces.flatMap(({ slice, records }) => {
        const [before, after] = [plain, columns].map(all => selectionOf(all, records, run.plan.seed).columns) as [ScoreColumns, ScoreColumns]
        return judged.flatMap(({ metric, reading }): Counted['moved'] => {
          const moved = movementOf(before, after, metric, reading, run.plan.seed)
          return moved?.before === undefined
            ? []
            : [{ run: run.id, ...(slice ? { slice: slice.id } : {}), metric: metric.id, before: moved.before, after: moved.after ?? null, change: moved.change ?? null, nBefore: moved.nBefore, n: moved.n }]
        })
      })
}

/** Undefined: the same values. Kept by the counted columns, which are made from the measured ones. */
function movementOf(before: ScoreColumns, after: ScoreColumns, { id }: Metric, { id: variant, unit }: Variant, seed: number): MovedMean | undefined {
  const ofColumns = known.get(after) ?? new Map<string, MovedMean | undefined>()
  known.set(after, ofColumns)
  const key = `${id}/${variant}`
  if (!ofColumns.has(key)) {
    const [a, b] = [before, after].map(({ scores }) => scores[id]?.[variant])
    ofColumns.set(key, a && b && a.some((value, row) => value !== b[row]) ? movedMean(a, b, { unit, seed }) : undefined)
  }
  return ofColumns.get(key)
}
