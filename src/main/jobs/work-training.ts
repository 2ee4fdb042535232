// A training's turn: an engine that trains and checkpoints into the run's folder; its lines are kept here, its editor goes into the study.
import { elapsed } from '../base/log.ts'
import type { RunSummary } from '../../preload/contract/runs.ts'
import { withStatus } from './run-state.ts'
import { createRunClock } from './run-clock.ts'
import type { ResolvedPlan, Turn } from './work-run.ts'

/** While it goes, its counts and its cost are written this often. What counts is the checkpoint. */
const saveEveryMs = 2_000

/** Trains to the end. Throws a sentence, or the signal's reason after the engine's last checkpoint. @returns why it ended early, if it did. */
export async function workTraining(turn: Turn, { plan, folder, fingerprint, recordCount, training, versions }: ResolvedPlan & { readonly training: NonNullable<ResolvedPlan['training']> }, signal: AbortSignal): Promise<string | undefined> {
  const { store, get, change, announce, tell } = turn
  const { id } = get()
  const summary: RunSummary = await store.readSummary(id)
  await change({ ...withStatus(get(), 'running'), recordCount, failedCount: 0 })
  const { engine, opened } = await turn.openEngine({ folder, fingerprint, provider: plan.provider }, signal)
  try {
    await change({ ...get(), provider: opened.provider })
    const events = engine.stream<'train'>({
      kind: 'train', method: plan.method, scope: plan.scope, seed: plan.seed, training: plan.training, sources: [...training.sources], folder: turn.trainedFolder(id),
      origin: { run: `${id} ${get().createdAt}`, datasets: [...training.datasets], command: training.command, version: versions['mmedit-workbench'] ?? '' },
    }, signal)
    let clock = createRunClock(elapsed())
    let saveAtMs = elapsed() + saveEveryMs
    for (;;) {
      const { done, value } = await events.next()
      if (done) {
        summary.cost = value.cost
        summary.editor = await turn.placeEditor(id, plan)
        announce({ ...get(), doneCount: value.steps })
        return value.stopped
      }
      if (value.kind === 'began') {
        await store.replaceSteps(id, value.lines)
        clock = createRunClock(elapsed())
        announce({ ...get(), doneCount: value.lines.at(-1)?.step ?? 0 })
        continue
      }
      const { line, cost } = value
      await store.appendStep(id, line)
      tell({ kind: 'step', step: line })
      const before = get().doneCount
      clock.tick(elapsed(), line.step - before)
      const run = announce({ ...get(), doneCount: line.step, recordsPerSecond: clock.recordsPerSecond(), secondsLeft: clock.secondsLeft(recordCount - line.step) })
      summary.cost = cost
      if (elapsed() >= saveAtMs) {
        await store.save(run)
        await store.saveSummary(id, summary)
        saveAtMs = elapsed() + saveEveryMs
      }
    }
  }
  finally {
    await engine.dispose()
    await store.saveSummary(id, summary)
  }
}
