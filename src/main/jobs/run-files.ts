// The queue's store in the study folder: a run's two logs are opened at their first line and closed when its turn ends.
import type { RunId } from '../../preload/contract/identifiers.ts'
import type { Log } from '../base/log.ts'
import type { Study } from '../workspace/open-workspace.ts'
import { openRunLog, readResults } from '../workspace/run-lines.ts'
import type { RunLog } from '../workspace/run-lines.ts'
import { createRun, listRuns, removeRun, writeMetrics, writeRun } from '../workspace/runs.ts'
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

  async function close(id: RunId): Promise<void> {
    const open = logs.get(id)
    logs.delete(id)
    await (await open)?.close()
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
      for await (const { record, status, scores } of readResults(study, id, log.warn))
        scored.push({ record, status, scores })
      return scored
    },
    saveMetrics: (id, metrics) => writeMetrics(study, id, metrics),
    close,
  }
}
