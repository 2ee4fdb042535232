// One run's turn: an engine of its own, what is left of its records, every result on the disk before anyone hears of it.
import type { DatasetId, RunId } from '../../preload/contract/identifiers.ts'
import type { EditRecord } from '../../preload/contract/records.ts'
import type { RecordResult, Run, RunEvent, RunMetrics, RunPlan } from '../../preload/contract/runs.ts'
import { elapsed } from '../base/log.ts'
import type { EngineClient } from './engine-client.ts'
import type { EngineOpener } from './open-engine.ts'
import { createRunClock } from './run-clock.ts'
import { withStatus } from './run-state.ts'
import type { RunStore, ScoredRecord } from './run-store.ts'

/** What a plan means in this study, with every default filled in: the checkpoint, the pictures' folders, the records to edit, in order. */
export interface ResolvedPlan {
  readonly plan: RunPlan
  readonly name: string
  readonly folder: string
  readonly fingerprint: string
  readonly dataset: DatasetId
  readonly imageRoots: Readonly<Record<string, string>>
  readonly recordCount: number
  readonly readRecords: () => Promise<readonly EditRecord[]>
  readonly versions: Readonly<Record<string, string>>
}

export interface WorkOptions {
  readonly store: RunStore
  /** Throws a sentence if the plan cannot be run. */
  readonly resolve: (plan: RunPlan) => Promise<ResolvedPlan>
  readonly summarise: (results: readonly ScoredRecord[], seed: number) => RunMetrics
  readonly openEngine: EngineOpener
}

/** The queue's side of a turn. */
export interface Turn extends WorkOptions {
  /** The run as it is now. */
  readonly get: () => Run
  /** On disk first, then for everybody. */
  readonly change: (run: Run) => Promise<Run>
  /** For everybody; the disk follows every few seconds. */
  readonly announce: (run: Run) => Run
  readonly tell: (event: RunEvent) => void
}

/** While a run goes, its counts are written this often, its metrics that often. What counts is results.jsonl. */
const saveEveryMs = 2_000
const summariseEveryMs = 10_000

/** Works until every record has a result. Throws a sentence when it cannot, and the signal's reason when told to stop; its engine is gone either way. */
export async function workRun(turn: Turn, signal: AbortSignal): Promise<void> {
  const { store, get, change } = turn
  const { plan, folder, fingerprint, dataset, imageRoots, readRecords } = await turn.resolve(get().plan)
  const records = await readRecords()
  const scored = await store.readScores(get().id)
  const counted = { recordCount: records.length, doneCount: scored.length, failedCount: scored.filter(result => result.status === 'failed').length }
  await change({ ...withStatus(get(), 'running'), ...counted })
  const finished = new Set(scored.map(result => result.record))
  const remaining = records.filter(record => !finished.has(record.id))
  let engine: EngineClient | undefined
  try {
    if (remaining.length > 0) {
      const { engine: own, opened } = await turn.openEngine({ folder, fingerprint, provider: plan.provider }, signal)
      engine = own
      await change({ ...get(), provider: opened.provider })
      const job = { kind: 'run' as const, records: remaining, metrics: plan.metrics, method: plan.method, scope: plan.scope, seed: plan.seed, dataset, imageRoots }
      await keepResults(turn, own.stream<'run'>(job, signal), scored)
    }
  }
  finally {
    await engine?.dispose()
    await store.saveMetrics(get().id, turn.summarise(scored, plan.seed))
  }
}

async function keepResults({ store, get, announce, tell, summarise }: Turn, results: AsyncIterable<RecordResult>, scored: ScoredRecord[]): Promise<void> {
  const id: RunId = get().id
  const { seed } = get().plan
  const clock = createRunClock(elapsed())
  let saveAtMs = elapsed() + saveEveryMs
  let summariseAtMs = elapsed() + summariseEveryMs
  for await (const result of results) {
    await store.appendResult(id, result)
    const { record, status, scores, reason } = result
    scored.push({ record, status, scores })
    tell({ kind: 'result', record, status, scores, ...(reason === undefined ? {} : { reason }) })
    clock.tick(elapsed())
    const before = get()
    const run = announce({
      ...before,
      doneCount: before.doneCount + 1,
      failedCount: before.failedCount + (status === 'failed' ? 1 : 0),
      recordsPerSecond: clock.recordsPerSecond(),
      secondsLeft: clock.secondsLeft(before.recordCount - before.doneCount - 1),
    })
    if (elapsed() >= saveAtMs) {
      await store.save(run)
      saveAtMs = elapsed() + saveEveryMs
    }
    if (elapsed() >= summariseAtMs) {
      const started = elapsed()
      await store.saveMetrics(id, summarise(scored, seed))
      // Bootstraps of many records take a while: at most a twentieth of the time goes into them.
      summariseAtMs = elapsed() + Math.max(summariseEveryMs, 20 * (elapsed() - started))
    }
  }
}
