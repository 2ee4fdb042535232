// Runs that ask only what was fixed in an audit: planned from the run they complete, read back when its numbers are counted with fixes.
import type { DatasetId, RunId } from '../../preload/contract/identifiers.ts'
import type { Run } from '../../preload/contract/runs.ts'
import type { AuditBooks } from '../audits/books.ts'
import { createSerial } from '../base/async.ts'
import { messageOf } from '../base/errors.ts'
import { whyNotRepaired } from '../runs/repairable.ts'
import type { Study } from '../workspace/open-workspace.ts'
import type { Queue } from './queue.ts'
import { fixedProbes, waitingFixes } from './repair-records.ts'
import { repairsOf } from './resolve-repair.ts'

export interface StartedRepairs { readonly runs: Run[], readonly refused: { readonly run: RunId, readonly reason: string }[] }

export interface Repairs {
  /** Queues one run for each; without `runs` for every finished one of the dataset that waits for fixes. Throws a sentence for an unknown run. */
  readonly rerun: (request: { readonly dataset: DatasetId, readonly runs: readonly RunId[] }) => Promise<StartedRepairs>
}

export interface RepairOptions {
  readonly study: Study
  readonly books: AuditBooks
  readonly queue: Pick<Queue, 'list' | 'get' | 'start'>
}

export function createRepairs({ study, books, queue }: RepairOptions): Repairs {
  // Two clicks are one re-run: the second finds nothing left to ask.
  const inOrder = createSerial()

  /** Finished runs that wait for fixes, oldest first. */
  async function waitingRuns(dataset: DatasetId): Promise<Run[]> {
    const fixed = fixedProbes(await books.open(dataset))
    const finished = queue.list().filter(({ status, plan }) => status === 'finished' && plan.kind === 'score' && plan.repairs === undefined && plan.dataset === dataset).reverse()
    const waiting = await Promise.all(finished.map(async run => (await waitingFixes(study, run, fixed, repairsOf(queue.list(), run.id))).length > 0))
    return finished.filter((_, i) => waiting[i])
  }

  function reasonNotTo(run: Run, dataset: DatasetId): string | undefined {
    return run.plan.dataset === dataset ? whyNotRepaired(run) : `Run '${run.name}' is on dataset '${run.plan.dataset}', not on '${dataset}'.`
  }

  return {
    rerun: ({ dataset, runs: ids }) => inOrder(async () => {
      const chosen = ids.length > 0 ? [...new Set(ids)].map(queue.get) : await waitingRuns(dataset)
      const started: StartedRepairs = { runs: [], refused: [] }
      for (const run of chosen) {
        try {
          const reason = reasonNotTo(run, dataset)
          if (reason !== undefined)
            throw new Error(reason)
          started.runs.push(await queue.start({ ...run.plan, repairs: run.id }))
        }
        catch (error) {
          started.refused.push({ run: run.id, reason: messageOf(error) })
        }
      }
      return started
    }),
  }
}
