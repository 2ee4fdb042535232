// What a re-run of fixed probes means in this study: the plan of the run that it completes, over the records that were fixed.
import type { RunId } from '../../preload/contract/identifiers.ts'
import type { Run, RunPlan } from '../../preload/contract/runs.ts'
import type { AuditBooks } from '../audits/books.ts'
import { whyNotRepaired } from '../runs/repairable.ts'
import type { Study } from '../workspace/open-workspace.ts'
import { readLosses } from '../workspace/run-lines.ts'
import { fixedProbes, picturesRoot, readAsked, repairOf, waitingFixes, writeAsked } from './repair-records.ts'
import type { Repair } from './repair-records.ts'
import type { ResolvedPlan } from './work-run.ts'

export interface RepairResolver {
  readonly study: Study
  readonly books: Pick<AuditBooks, 'open'>
  readonly listRuns: () => readonly Run[]
  /** Throws a sentence for an unknown id. */
  readonly getRun: (id: RunId) => Run
  /** Resolves a plan that repairs nothing. Throws a sentence. */
  readonly resolve: (plan: RunPlan) => Promise<ResolvedPlan>
}

export const repairsOf = (runs: readonly Run[], id: RunId): Run[] => runs.filter(({ plan }) => plan.repairs === id)

/** What has to be the same, so that the edit is: where a plan of its own says otherwise, it means another run. */
const same = ['model', 'dataset', 'scope', 'seed', 'protocol'] as const

function checkSame({ id, plan }: Run, request: RunPlan): void {
  const other = request.method.id === plan.method.id ? same.find(key => request[key] !== plan[key]) : 'method'
  if (other !== undefined)
    throw new Error(`A re-run of fixed probes repeats the edits of run '${id}', whose ${other} is another one. Start it with: mmedit audits rerun --dataset ${plan.dataset} --runs ${id}`)
}

/**
 * `id`: the run itself, once it waits. What it asks is decided when it is started and kept in its folder: fixes that are made, changed or
 * taken back afterwards are for the next one. Throws a sentence if the run cannot be completed or waits for nothing.
 */
export async function resolveRepair({ study, books, listRuns, getRun, resolve }: RepairResolver, request: RunPlan & { readonly repairs: RunId }, id: RunId | undefined): Promise<ResolvedPlan> {
  const kept = id === undefined ? undefined : await readAsked(study, id)
  const { repair, plan, name }: { repair: Repair, plan: RunPlan, name: string } = kept
    ? { repair: { records: kept, metrics: request.metrics }, plan: request, name: request.name ?? '' }
    : await begin()
  const { repairs: _repairs, limit: _limit, ...once } = plan
  const resolved = await resolve({ ...once, metrics: [...repair.metrics], name })
  return {
    ...resolved,
    plan: { ...resolved.plan, repairs: request.repairs },
    recordCount: repair.records.length,
    imageRoots: { ...resolved.imageRoots, [picturesRoot]: study.layout.pictures },
    readRecords: () => Promise.resolve(repair.records),
    // Older runs did not write down of what they were made: that their edits are repeated shows in the losses.
    losses: await readLosses(study, request.repairs),
    keep: own => writeAsked(study, own, repair.records),
  }

  async function begin(): Promise<{ repair: Repair, plan: RunPlan, name: string }> {
    const run = getRun(request.repairs)
    const reason = whyNotRepaired(run)
    if (reason !== undefined)
      throw new Error(reason)
    checkSame(run, request)
    const now = await resolve({ ...run.plan, name: run.name })
    const changed = whyNotRepaired(run, now.versions)
    if (changed !== undefined)
      throw new Error(changed)
    const book = await books.open(run.plan.dataset)
    const fixed = fixedProbes(book)
    const waiting = await waitingFixes(study, run, fixed, repairsOf(listRuns(), run.id).filter(other => other.id !== id))
    if (waiting.length === 0)
      throw new Error(nothingWaits(run, repairsOf(listRuns(), run.id)))
    return { repair: await repairOf(study, run, { book, fixed, waiting }), plan: run.plan, name: `Fixes of ${run.name}`.slice(0, 200) }
  }
}

/** Where nothing is left to ask: because it was answered, or because a re-run is on its way. */
export function nothingWaits({ name, plan }: Run, repairs: readonly Run[]): string {
  const paused = repairs.find(({ status }) => status === 'paused')
  const going = repairs.find(({ status }) => status === 'waiting' || status === 'running')
  return paused
    ? `Run '${name}' waits for '${paused.id}', which is paused. Resume it.`
    : going
      ? `Run '${name}' is being asked its fixed probes by '${going.id}'. Let it finish.`
      : `Run '${name}' waits for no fixed probe: the audit of '${plan.dataset}' has none that it was not asked.`
}
