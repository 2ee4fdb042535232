// What may happen to a run in which state, as sentences where it may not.
import type { Run, RunStatus } from '../../preload/contract/runs.ts'

type Verb = 'pause' | 'resume' | 'cancel' | 'remove'

const allowed: Readonly<Record<Verb, readonly RunStatus[]>> = {
  pause: ['waiting', 'running'],
  resume: ['paused', 'failed', 'cancelled'],
  cancel: ['waiting', 'running', 'paused', 'failed'],
  remove: ['paused', 'failed', 'cancelled', 'finished'],
}

const instead: Readonly<Record<Verb, string>> = {
  pause: 'Only waiting and running runs can be paused',
  resume: 'Only paused, failed and cancelled runs can be resumed',
  cancel: 'Only runs that are not finished can be cancelled',
  remove: 'Pause or cancel it first',
}

/** Throws the reason why this cannot be done to the run now. */
export function checkAllowed(verb: Verb, run: Run): void {
  if (!allowed[verb].includes(run.status))
    throw new Error(`Run '${run.id}' is ${run.status} and cannot be ${{ pause: 'paused', resume: 'resumed', cancel: 'cancelled', remove: 'removed' }[verb]}. ${instead[verb]}.`)
}

/** The run in another state; what belonged to the old state is dropped. */
export function withStatus(run: Run, status: RunStatus, reason?: string, finishedAt?: string): Run {
  const { reason: _reason, finishedAt: _finishedAt, ...rest } = run
  return {
    ...rest,
    status,
    ...(reason === undefined ? {} : { reason }),
    ...(finishedAt === undefined ? {} : { finishedAt }),
    ...(status === 'running' ? {} : { recordsPerSecond: null, secondsLeft: null }),
  }
}
