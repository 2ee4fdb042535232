// Finished runs by hand, for tables and figures.
import type { RunId } from '../../../src/preload/contract/identifiers.ts'
import type { Estimate, Run, RunMetrics } from '../../../src/preload/contract/runs.ts'

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
