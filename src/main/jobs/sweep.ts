// One run for every layer of the part that a plan edits.
import type { Run, SweepPlan } from '../../preload/contract/runs.ts'
import type { Study } from '../workspace/open-workspace.ts'
import { notYet } from './not-yet.ts'
import type { Queue } from './queue.ts'

export interface StartedSweep { readonly runs: Run[], readonly refused: { layer: number, reason: string }[] }

/** Starts them all; what a method refuses is named with the reason. */
export async function startSweep(_study: Study, _queue: Queue, _plan: SweepPlan): Promise<StartedSweep> {
  throw notYet('Sweeping layers')
}
