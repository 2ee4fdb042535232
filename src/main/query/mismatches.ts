// In what do runs differ that stand side by side? One sentence each, with the values and what was done about it.
import type { Comparability, Comparison, Mismatch } from '../../preload/contract/comparison.ts'
import type { Reported } from '../../preload/contract/reported.ts'
import type { Run } from '../../preload/contract/runs.ts'
import { dataOf } from './report-run.ts'

export interface Compared {
  /** With `versions.data` filled in where it is known. */
  readonly runs: readonly Run[]
  readonly reported: readonly Reported[]
  readonly common: Comparability['common']
  readonly records: Comparison['records']
  readonly variant: string
  /** Records that a run has done; left out: what its counts say. */
  readonly doneOf?: (run: Run) => number
}

type Groups = ReadonlyMap<string, readonly string[]>

/** Value → names of the runs that have it, in the order of the runs; runs without the value are left out. */
function groupsOf<T extends { readonly name: string }>(items: readonly T[], valueOf: (item: T) => string | undefined): Groups {
  const groups = new Map<string, string[]>()
  for (const item of items) {
    const value = valueOf(item)
    if (value !== undefined)
      groups.set(value, [...(groups.get(value) ?? []), item.name])
  }
  return groups
}

/** "'A', 'B' and 3 more" */
function names(all: readonly string[]): string {
  const [shown, more] = [all.slice(0, all.length > 4 ? 3 : 4).map(name => `'${name}'`), all.length > 4 ? all.length - 3 : 0]
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ')
}

/** "0 ('A', 'B'), 1 ('C')" */
const listed = (groups: Groups): string => [...groups].map(([value, members]) => `${value} (${names(members)})`).join(', ')

/** Every difference that a reader must know of, most serious first. Trainings have no records and differ in nothing that counts here. */
export function mismatchesOf(compared: Compared): Mismatch[] {
  const scored = compared.runs.filter(({ plan }) => plan.kind !== 'train')
  return [
    ...dataMismatches(scored),
    ...recordMismatches(compared, scored),
    ...unfinished(scored),
    ...differences(scored),
    ...reportedMismatches(compared, scored),
  ]
}

function dataMismatches(runs: readonly Run[]): Mismatch[] {
  return [...groupsOf(runs, ({ plan }) => plan.dataset).keys()].flatMap((dataset): Mismatch[] => {
    const ofDataset = runs.filter(({ plan }) => plan.dataset === dataset)
    const versions = groupsOf(ofDataset, ({ versions }) => versions['data'] ?? 'unknown, from before the dataset was imported')
    return versions.size < 2
      ? []
      : [{ kind: 'data', sentence: `Runs on '${dataset}' were made on different versions of its records: ${listed(versions)}. Equal ids are not equal records there, so these rows are not paired, not tested against each other, and lead only among their own.` }]
  })
}

function recordMismatches({ common, records, doneOf = run => run.doneCount - run.failedCount }: Compared, runs: readonly Run[]): Mismatch[] {
  return common.flatMap(({ dataset, count, most }): Mismatch[] => {
    const ofDataset = runs.filter(({ plan }) => plan.dataset === dataset)
    if (count === most || new Set(ofDataset.map(dataOf)).size > 1)
      return []
    const counts = listed(groupsOf(ofDataset, run => `${doneOf(run)}`))
    return [{
      kind: 'records',
      sentence: `Runs on '${dataset}' have not finished the same records: ${counts}. ${records === 'common' ? `Only the ${count} that all of them have are compared.` : `Each row is over its own; ${count} are common to all, and differences to a baseline are over common ones only.`}`,
    }]
  })
}

function unfinished(runs: readonly Run[]): Mismatch[] {
  const open = runs.filter(({ status }) => status !== 'finished')
  return open.length === 0
    ? []
    : [{ kind: 'unfinished', sentence: `Not finished: ${open.map(run => `'${run.name}' (${run.status}, ${run.doneCount} of ${run.recordCount} records)`).join(', ')}. What they have so far is compared.` }]
}

/** Rules of the reference toolkit, where a method can follow them (spec §0). */
function eraOf({ plan }: Run): string | undefined {
  const setting = plan.method.config['compatibility'] ?? plan.training['compatibility']
  return typeof setting === 'string' ? setting : undefined
}

const protocolOf = ({ plan }: Run): string => plan.protocol === 'single' ? 'single' : `${plan.protocol}, group ${plan.group}`

interface Aspect { readonly kind: Mismatch['kind'], readonly valueOf: (run: Run) => string | undefined, readonly sentence: (values: string) => string }

const aspects: readonly Aspect[] = [
  { kind: 'definitions', valueOf: ({ versions }) => versions['definitions'] ?? '1', sentence: values => `The metrics' definitions changed between these runs: version ${values}. Equal names are not equal measures; run the older ones again to compare them.` },
  { kind: 'era', valueOf: eraOf, sentence: values => `Methods follow different rules: ${values}. 'easyedit' repeats what the reference toolkit does, 'strict' what the papers say; their rows stand side by side as they are.` },
  { kind: 'protocol', valueOf: protocolOf, sentence: values => `Runs follow different protocols: ${values}. Edits that stay are harder than edits that are undone; rows stand side by side as they are.` },
  { kind: 'seed', valueOf: ({ plan }) => String(plan.seed), sentence: values => `Runs have different seeds: ${values}. A difference between them may be one of chance that the records do not show.` },
  { kind: 'model', valueOf: ({ plan }) => plan.model, sentence: values => `Runs edit different models: ${values}. Rows stand side by side as they are.` },
  { kind: 'version', valueOf: ({ versions }) => versions['mmedit-workbench'], sentence: values => `Runs were made with different versions of the workbench: ${values}. What changed is in its CHANGELOG.` },
  { kind: 'version', valueOf: ({ provider }) => provider?.provider, sentence: values => `Runs were computed by different providers: ${values}. Scores may differ in the last digits, seconds by much.` },
]

function differences(runs: readonly Run[]): Mismatch[] {
  const found = aspects.flatMap(({ kind, valueOf, sentence }): Mismatch[] => {
    const groups = groupsOf(runs, valueOf)
    return groups.size > 1 ? [{ kind, sentence: sentence(listed(groups)) }] : []
  })
  const changed = [...groupsOf(runs, ({ plan }) => plan.model).keys()].flatMap((model): Mismatch[] => {
    const versions = groupsOf(runs.filter(({ plan }) => plan.model === model), ({ versions }) => versions['model'])
    return versions.size > 1 ? [{ kind: 'model', sentence: `Model '${model}' was not the same checkpoint in all runs: ${listed(versions)}. Rows stand side by side as they are.` }] : []
  })
  return [...found, ...changed]
}

function reportedMismatches({ reported, variant }: Compared, runs: readonly Run[]): Mismatch[] {
  if (reported.length === 0 || runs.length === 0)
    return []
  const other = reported.filter(row => row.variant !== variant)
  const sources = [...new Set(reported.map(({ source }) => source))].join('; ')
  return [
    { kind: 'era', sentence: `Reported elsewhere (${sources}): other code, records and machines than the runs here, so these rows are shown beside them and never tested against them.` },
    ...(other.length === 0 ? [] : [{ kind: 'definitions' as const, sentence: `Reported rows are not all of the reading '${variant}' that the runs show: ${listed(groupsOf(other, row => row.variant === 'unknown' ? 'unknown' : `'${row.variant}'`))}.` }]),
  ]
}
