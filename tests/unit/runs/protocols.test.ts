// Batches and sequences: what edits see of one another, what is scored when, and going on after an end.
import { describe, expect, it } from 'vitest'
import { metrics } from '../../../src/main/metrics/index.ts'
import type { Model } from '../../../src/main/models/model.ts'
import { createBaseAnswers } from '../../../src/main/runs/base-answers.ts'
import { executeRun } from '../../../src/main/runs/execute.ts'
import { cellKey } from '../../../src/main/runs/execution.ts'
import type { RunExecution } from '../../../src/main/runs/execution.ts'
import { sharesOf } from '../../../src/main/runs/measure-edit.ts'
import type { EditRecord } from '../../../src/preload/contract/records.ts'
import type { RecordResult, RetentionCell } from '../../../src/preload/contract/runs.ts'
import { countingModel, learn, noMemory, recordOf, resolveImage } from './counting-model.ts'

interface Kept { readonly results: RecordResult[], readonly cells: RetentionCell[], readonly notes: string[], readonly edits: string[][] }

function task(more: Partial<RunExecution>): RunExecution & Kept {
  const model = countingModel({ 'Capital of Italy?|': 'Rome' }) as unknown as Model
  const kept: Kept = { results: [], cells: [], notes: [], edits: [] }
  return {
    model,
    method: { ...learn, edit: (own, examples, options) => {
      kept.edits.push(examples.map(({ expected }) => expected))
      return learn.edit(own, examples, options)
    } },
    config: {},
    scope: 'text',
    metrics: [metrics.get('reliability'), metrics.get('text-locality')],
    base: createBaseAnswers({ model, fingerprint: 'f', dataset: 'd', resolveImage }),
    memory: noMemory,
    resolveImage,
    seed: 0,
    records: ['cat', 'red', 'blue', 'cat', 'red'].map((target, i) => recordOf(String(i + 1), target)),
    onResult: result => void kept.results.push(result),
    onRetention: cell => void kept.cells.push(cell),
    onNote: note => void kept.notes.push(note),
    ...kept,
    ...more,
  }
}

/** The unrelated question of every record is the same, so an edit that breaks it breaks it for all that come later. */
const spoiling = (id: string): EditRecord => ({ ...recordOf(id, 'Paris'), edit: { prompt: 'Capital of Italy?', expected: 'Paris', form: 'question' } })
const strict = ({ scores }: Pick<RecordResult, 'scores'>) => [scores.reliability?.strict, scores['text-locality']?.strict]
const timeless = ({ editMs: _edit, elapsedMs: _elapsed, cost: _cost, ...result }: RecordResult): unknown => result

describe('batch', () => {
  it('edits some records at once, scores every one on that edit, and shares the cost', async () => {
    const run = task({ protocol: 'batch', group: 2 })
    expect(await executeRun(run)).toEqual({ status: 'finished', done: 5, failed: 0 })
    expect(run.edits).toEqual([['cat', 'red'], ['blue', 'cat'], ['red']])
    expect(run.results.map(({ record }) => record)).toEqual(['1', '2', '3', '4', '5'])
    expect(run.results.map(strict)).toEqual(Array.from({ length: 5 }, () => [1, 1]))
    // The method counts 2 passes an example and one more an edit.
    expect(run.results.map(({ cost }) => cost?.forwardPasses)).toEqual([2, 3, 2, 3, 3])
    expect(run.results.map(({ notes }) => notes)).toEqual([['Learnt 2.'], ['Learnt 2.'], ['Learnt 2.'], ['Learnt 2.'], ['Learnt 1.']])
  })

  it('starts every batch with the pristine model', async () => {
    const run = task({ protocol: 'batch', group: 2, records: [spoiling('1'), recordOf('2', 'red'), recordOf('3', 'blue')] })
    await executeRun(run)
    expect(run.results.map(strict)).toEqual([[1, 0], [1, 0], [1, 1]])
  })

  it('fails all records of a batch that cannot be edited, and goes on', async () => {
    const run = task({ protocol: 'batch', group: 2, records: [recordOf('1', 'cat'), recordOf('2', 'dog'), recordOf('3', 'red')] })
    expect(await executeRun(run)).toEqual({ status: 'finished', done: 1, failed: 2 })
    expect(run.results.map(({ record, reason }) => [record, reason])).toEqual([['1', 'Dogs cannot be learnt.'], ['2', 'Dogs cannot be learnt.'], ['3', undefined]])
  })

  it('forms the same batches when it goes on in the middle of one', async () => {
    const whole = task({ protocol: 'batch', group: 2 })
    await executeRun(whole)
    const rest = task({ protocol: 'batch', group: 2, finished: new Map([['1', 'done'], ['2', 'done'], ['3', 'done']]) })
    await executeRun(rest)
    expect(rest.edits).toEqual([['blue', 'cat'], ['red']])
    expect(rest.results.map(timeless)).toEqual(whole.results.slice(3).map(timeless))
  })

  it('loses no pass in sharing', () => {
    const cost = { seconds: 3, forwardPasses: 7, backwardPasses: 2, peakBytes: 9 }
    const shares = sharesOf(cost, 3)
    expect(shares.map(({ forwardPasses }) => forwardPasses).sort()).toEqual([2, 2, 3])
    expect(shares.reduce((sum, { backwardPasses }) => sum + backwardPasses, 0)).toBe(2)
    expect(shares.every(({ seconds, peakBytes }) => seconds === 1 && peakBytes === 9)).toBe(true)
  })
})

