// The run loop: order, failures, resume, pause, cancel, scores.
import { describe, expect, it } from 'vitest'
import { metrics } from '../../../src/main/metrics/index.ts'
import type { Model } from '../../../src/main/models/model.ts'
import { createBaseAnswers } from '../../../src/main/runs/base-answers.ts'
import { editRecord } from '../../../src/main/runs/edit-record.ts'
import type { EditEvent } from '../../../src/main/runs/edit-record.ts'
import { executeRun } from '../../../src/main/runs/execute.ts'
import { jobFor } from '../../../src/main/runs/execution.ts'
import type { RunExecution } from '../../../src/main/runs/execution.ts'
import type { RecordResult } from '../../../src/preload/contract/runs.ts'
import { countingModel, learn, noMemory, recordOf, resolveImage } from './counting-model.ts'

function task(more: Partial<RunExecution> = {}): RunExecution & { readonly results: RecordResult[], readonly asked: string[] } {
  const counting = countingModel({ 'Capital of Italy?|': 'Rome' })
  const model = counting as unknown as Model
  const results: RecordResult[] = []
  return {
    model,
    method: learn,
    config: {},
    scope: 'text',
    metrics: metrics.all,
    base: createBaseAnswers({ model, fingerprint: 'f', dataset: 'd', resolveImage }),
    memory: noMemory,
    resolveImage,
    seed: 0,
    records: [recordOf('1', 'cat'), recordOf('2', 'dog'), recordOf('3', 'red')],
    onResult: result => void results.push(result),
    results,
    asked: counting.asked,
    ...more,
  }
}

describe('editRecord', () => {
  it('tells what happens, in order', async () => {
    const events: EditEvent[] = []
    const { result, edit } = await editRecord({ ...task(), asksAll: true }, recordOf('1', 'cat'), jobFor(0, '1', new AbortController().signal), event => events.push(event))
    expect(events.map(event => event.kind === 'before' || event.kind === 'after' ? `${event.kind} ${event.probe.kind} ${event.probe.index}` : event.kind)).toEqual([
      'before edit 0', 'before textRephrase 0', 'before unrelatedText 0', 'before portability 0', 'before portability 1', 'before blindness 0', 'before blindness 1',
      'step', 'step',
      'after edit 0', 'after textRephrase 0', 'after unrelatedText 0', 'after portability 0', 'after portability 1', 'after blindness 0', 'after blindness 1',
      'scored',
    ])
    expect(result.scores).toMatchObject({
      'reliability': { strict: 1, free: 1, easyedit: 1 },
      'text-generality': { strict: 0, free: 0 },
      'text-locality': { strict: 1, free: 1, easyedit: 1, kl: 0 },
    })
    // No picture of the same thing and no unrelated picture: no such metric. The portability question without an answer does not count.
    expect(Object.keys(result.scores)).toEqual(['reliability', 'text-generality', 'text-locality', 'portability', 'blindness'])
    const edited = result.probes[0]!
    expect(edited.before.text).toBe('nothing')
    expect(edited.after).toMatchObject({ text: 'cat', expected: [{ text: 'cat', best: 'cat' }], generated: [{ text: 'cat', probability: 0.75 }] })
    expect(edited.after.expected[0]!.probability).toBeGreaterThan(0.9)
    expect(edit.steps).toBe(2)
    // Three passes were counted; the text rephrase does not give the target, the unrelated text stays.
    expect(result).toMatchObject({ verdict: 'under', notes: ['Learnt 1.'], cost: { forwardPasses: 3, backwardPasses: 0 } })
    expect(result.cost!.peakBytes).toBeGreaterThan(1e6)
  })

  it('asks only what the chosen metrics look at, and the edit', async () => {
    const run = task({ metrics: [metrics.get('text-locality')] })
    const { result } = await editRecord(run, recordOf('1', 'cat'), jobFor(0, '1', new AbortController().signal))
    expect(result.probes.map(({ kind }) => kind)).toEqual(['edit', 'unrelatedText'])
    expect(Object.keys(result.scores)).toEqual(['text-locality'])
  })

  it('keeps the scores of single probes where a record has several of their kind, and says which were asked with a fix', async () => {
    const more = { textRephrase: [{ ...recordOf('1', 'cat').probes.textRephrase![0]!, fix: 'f1' }], portability: [recordOf('1', 'cat').edit, recordOf('2', 'cat').edit, { ...recordOf('2', 'dog').edit, expected: '' }] }
    const { result } = await editRecord(task(), recordOf('1', 'cat', more), jobFor(0, '1', new AbortController().signal))
    const own = (kind: string) => result.probes.filter(probe => probe.kind === kind).map(({ scores, fix }) => [scores?.['portability']?.['strict'], fix])
    expect(own('portability')).toEqual([[1, undefined], [0, undefined]])
    expect(own('textRephrase')).toEqual([[undefined, 'f1']])
    expect(own('edit')).toEqual([[undefined, undefined]])
    // The record's score is their mean, reading by reading.
    const [one, two] = result.probes.filter(({ kind }) => kind === 'portability').map(({ scores }) => scores!['portability']!)
    for (const [reading, mean] of Object.entries(result.scores['portability']!))
      expect(mean).toBeCloseTo((one![reading]! + two![reading]!) / 2, 12)
  })

  it('fails when the edited model answers with something that is no number', async () => {
    const run = task({
      method: { ...learn, edit: async (model, examples, options) => {
        const edit = await learn.edit(model, examples, options)
        return { ...edit, model: { answer: async (...question) => {
          const answer = await edit.model.answer(...question)
          answer.positions.logits[0] = Number.NaN
          return answer
        } } }
      } },
      records: [recordOf('1', 'cat')],
    })
    await executeRun(run)
    expect(run.results[0]!.reason).toBe('After 2 steps the edited model gives logits that are not numbers. Lower the learning rate or take fewer steps.')
  })
})

