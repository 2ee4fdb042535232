// Which runs a re-run of fixed probes can complete, and when an edit that is made again is the same one.
import { expect, it } from 'vitest'
import { asRepeated, whyNotRepaired } from '../../../src/main/runs/repairable.ts'
import { RunPlan } from '../../../src/preload/contract/runs.ts'
import type { RecordResult, Run } from '../../../src/preload/contract/runs.ts'

const run = (plan: object = {}, status: Run['status'] = 'finished', versions: Run['versions'] = {}) =>
  ({ name: 'R', status, versions, plan: RunPlan.parse({ model: 'm', dataset: 'd', method: { id: 'fine-tune' }, ...plan }) })
const result = (losses: number[]): RecordResult => ({ record: '1', status: 'done', steps: losses.length, losses, editMs: 1, elapsedMs: 1, scores: { reliability: { strict: 1 } }, probes: [], verdict: 'proper' })

it('completes finished runs of single edits', () => {
  expect(whyNotRepaired(run())).toBeUndefined()
  expect(whyNotRepaired(run({}, 'running'))).toBe('Run \'R\' is running. Let it finish first.')
  expect(whyNotRepaired(run({ kind: 'train' }))).toBe('Run \'R\' is a training: it asks no probes.')
  expect(whyNotRepaired(run({ protocol: 'sequential' }))).toContain('depends on all edits before')
  expect(whyNotRepaired(run({ protocol: 'batch', group: 4 }))).toContain('edits 4 records at once')
  expect(whyNotRepaired(run({ repairs: 'r' }))).toContain('itself a re-run')
})

it('completes what was made of the same data, checkpoint and definitions, as far as that is known', () => {
  const made = run({}, 'finished', { data: 'a', model: 'b', definitions: '1' })
  expect(whyNotRepaired(made, { data: 'a', model: 'b', definitions: '1' })).toBeUndefined()
  expect(whyNotRepaired(made, { data: 'x', model: 'b' })).toBe('Run \'R\' was made with another version of the records of \'d\', so its edits cannot be repeated. Run it again.')
  expect(whyNotRepaired(made, { model: 'x' })).toContain('the checkpoint of model \'m\'')
  expect(whyNotRepaired(made, { definitions: '2' })).toContain('the metrics\' definitions')
  expect(whyNotRepaired(run(), { data: 'x', model: 'x', definitions: 'x' })).toBeUndefined()
})

it('takes an edit whose losses are those of before, up to rounding', () => {
  expect(asRepeated(result([3, 2, 1]), [3, 2, 1])).toEqual(result([3, 2, 1]))
  expect(asRepeated(result([3, 2, 1.009]), [3, 2, 1])).toEqual(result([3, 2, 1.009]))
  expect(asRepeated(result([200]), [201.5])).toEqual(result([200]))
  expect(asRepeated(result([]), [])).toEqual(result([]))
  // A run that was removed meanwhile cannot be compared with.
  expect(asRepeated(result([3]), undefined)).toEqual(result([3]))
})

it.each([
  [[3, 2, 1], [3, 2, 1.02], '3 steps to a loss of 1.00, then 3 steps to a loss of 1.02'],
  [[3, 2], [3, 2, 1], '2 steps to a loss of 2.00, then 3 steps to a loss of 1.00'],
  [[], [3], 'no steps, then 1 step to a loss of 3.00'],
  [[Number.NaN], [3], 'a loss of NaN, then'],
])('fails an edit that came out otherwise: %j after %j', (losses, before, said) => {
  const failed = asRepeated(result(losses), before)
  expect(failed).toMatchObject({ record: '1', status: 'failed', scores: {}, probes: [], losses })
  expect(failed.reason).toContain(said)
  expect(failed).not.toHaveProperty('verdict')
})
