// A stream of edits that stay: each is scored right after it was made, and all of them again every so many edits.
import type { EditRecord } from '../../preload/contract/records.ts'
import type { Scores } from '../../preload/contract/runs.ts'
import { isAbort } from '../base/errors.ts'
import type { Job } from '../base/job.ts'
import { elapsed } from '../base/log.ts'
import type { Edit } from '../methods/method.ts'
import { askAfter, askBefore, editRecord, makeEdit } from './edit-record.ts'
import { cellKey, createTally, failedResult, jobFor } from './execution.ts'
import type { RunExecution, RunOutcome } from './execution.ts'

/** The edits that took, in order, and the last one, which answers for all of them. */
interface Stream {
  last: Edit | undefined
  readonly records: EditRecord[]
  /** Scores of the newest edit right after it was made; a replayed one is scored again if its cell is missing. */
  newest: Scores | undefined
}

/**
 * An edit that fails leaves the stream as it was. A resumed stream is replayed: the same edits with the same seeds in the same
 * order, unscored, up to where it stopped. Localities always compare with the pristine model.
 */
export async function executeSequence(run: RunExecution): Promise<RunOutcome> {
  const signal = run.signal ?? new AbortController().signal
  const tally = createTally(run)
  const stream: Stream = { last: undefined, records: [], newest: undefined }
  const group = run.group ?? 1
  if ((run.finished?.size ?? 0) > 0)
    run.onNote?.(`Replaying ${run.finished?.size ?? 0} edits to go on where the stream stopped.`)
  let hasLeft = false
  for await (const record of run.records) {
    if (signal.aborted)
      return tally.outcome('cancelled')
    const known = run.finished?.get(record.id)
    if (known === undefined && run.isPaused?.())
      return tally.outcome('paused')
    const job = jobFor(run.seed, record.id, signal)
    const start = elapsed()
    try {
      if (known === 'failed')
        continue
      if (known === 'done') {
        stream.last = (await makeEdit(run, [record], job, { previous: stream.last })).edit
        stream.newest = undefined
      }
      else {
        const { edit, result } = await editRecord(run, record, job, undefined, stream.last)
        await tally.take(result)
        stream.last = edit
        stream.newest = result.scores
      }
      stream.records.push(record)
      hasLeft = stream.records.length % group !== 0
      if (!hasLeft)
        await scoreAll(run, stream, job)
    }
    catch (error) {
      if (signal.aborted || isAbort(error))
        return tally.outcome('cancelled')
      if (known !== undefined)
        throw error
      await tally.take(failedResult(record, error, elapsed() - start))
    }
  }
  try {
    if (hasLeft)
      await scoreAll(run, stream, jobFor(run.seed, 'end', signal))
  }
  catch (error) {
    if (signal.aborted || isAbort(error))
      return tally.outcome('cancelled')
    throw error
  }
  return tally.outcome('finished')
}

/** Every edit so far, asked of the model as it is now. An edit whose probes cannot be asked any more has a cell without scores. */
async function scoreAll(run: RunExecution, { last, records, newest }: Stream, job: Job): Promise<void> {
  const time = records.length
  for (const [edit, record] of records.entries()) {
    if (last === undefined || run.retained?.has(cellKey({ time, edit })))
      continue
    const scores = edit === time - 1 && newest !== undefined ? newest : await scoresOf(run, record, last, job)
    await run.onRetention?.({ time, edit, record: record.id, scores })
  }
}

async function scoresOf(run: RunExecution, record: EditRecord, last: Edit, job: Job): Promise<Scores> {
  try {
    return (await askAfter(run, await askBefore(run, record, job), last, job)).scores
  }
  catch (error) {
    if (job.signal.aborted || isAbort(error))
      throw error
    run.onNote?.(`Record ${record.id} could not be scored again after ${run.method.label}: ${error instanceof Error ? error.message : String(error)}`)
    return {}
  }
}