describe('executeRun', () => {
  it('goes on after a record that fails, with its reason', async () => {
    const run = task()
    expect(await executeRun(run)).toEqual({ status: 'finished', done: 2, failed: 1 })
    expect(run.results.map(({ record, status, reason }) => [record, status, reason])).toEqual([
      ['1', 'done', undefined],
      ['2', 'failed', 'Dogs cannot be learnt.'],
      ['3', 'done', undefined],
    ])
  })

  it('repeats nothing that is finished, and gives the same numbers as in one go', async () => {
    const whole = task()
    await executeRun(whole)
    const rest = task({ finished: new Map([['1', 'done'], ['2', 'failed']]) })
    await executeRun(rest)
    const timeless = ({ editMs: _edit, elapsedMs: _elapsed, cost: _cost, ...result }: RecordResult): unknown => result
    expect(rest.results.map(timeless)).toEqual(whole.results.slice(2).map(timeless))
    expect(rest.asked.some(question => question.includes('1.png'))).toBe(false)
  })

  it('pauses after the current record', async () => {
    const run = task()
    expect(await executeRun({ ...run, isPaused: () => run.results.length === 1 })).toEqual({ status: 'paused', done: 1, failed: 0 })
  })

  it('leaves no result of a record it was cancelled in', async () => {
    const stop = new AbortController()
    const run = task({ signal: stop.signal })
    const method = { ...learn, edit: ((model, examples, options) => {
      if (examples[0]?.expected === 'red')
        stop.abort()
      return learn.edit(model, examples, options)
    }) as typeof learn.edit }
    expect(await executeRun({ ...run, method })).toEqual({ status: 'cancelled', done: 1, failed: 1 })
    expect(run.results.map(({ record }) => record)).toEqual(['1', '2'])
  })

  it('refuses a scope that the method does not support', async () => {
    await expect(executeRun(task({ scope: 'vision' }))).rejects.toThrow('Learning by heart has no vision module.')
  })
})

describe('jobFor', () => {
  it('draws by seed and record, whatever was drawn before', () => {
    const { signal } = new AbortController()
    const draw = (seed: number, record: string): number => jobFor(seed, record, signal).random.next()
    expect(draw(1, '5')).toBe(draw(1, '5'))
    expect(new Set([draw(1, '5'), draw(1, '6'), draw(2, '5')]).size).toBe(3)
  })
})
