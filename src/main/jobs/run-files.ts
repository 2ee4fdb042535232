// The queue's store in the study folder: a run's logs are opened at their first line and closed when its turn ends.
import type { RunId } from '../../preload/contract/identifiers.ts'
import { messageOf } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import type { Study } from '../workspace/open-workspace.ts'
import { openRunLog, readResults } from '../workspace/run-lines.ts'
import type { RunLog } from '../workspace/run-lines.ts'
import { createRun, listRuns, readSummary, removeRun, writeRun, writeSummary } from '../workspace/runs.ts'
import { saveScoreColumns } from '../workspace/score-columns.ts'
import { openAppender } from '../workspace/jsonl-file.ts'
import type { Appender } from '../workspace/jsonl-file.ts'
import { readCells, readSteps, writeSteps } from '../workspace/stream-lines.ts'
import { scoredPart } from './run-store.ts'
import type { RunStore, ScoredRecord } from './run-store.ts'

export function openRunFiles(study: Study, log: Log): RunStore {
  const logs = new Map<RunId, Promise<RunLog>>()

  function logOf(id: RunId): Promise<RunLog> {
    const known = logs.get(id)
    if (known)
      return known
    const opened = openRunLog(study, id)
    logs.set(id, opened)
    void opened.then(({ repaired }) => repaired.forEach(log.warn), () => logs.delete(id))
    return opened
  }

  // Retention cells and training lines: only some runs have them.
  const streams = new Map<string, Promise<Appender>>()
  const streamOf = (path: string): Promise<Appender> => {
    const known = streams.get(path)
    if (known)
      return known
    const opened = openAppender(path)
    streams.set(path, opened)
    void opened.then(({ repaired }) => void (repaired && log.warn(repaired)), () => streams.delete(path))
    return opened
  }
  async function closeStream(path: string): Promise<void> {
    const open = streams.get(path)
    streams.delete(path)
    await (await open)?.close()
  }

  async function close(id: RunId): Promise<void> {
    const open = logs.get(id)
    logs.delete(id)
    await (await open)?.close()
    await closeStream(study.layout.run(id).retention)
    await closeStream(study.layout.run(id).steps)
    // Derived, so a full disk must not fail the run for it.
    if (open)
      await saveScoreColumns(study, id).catch((error: unknown) => log.warn(`The score columns of run '${id}' could not be written: ${messageOf(error)}`))
  }

  return {
    async list() {
      const { runs, broken } = await listRuns(study)
      broken.forEach(({ reason }) => log.warn(reason))
      return runs
    },
    create: run => createRun(study, run),
    save: run => writeRun(study, run),
    async remove(id) {
      await close(id)
      return removeRun(study, id)
    },
    appendResult: async (id, result) => (await logOf(id)).result(result),
    appendEvent: async (id, kind, text) => (await logOf(id)).event(kind, text),
    async readScores(id) {
      const scored: ScoredRecord[] = []
      for await (const result of readResults(study, id, log.warn))
        scored.push(scoredPart(result))
      return scored
    },
    appendCell: async (id, cell) => (await streamOf(study.layout.run(id).retention)).append(cell),
    readCells: id => readCells(study, id, log.warn),
    appendStep: async (id, step) => (await streamOf(study.layout.run(id).steps)).append(step),
    readSteps: id => readSteps(study, id, log.warn),
    async replaceSteps(id, steps) {
      await closeStream(study.layout.run(id).steps)
      await writeSteps(study, id, steps)
    },
    readSummary: id => readSummary(study, id),
    saveSummary: (id, summary) => writeSummary(study, id, summary),
    close,
  }
}