describe('sequential', () => {
  it('keeps every edit and scores all of them again after every so many', async () => {
    const run = task({ protocol: 'sequential', group: 2 })
    expect(await executeRun(run)).toEqual({ status: 'finished', done: 5, failed: 0 })
    expect(run.cells.map(cellKey)).toEqual(['2/0', '2/1', '4/0', '4/1', '4/2', '4/3', '5/0', '5/1', '5/2', '5/3', '5/4'])
    expect(run.cells.map(({ record }) => record)).toEqual(['1', '2', '1', '2', '3', '4', '1', '2', '3', '4', '5'])
    expect(run.cells.every(cell => strict(cell)[0] === 1)).toBe(true)
    expect(run.notes).toEqual([])
  })

  it('compares with the pristine model, and shows what later edits break', async () => {
    // The second edit overwrites the first, whose question it shares.
    const again = { ...recordOf('2', 'blue'), edit: { ...recordOf('1', 'cat').edit, expected: 'blue' } }
    const run = task({ protocol: 'sequential', records: [recordOf('1', 'cat'), again, spoiling('3'), recordOf('4', 'red')] })
    await executeRun(run)
    expect(run.results.map(strict)).toEqual([[1, 1], [1, 1], [1, 0], [1, 0]])
    expect(run.cells.filter(({ time }) => time === 4).map(strict)).toEqual([[0, 0], [1, 0], [1, 0], [1, 0]])
  })

  it('leaves out an edit that fails', async () => {
    const run = task({ protocol: 'sequential', group: 2, records: [recordOf('1', 'cat'), recordOf('2', 'dog'), recordOf('3', 'red'), recordOf('4', 'blue')] })
    expect(await executeRun(run)).toEqual({ status: 'finished', done: 3, failed: 1 })
    expect(run.cells.map(({ time, edit, record }) => [time, edit, record])).toEqual([[2, 0, '1'], [2, 1, '3'], [3, 0, '1'], [3, 1, '3'], [3, 2, '4']])
  })

  it('is replayed without scoring when it goes on, says so, and gives the same numbers', async () => {
    const records = [recordOf('1', 'cat'), recordOf('2', 'dog'), recordOf('3', 'red'), recordOf('4', 'blue'), recordOf('5', 'cat')]
    const whole = task({ protocol: 'sequential', group: 2, records })
    await executeRun(whole)
    // Stopped after the third edit of the stream, in the middle of writing the cells at time 2.
    const rest = task({ protocol: 'sequential', group: 2, records, finished: new Map([['1', 'done'], ['2', 'failed'], ['3', 'done']]), retained: new Set(['2/0']) })
    expect(await executeRun(rest)).toEqual({ status: 'finished', done: 2, failed: 0 })
    expect(rest.edits).toEqual([['cat'], ['red'], ['blue'], ['cat']])
    expect(rest.results.map(timeless)).toEqual(whole.results.slice(3).map(timeless))
    expect(rest.cells).toEqual(whole.cells.slice(1))
    expect(rest.notes).toEqual(['Replaying 3 edits to go on where the stream stopped.'])
  })

  it('stops at once when told to', async () => {
    const stop = new AbortController()
    const run = task({ protocol: 'sequential', signal: stop.signal, onRetention: ({ time }) => void (time === 2 && stop.abort()) })
    expect(await executeRun(run)).toMatchObject({ status: 'cancelled', done: 2 })
  })
})

describe('a method that cannot', () => {
  it.each([['batch', 'Only one at a time.'], ['sequential', 'Nothing on top of it.']] as const)('refuses %s before anything is asked', async (protocol, sentence) => {
    const run = task({ protocol, method: { ...learn, batch: 'Only one at a time.', chain: 'Nothing on top of it.' } })
    await expect(executeRun(run)).rejects.toThrow(sentence)
    expect(run.results).toEqual([])
  })
})
