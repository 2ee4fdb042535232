// Finished runs by hand, for tables and figures.
import type { ReportInput, ReportRun } from '../../../src/main/query/report-run.ts'
import { columnsOf } from '../../../src/main/workspace/score-columns.ts'
import type { RunId } from '../../../src/preload/contract/identifiers.ts'
import type { Estimate, Run, RunMetrics, Scores } from '../../../src/preload/contract/runs.ts'

export function runOf(id: string, more: Partial<Omit<Run, 'plan'>> & { readonly plan?: object } = {}): Run {
  const { plan, ...rest } = more
  return {
    id: id as RunId,
    name: `Run ${id}`,
    plan: { model: 'sample', dataset: 'e-vqa-eval', method: { id: 'fine-tune', config: {} }, scope: 'text', metrics: [], seed: 0, provider: 'auto', ...plan } as unknown as Run['plan'],
    status: 'finished',
    createdAt: '2026-01-01T00:00:00.000Z',
    recordCount: 20,
    doneCount: 20,
    failedCount: 0,
    recordsPerSecond: null,
    secondsLeft: null,
    versions: {},
    ...rest,
  }
}

export const estimateOf = (mean: number, n = 20): Estimate => ({ mean, low: Math.max(0, mean - 0.1), high: Math.min(1, mean + 0.05), n })

export function metricsOf(reliability: number, locality: number): RunMetrics {
  return {
    'reliability': { strict: estimateOf(reliability), free: estimateOf(reliability / 2) },
    'text-generality': { strict: estimateOf(reliability * 0.9) },
    'text-locality': { strict: estimateOf(locality), kl: { mean: 0.0123, low: 0.01, high: 0.015, n: 20 } },
    'image-locality': { strict: estimateOf(locality, 18), kl: { mean: 1.5, low: 1, high: 2.25, n: 18 } },
  }
}

/** The runs as a comparison hands them to tables. */
export function inputOf(runs: readonly (Pick<ReportRun, 'run'> & Partial<ReportRun>)[], variant = 'strict', more: Partial<ReportInput> = {}): ReportInput {
  return {
    runs: runs.map(row => ({ key: row.slice ? `${row.run.id}/${row.slice.id}` : row.run.id, metrics: {}, recordCount: row.run.doneCount - row.run.failedCount, ...row })),
    reported: [],
    variant,
    comparability: { mismatches: [], common: [] },
    ...more,
  }
}

/** Scores of records '0', '1', …, one entry each, as columns. */
export const recordsOf = (scores: readonly Scores[], steps = 40): NonNullable<ReportRun['records']> =>
  columnsOf(scores.map((each, i) => ({ record: String(i), status: 'done', scores: each, steps, editMs: 1 })))
