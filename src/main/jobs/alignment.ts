// Runs record by record: who is right where.
import type { Alignment, AlignRequest } from '../../preload/contract/runs.ts'
import type { Study } from '../workspace/open-workspace.ts'
import { notYet } from './not-yet.ts'
import type { Queue } from './queue.ts'
import type { SliceCases } from './slice-cases.ts'

/** Throws a sentence for runs of different datasets or a metric that none has. */
export async function alignRuns(_options: { readonly study: Study, readonly queue: Pick<Queue, 'get'>, readonly slices: SliceCases }, _request: AlignRequest): Promise<Alignment> {
  throw notYet('Aligning runs')
}
