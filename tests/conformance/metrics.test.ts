// Every metric on the tiny model, before and after a real edit.
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { createJob } from '../../src/main/base/job.ts'
import { fineTune } from '../../src/main/methods/fine-tune.ts'
import { describeMetric, metrics } from '../../src/main/metrics/index.ts'
import type { Model } from '../../src/main/models/model.ts'
import { createBaseAnswers } from '../../src/main/runs/base-answers.ts'
import { editRecord } from '../../src/main/runs/edit-record.ts'
import { questionOf } from '../../src/main/runs/probes.ts'
import { MetricInfo } from '../../src/preload/contract/methods.ts'
import { RecordResult } from '../../src/preload/contract/runs.ts'
import type { EditRecord } from '../../src/preload/contract/records.ts'
import { openTiny, reachableTarget, recordWith, resolveImage } from './tiny-model.ts'

// Engines share the machine with whatever else runs; seconds when idle.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 })

let model: Model
let record: EditRecord
let result: RecordResult
beforeAll(async () => {
  model = await openTiny()
  record = recordWith(await reachableTarget(model))
  const base = createBaseAnswers({ model, fingerprint: 'tiny', dataset: 'tiny', resolveImage })
  const task = { model, method: fineTune, config: { learningRate: 0.02, steps: 40 }, scope: 'text' as const, metrics: metrics.all, base, resolveImage, memory: { records: [], question: () => Promise.reject(new Error('no memory')), baseAnswer: base.answer } }
  result = (await editRecord(task, record, createJob())).result
})
afterAll(() => model?.dispose())

it('one edit gives a result line that fits the contract and JSON', () => {
  expect(RecordResult.parse(JSON.parse(JSON.stringify(result)))).toEqual(result)
  expect(Object.keys(result.scores)).toEqual(metrics.all.map(({ id }) => id))
  expect(result.scores.reliability).toMatchObject({ strict: 1, tokenAccuracy: 1 })
})

describe.each(metrics.all)('$id', (metric) => {
  it('describes itself, with the strict reading first and all common ones', () => {
    const info = describeMetric(metric)
    expect(MetricInfo.parse(info)).toEqual(info)
    expect(metric.variants.slice(0, 3).map(({ id }) => id)).toEqual(['strict', 'free', 'easyedit'])
    for (const { summary } of metric.variants)
      expect(summary).toMatch(/\.$/)
  })

  it('scores every reading it names, each in its unit', () => {
    const scores = result.scores[metric.id]!
    expect(Object.keys(scores).sort()).toEqual(metric.variants.map(({ id }) => id).sort())
    for (const { id, unit } of metric.variants) {
      expect(Number.isFinite(scores[id]), id).toBe(true)
      expect(scores[id], id).toBeGreaterThanOrEqual(0)
      if (unit === 'share')
        expect(scores[id], id).toBeLessThanOrEqual(1)
    }
  })

  it('has no probe in a record without one', () => {
    expect(metric.probes({ ...record, edit: { ...record.edit, expected: '' }, probes: {} })).toEqual([])
  })

  it('asks twice and finds nothing changed, unless it asks for the target', async () => {
    const probe = metric.probes(record)[0]!
    const ask = () => model.answer(questionOf(probe, resolveImage), probe.expected)
    const scores = metric.score(probe, await ask(), await ask())
    if (!metric.id.endsWith('-locality'))
      return expect(scores.strict).toBe(0)
    for (const { id, unit } of metric.variants)
      expect(scores[id], id).toBe(unit === 'share' ? 1 : 0)
  })
})
