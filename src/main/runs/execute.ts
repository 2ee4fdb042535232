// A run's records by its protocol: skips what is finished, survives what fails, stops when asked.
import { isAbort } from '../base/errors.ts'
import { elapsed } from '../base/log.ts'
import { editRecord } from './edit-record.ts'
import { executeBatches } from './execute-batches.ts'
import { executeSequence } from './execute-sequence.ts'
import { createTally, failedResult, jobFor } from './execution.ts'
import type { RunExecution, RunOutcome } from './execution.ts'
import { refusalOf } from './plan.ts'

/**
 * Edits every record, scores it and hands over the results. Throws a sentence if the method does not support the model, the scope
 * or the protocol; a record that fails becomes a `failed` result instead.
 */
export async function executeRun(run: RunExecution): Promise<RunOutcome> {
  const refusal = refusalOf(run.method, run.model, run.scope, run.config, run.protocol ?? 'single')
  if (refusal !== undefined)
    throw new Error(refusal)
  switch (run.protocol) {
    case 'batch': return executeBatches(run)
    case 'sequential': return executeSequence(run)
    default: return executeSingles(run)
  }
}

/** Every record with the pristine model: no edit sees another. */
async function executeSingles(run: RunExecution): Promise<RunOutcome> {
  const signal = run.signal ?? new AbortController().signal
  const tally = createTally(run)
  for await (const record of run.records) {
    if (run.finished?.has(record.id))
      continue
    if (signal.aborted)
      return tally.outcome('cancelled')
    if (run.isPaused?.())
      return tally.outcome('paused')
    const start = elapsed()
    try {
      await tally.take((await editRecord(run, record, jobFor(run.seed, record.id, signal))).result)
    }
    catch (error) {
      if (signal.aborted || isAbort(error))
        return tally.outcome('cancelled')
      await tally.take(failedResult(record, error, elapsed() - start))
    }
  }
  return tally.outcome('finished')
}
