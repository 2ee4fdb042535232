// One run's turn: an engine of its own, what is left of its work, every result on the disk before anyone hears of it.
import type { DatasetId, RunId } from '../../preload/contract/identifiers.ts'
import type { EditRecord } from '../../preload/contract/records.ts'
import type { RecordResult, Run, RunEvent, RunPlan, RunSummary } from '../../preload/contract/runs.ts'
import { elapsed } from '../base/log.ts'
import { cellKey } from '../runs/execution.ts'
import { asRepeated } from '../runs/repairable.ts'
import type { EngineClient } from './engine-client.ts'
import type { EngineOpener } from './open-engine.ts'
import type { RecordSource, RunJobEvent } from './protocol.ts'
import { createRunClock } from './run-clock.ts'
import { withStatus } from './run-state.ts'
import { scoredPart } from './run-store.ts'
import type { RunStore, ScoredRecord } from './run-store.ts'
import { workTraining } from './work-training.ts'

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
  /** Writes what has to stay as it is now into the folder of the run that is about to wait. */
  readonly keep?: (id: RunId) => Promise<void>
  readonly versions: Readonly<Record<string, string>>
  /** Of edits that this run repeats, by record: what their losses were. */
  readonly losses?: ReadonlyMap<string, readonly number[]>
  readonly memory?: RecordSource
  readonly editorFile?: string
  /** Of a training: the records to learn from, the names of their datasets, the command that starts it again. */
  readonly training?: { readonly sources: readonly RecordSource[], readonly datasets: readonly string[], readonly command: string }
}

export interface WorkOptions {
  readonly store: RunStore
  /** Throws a sentence if the plan cannot be run. `id`: the run whose plan it is, if it has begun to wait already. */
  readonly resolve: (plan: RunPlan, id?: RunId) => Promise<ResolvedPlan>
  readonly summarise: (results: readonly ScoredRecord[], seed: number) => RunSummary
  readonly openEngine: EngineOpener
  /** Folder that a training's engine writes its checkpoints into. */
  readonly trainedFolder: (id: RunId) => string
  /** Puts a finished training's editor into the study. @returns its id. */
  readonly placeEditor: (id: RunId, plan: RunPlan) => Promise<string>
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

/**
 * Works until every record has a result, or the training is done. Throws a sentence when it cannot, and the signal's reason when told to
 * stop; its engine is gone either way. @returns what the run's end should say, if anything.
 */
export async function workRun(turn: Turn, signal: AbortSignal): Promise<string | undefined> {
  const resolved = await turn.resolve(turn.get().plan, turn.get().id)
  if (resolved.training)
    return workTraining(turn, { ...resolved, training: resolved.training }, signal)
  const { store, get, change } = turn
  const { plan, folder, fingerprint, dataset, imageRoots, readRecords, memory, editorFile, losses } = resolved
  const records = await readRecords()
  const scored = await store.readScores(get().id)
  const retained = plan.protocol === 'sequential' ? (await store.readCells(get().id)).map(cellKey) : []
  const counted = { recordCount: records.length, doneCount: scored.length, failedCount: scored.filter(result => result.status === 'failed').length }
  await change({ ...withStatus(get(), 'running'), ...counted })
  const finished = new Map(scored.map(({ record, status }) => [record, status]))
  // A sequence whose last edit is made may still have to be scored again.
  const isDone = records.every(record => finished.has(record.id)) && (plan.protocol !== 'sequential' || isRetained(finished, retained, plan.group))
  let engine: EngineClient | undefined
  try {
    if (!isDone) {
      const { engine: own, opened } = await turn.openEngine({ folder, fingerprint, provider: plan.provider }, signal)
      engine = own
      await change({ ...get(), provider: opened.provider })
      const job = {
        kind: 'run' as const,
        // Single edits are independent: what is finished need not travel.
        records: plan.protocol === 'single' ? records.filter(record => !finished.has(record.id)) : [...records],
        finished: plan.protocol === 'single' ? [] : [...finished].map(([record, status]) => ({ record, status })),
        retained,
        metrics: plan.metrics, method: plan.method, scope: plan.scope, seed: plan.seed, protocol: plan.protocol, group: plan.group, dataset, imageRoots,
        ...(memory ? { memory } : {}),
        ...(editorFile === undefined ? {} : { editor: editorFile }),
      }
      await keepResults(turn, own.stream<'run'>(job, signal), scored, losses)
    }
  }
  finally {
    await engine?.dispose()
    await store.saveSummary(get().id, turn.summarise(scored, plan.seed))
  }
  return undefined
}

/** Are all cells of the last scoring written? */
function isRetained(finished: ReadonlyMap<string, RecordResult['status']>, retained: readonly string[], group: number): boolean {
  const edits = [...finished.values()].filter(status => status === 'done').length
  const times = new Set([...Array.from({ length: Math.floor(edits / group) }, (_, i) => (i + 1) * group), edits])
  const known = new Set(retained)
  return [...times].every(time => Array.from({ length: time }, (_, edit) => cellKey({ time, edit })).every(key => known.has(key)))
}

async function keepResults({ store, get, announce, tell, summarise }: Turn, events: AsyncIterable<RunJobEvent>, scored: ScoredRecord[], losses?: ResolvedPlan['losses']): Promise<void> {
  const id: RunId = get().id
  const { seed } = get().plan
  const clock = createRunClock(elapsed())
  let saveAtMs = elapsed() + saveEveryMs
  let summariseAtMs = elapsed() + summariseEveryMs
  for await (const event of events) {
    if (event.kind === 'retention') {
      await store.appendCell(id, event.cell)
      continue
    }
    if (event.kind === 'note') {
      await store.appendEvent(id, 'note', event.text)
      continue
    }
    const result = losses ? asRepeated(event.result, losses.get(event.result.record)) : event.result
    const { record, status, scores, reason } = result
    await store.appendResult(id, result)
    scored.push(scoredPart(result))
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
      await store.saveSummary(id, summarise(scored, seed))
      // Bootstraps of many records take a while: at most a twentieth of the time goes into them.
      summariseAtMs = elapsed() + Math.max(summariseEveryMs, 20 * (elapsed() - started))
    }
  }
}
