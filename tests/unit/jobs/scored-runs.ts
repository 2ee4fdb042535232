// Runs with results on the disk, for everything that reads them back.
import { appendFileSync } from 'node:fs'
import type { Run, RecordResult } from '../../../src/preload/contract/runs.ts'
import { RunPlan } from '../../../src/preload/contract/runs.ts'
import type { RunId, SliceId } from '../../../src/preload/contract/identifiers.ts'
import type { Study } from '../../../src/main/workspace/open-workspace.ts'
import { onTestFinished } from 'vitest'
import { createAuditBooks } from '../../../src/main/audits/books.ts'
import type { AuditBooks } from '../../../src/main/audits/books.ts'
import { createCounting } from '../../../src/main/jobs/counting.ts'
import type { Counting } from '../../../src/main/jobs/counting.ts'
import { createRun } from '../../../src/main/workspace/runs.ts'
import { put } from '../workspace/study.ts'

export const probe = (text: string): RecordResult['probes'][number] => {
  const answer = { text, expected: [], generated: [] }
  return { kind: 'edit', index: 0, before: answer, after: answer }
}

/** `reliability` null: failed. */
export function resultOf(record: string, reliability: number | null, more: Partial<RecordResult> = {}): RecordResult {
  const common = { record, steps: 3, losses: [1, 0.5], editMs: 10, elapsedMs: 20 }
  return reliability === null
    ? { ...common, status: 'failed', reason: 'out of memory', scores: {}, probes: [], ...more }
    : { ...common, status: 'done', scores: { reliability: { strict: reliability, free: 1 } }, probes: [probe(`${record} says ${reliability}`)], verdict: reliability === 1 ? 'proper' : 'failed', ...more }
}

export interface ScoredRuns {
  readonly add: (results: readonly RecordResult[], more?: { readonly plan?: object, readonly name?: string, readonly status?: Run['status'], readonly versions?: Record<string, string> }) => Promise<Run>
  readonly get: (id: RunId) => Run
  readonly list: () => Run[]
}

/** Runs of dataset 'e-vqa-eval', if nothing else is said. */
export function scoredRuns(study: Study): ScoredRuns {
  const runs = new Map<string, Run>()
  return {
    async add(results, { plan = {}, name = `Run ${runs.size + 1}`, status = 'finished', versions = {} } = {}) {
      const failedCount = results.filter(result => result.status === 'failed').length
      const run = await createRun(study, {
        name, status, versions,
        plan: RunPlan.parse({ model: 'sample', dataset: 'e-vqa-eval', method: { id: 'fine-tune' }, ...plan }),
        createdAt: `2026-11-22T10:00:${String(runs.size).padStart(2, '0')}.000Z`,
        recordCount: results.length, doneCount: results.length, failedCount, recordsPerSecond: null, secondsLeft: null,
      })
      put(study.layout.run(run.id).results, results.map(result => `${JSON.stringify(result)}\n`).join(''))
      runs.set(run.id, run)
      return run
    },
    get(id) {
      const run = runs.get(id)
      if (!run)
        throw new Error(`There is no run '${id}'.`)
      return run
    },
    list: () => [...runs.values()].reverse(),
  }
}

export const appendResult = (study: Study, id: RunId, text: string): void => appendFileSync(study.layout.run(id).results, text)

/** A slice with these records, in any dataset. */
export const sliceOf = (...records: readonly string[]) => ({
  id: 'dogs' as SliceId,
  recordsOf: () => Promise.resolve(new Set(records)),
})

/** Closed after the test. */
export function booksOf(study: Study): AuditBooks {
  const books = createAuditBooks(study)
  onTestFinished(books.close)
  return books
}

export const countingOf = (study: Study, runs: Pick<ScoredRuns, 'list'>): Counting => createCounting({ study, books: booksOf(study), listRuns: runs.list })
