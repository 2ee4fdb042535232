// From results to the numbers of a run, and from a plan to what it names.
import { describe, expect, it } from 'vitest'
import { metrics } from '../../../src/main/metrics/index.ts'
import { firstRecords, preparePlan } from '../../../src/main/runs/plan.ts'
import { createSummary, primaryEstimates, summarise } from '../../../src/main/runs/summary.ts'

const results = [
  { scores: { 'text-locality': { kl: 0, strict: 1 }, 'reliability': { strict: 1, free: 0 } } },
  { scores: { 'text-locality': { kl: 0, strict: 1 }, 'reliability': { strict: 0, free: 1 } } },
  { scores: {} },
  { scores: { reliability: { strict: 1 }, home_made: { value: 4 } } },
]

describe('summarise', () => {
  it('averages over the records that have the number, in the registry\'s order', () => {
    const { metrics: run } = summarise(results)
    expect(Object.keys(run)).toEqual(['reliability', 'text-locality', 'home_made'])
    expect(run.reliability!.strict).toMatchObject({ mean: 2 / 3, n: 3 })
    expect(run.reliability!.free).toMatchObject({ mean: 0.5, n: 2 })
    expect(run['text-locality']!.strict!.low).toBeCloseTo(0.342, 3)
    expect(run['text-locality']!.kl).toEqual({ mean: 0, low: 0, high: 0, n: 2 })
    expect(run.home_made!.value).toEqual({ mean: 4, low: 4, high: 4, n: 1 })
  })

  it('is the same one by one, and in any order', () => {
    const summary = createSummary()
    for (const result of [...results].reverse())
      summary.add(result)
    expect(summary.whole()).toEqual(summarise(results))
  })

  it('counts verdicts and adds up what edits cost; an edit that failed has neither', () => {
    const cost = (seconds: number, peakBytes: number) => ({ seconds, forwardPasses: 2, backwardPasses: 1, peakBytes })
    const summary = summarise([
      { scores: {}, verdict: 'proper', cost: cost(1, 50) },
      { scores: {}, verdict: 'over', cost: cost(3, 90) },
      { scores: {} },
      { scores: {}, verdict: 'proper', cost: cost(2, 70) },
    ])
    expect(summary).toMatchObject({ verdicts: { proper: 2, over: 1 }, cost: { seconds: 6, forwardPasses: 6, backwardPasses: 3, peakBytes: 90 }, secondsPerEdit: { mean: 2, n: 3 } })
    expect(summarise([])).toEqual({ metrics: {}, verdicts: {} })
  })

  it('gives one estimate a metric for the command line', () => {
    const primary = primaryEstimates(summarise(results).metrics)
    expect(Object.keys(primary)).toEqual(['reliability', 'text-locality', 'home_made'])
    expect(primary.reliability!.mean).toBeCloseTo(2 / 3, 12)
  })
})

describe('preparePlan', () => {
  const plan = { method: { id: 'fine-tune', config: {} }, scope: 'text' as const, metrics: [], seed: 0 }

  it('fills in defaults; no metrics means all', () => {
    const prepared = preparePlan(plan)
    expect(prepared.metrics).toEqual(metrics.all)
    expect(prepared.config).toMatchObject({ optimizer: 'adam', stopWhenEdited: true })
  })

  it('keeps the registry\'s order of metrics', () => {
    expect(preparePlan({ ...plan, metrics: ['image-locality', 'reliability', 'reliability'] }).metrics.map(({ id }) => id)).toEqual(['reliability', 'image-locality'])
  })

  it.each([
    [{ method: { id: 'rome', config: {} } }, 'Unknown method \'rome\'. Known: fine-tune'],
    [{ metrics: ['fluency'] }, 'Unknown metric \'fluency\'. Known: reliability, text-generality'],
    [{ method: { id: 'fine-tune', config: { steps: 0 } } }, 'Method \'fine-tune\' cannot take this \'steps\': Too small'],
    [{ method: { id: 'fine-tune', config: { stepz: 5 } } }, 'Method \'fine-tune\' has no setting \'stepz\'. Its settings are optimizer, learningRate, steps'],
  ])('says what is wrong with %j', (change, sentence) => {
    expect(() => preparePlan({ ...plan, ...change })).toThrow(sentence)
  })

  it('takes the first records', () => {
    expect([...firstRecords([1, 2, 3], 2)]).toEqual([1, 2])
    expect([...firstRecords([1, 2, 3], undefined)]).toEqual([1, 2, 3])
  })
})
