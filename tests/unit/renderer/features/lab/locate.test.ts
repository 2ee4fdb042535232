// The panel "Where does it live?": folding events, shares, what a trace says in words, strips of a sweep, commands.
import { describe, expect, it } from 'vitest'
import type { TraceEvent } from '../../../../../src/preload/contract/lab.ts'
import type { MetricInfo } from '../../../../../src/preload/contract/methods.ts'
import { runsSweepCommand, sweepCommand, traceCommand } from '../../../../../src/renderer/src/features/lab/locate/commands.ts'
import { emptySweep, fiveScores, foldSweep, sweepOption } from '../../../../../src/renderer/src/features/lab/locate/sweep.ts'
import { cellCount, emptyTrace, findingOf, foldTrace, shareOf } from '../../../../../src/renderer/src/features/lab/locate/trace.ts'

const provider = { provider: 'cpu', device: 'cpu', reason: '', tests: [] }
const setting = { corrupt: 'picture', target: 'own', noise: 3, samples: 5 } as const
const begun: TraceEvent = {
  kind: 'begun', provider, target: 'cat', clean: 0.9, corrupted: 0.1,
  parts: [{ part: 'bridge', label: 'Q-Former', layers: 1, groups: [{ id: 'queries', label: 'Queries', tokens: 8 }] }, { part: 'language', label: 'Language model', layers: 3, groups: [{ id: 'slots', label: 'Picture slots', tokens: 8 }, { id: 'prompt-end', label: 'Last prompt token', tokens: 1 }] }],
}
const cells = (slots: readonly number[], end: readonly number[]): TraceEvent[] => [
  { kind: 'cell', part: 'bridge', layer: 0, group: 'queries', probability: 0.2 },
  ...slots.map((probability, layer): TraceEvent => ({ kind: 'cell', part: 'language', layer, group: 'slots', probability })),
  ...end.map((probability, layer): TraceEvent => ({ kind: 'cell', part: 'language', layer, group: 'prompt-end', probability })),
]
const done: TraceEvent = { kind: 'done', elapsedMs: 1000, notes: [] }

describe('a trace', () => {
  it('folds its events', () => {
    const trace = foldTrace(foldTrace(emptyTrace(setting, undefined), [begun]), [...cells([0.9, 0.5, 0.1], [0.1, 0.1, 0.9]), done])
    expect(trace).toMatchObject({ phase: 'done', elapsedMs: 1000 })
    expect(trace.cells.size).toBe(cellCount(trace.begun!))
  })

  it('recovers a share of what the noise took', () => {
    expect(shareOf({ clean: 0.9, corrupted: 0.1 }, 0.5)).toBeCloseTo(0.5)
    expect(shareOf({ clean: 0.9, corrupted: 0.1 }, 0)).toBeCloseTo(-0.125)
    // Where the noise makes the answer more likely, there is nothing to recover.
    expect(shareOf({ clean: 0.1, corrupted: 0.9 }, 0.5)).toBeUndefined()
    expect(shareOf({ clean: 0.9, corrupted: 0.9 }, 0.9)).toBeUndefined()
    expect(shareOf({ clean: 0.9, corrupted: 0.1 }, undefined)).toBeUndefined()
  })

  it('says where the picture hands the answer over', () => {
    const say = (slots: readonly number[], end: readonly number[]): string | undefined => findingOf(foldTrace(emptyTrace(setting, undefined), [begun, ...cells(slots, end), done]))
    expect(say([0.9, 0.6, 0.1], [0.1, 0.2, 0.9])).toBe('In the language model the picture slots still carry the answer after layer 1 (62.5 % of what the noise took comes back); from layer 2 on the last prompt token does (100.0 %).')
    // Nothing of the slots: the strongest cell, but not the place that the answer is read from.
    expect(say([0.1, 0.1, 0.1], [0.1, 0.3, 0.9])).toBe('Most of the answer (25.0 % of what the noise took) comes back with last prompt token after layer 1 of the language model.')
    expect(say([0.1, 0.1, 0.1], [0.1, 0.1, 0.9])).toBe('Most of the answer (12.5 % of what the noise took) comes back with queries after layer 0 of the q-former.')
    expect(findingOf(foldTrace(emptyTrace(setting, undefined), [begun, ...cells([0.9, 0.5, 0.1], [0.1, 0.1, 0.9])]))).toBeUndefined()
  })
})

describe('a sweep', () => {
  const metrics = ['blindness', 'image-locality', 'reliability'].map(id => ({ id, symbol: id } as MetricInfo))
  const settings = { method: 'fine-tune', config: { steps: 5, onlyLayer: 2 }, scope: 'text', seed: 0 } as const
  const swept = [
    { kind: 'begun' as const, part: 'p', layers: [0, 1], provider },
    { kind: 'layer' as const, layer: 1, scores: { reliability: { strict: 0.5 } }, steps: 3, elapsedMs: 1 },
    { kind: 'refused' as const, layer: 0, reason: 'No.' },
  ].reduce(foldSweep, emptySweep(settings))

  it('has a strip for each of the five scores that is known, in the paper\'s order, and lines at the chosen layers', () => {
    expect(fiveScores(metrics).map(({ id }) => id)).toEqual(['reliability', 'image-locality'])
    const { series, grid } = sweepOption(swept, metrics, [1]) as { series: { name: string, data: unknown, markLine?: { data: unknown } }[], grid: unknown[] }
    expect(grid).toHaveLength(2)
    expect(series.map(({ name, data }) => [name, data])).toEqual([['reliability', [[0, null], [1, 50]]], ['image-locality', [[0, null], [1, null]]]])
    expect(series[0]!.markLine!.data).toEqual([{ xAxis: 1 }])
    expect((sweepOption(swept, metrics, []) as { series: object[] }).series[0]).not.toHaveProperty('markLine')
  })

  it('is written as commands without the layer of the form', () => {
    const place = { model: 'sample', dataset: 'e-vqa-eval', record: '00001' }
    const methods = [{ id: 'fine-tune', configSchema: { properties: { steps: { type: 'integer', default: 100 }, onlyLayer: { type: 'integer' } } } }]
    expect(sweepCommand(place, settings, methods)).toBe('npx mmedit lab sweep --model sample --dataset e-vqa-eval --record 00001 --method fine-tune --scope text --config.steps 5')
    expect(runsSweepCommand(place, { ...settings, seed: 4 }, methods, 20)).toBe('npx mmedit runs sweep --model sample --dataset e-vqa-eval --method fine-tune --scope text --config.steps 5 --seed 4 --limit 20')
    expect(traceCommand(place, { ...setting, corrupt: 'both', samples: 2 }, 1)).toBe('npx mmedit lab trace --model sample --dataset e-vqa-eval --record 00001 --corrupt both --samples 2 --seed 1')
  })
})
