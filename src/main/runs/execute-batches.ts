// Batches: some records in one edit, every one of them scored on that edit.
import type { EditRecord } from '../../preload/contract/records.ts'
import type { RecordResult } from '../../preload/contract/runs.ts'
import { isAbort } from '../base/errors.ts'
import { elapsed } from '../base/log.ts'
import { askAfter, askBefore, makeEdit, resultOf } from './edit-record.ts'
import { createTally, failedResult, jobFor } from './execution.ts'
import type { RunExecution, RunOutcome } from './execution.ts'
import { sharesOf } from './measure-edit.ts'

/**
 * Batches follow the order of the records, whatever is finished, so that a resumed run forms the same ones; of a batch that was
 * interrupted the edit is made again and only the missing records are scored. Cost and time are shared equally.
 */
export async function executeBatches(run: RunExecution): Promise<RunOutcome> {
  const signal = run.signal ?? new AbortController().signal
  const tally = createTally(run)
  for await (const batch of inGroups(run.records, run.group ?? 1)) {
    if (batch.every(({ id }) => run.finished?.has(id)))
      continue
    if (signal.aborted)
      return tally.outcome('cancelled')
    if (run.isPaused?.())
      return tally.outcome('paused')
    try {
      for await (const result of resultsOf(run, batch, signal))
        await tally.take(result)
    }
    catch (error) {
      if (signal.aborted || isAbort(error))
        return tally.outcome('cancelled')
      throw error
    }
  }
  return tally.outcome('finished')
}

async function* resultsOf(run: RunExecution, batch: readonly EditRecord[], signal: AbortSignal): AsyncGenerator<RecordResult> {
  const start = elapsed()
  const job = jobFor(run.seed, batch.map(({ id }) => id).join('+'), signal)
  const shareMs = (): number => (elapsed() - start) / batch.length
  const open = batch.filter(({ id }) => !run.finished?.has(id))
  let made: Awaited<ReturnType<typeof makeEdit>>
  try {
    made = await makeEdit(run, batch, job)
  }
  catch (error) {
    if (signal.aborted || isAbort(error))
      throw error
    yield* open.map(record => failedResult(record, error, shareMs()))
    return
  }
  const editMs = shareMs()
  const shares = sharesOf(made.cost, batch.length)
  for (const record of open) {
    const own = elapsed()
    try {
      const scored = await askAfter(run, await askBefore(run, record, job), made.edit, job)
      yield resultOf(record, made.edit, shares[batch.indexOf(record)]!, editMs + elapsed() - own, scored)
    }
    catch (error) {
      if (signal.aborted || isAbort(error))
        throw error
      yield failedResult(record, error, editMs + elapsed() - own)
    }
  }
}

async function* inGroups(records: RunExecution['records'], size: number): AsyncGenerator<EditRecord[]> {
  let group: EditRecord[] = []
  for await (const record of records) {
    group.push(record)
    if (group.length === size) {
      yield group
      group = []
    }
  }
  if (group.length > 0)
    yield group
}
