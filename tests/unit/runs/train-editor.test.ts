// The loop around a trainer: what it keeps, when it stops, and that going on gives what going through would have given.
import { describe, expect, it } from 'vitest'
import { createJob } from '../../../src/main/base/job.ts'
import type { Memory, Trainer, TrainingConfig } from '../../../src/main/methods/method.ts'
import type { Model } from '../../../src/main/models/model.ts'
import type { TensorFile } from '../../../src/main/models/tensor-file.ts'
import { splitForValidation } from '../../../src/main/runs/split-records.ts'
import { trainEditor } from '../../../src/main/runs/train-editor.ts'
import type { EditorTraining, LoopState } from '../../../src/main/runs/train-editor.ts'
import type { TrainingStep } from '../../../src/preload/contract/runs.ts'
import { countingTrainer } from '../../contract/support/counting-method.ts'

const config: TrainingConfig = { iterations: 60, validateEvery: 10, validationRecords: 4, patience: 0, checkpointEvery: 7 }
const validation = { records: [] } as unknown as Memory

interface Kept { lines: TrainingStep[], editors: { file: TensorFile, step: number }[], checkpoint?: { trainer: TensorFile, loop: LoopState } }

function training(kept: Kept, more: Partial<EditorTraining> = {}): EditorTraining {
  const resume = kept.checkpoint
  return {
    model: { runtime: { meter: { forward: 0, backward: 0 } } } as unknown as Model,
    trainer: countingTrainer({ job: createJob({ seed: 3 }), validation, ...(resume ? { resume: resume.trainer } : {}) }),
    config,
    signal: new AbortController().signal,
    ...(resume ? { resume: resume.loop } : {}),
    onLine: line => kept.lines.push(line),
    onBest: (file, { step }) => Promise.resolve(void kept.editors.push({ file, step })),
    onCheckpoint: (trainer, loop) => {
      // As through a file: later changes do not reach what was written.
      kept.checkpoint = { trainer, loop: JSON.parse(JSON.stringify(loop)) as LoopState }
      return Promise.resolve()
    },
    ...more,
  }
}
const fresh = (): Kept => ({ lines: [], editors: [] })
const timeless = ({ elapsedMs: _, ...line }: TrainingStep): unknown => line
const valueOf = (file: TensorFile): number => file.tensors.get('value')!.data[0]!

describe('trainEditor', () => {
  it('validates, keeps the best editor, and writes lines of means', async () => {
    const kept = fresh()
    const outcome = await trainEditor(training(kept))
    expect(outcome).toMatchObject({ steps: 60, best: { step: 30, validation: { total: 0 } } })
    expect(outcome.stopped).toBeUndefined()
    expect(kept.editors.map(({ step }) => step)).toEqual([10, 20, 30])
    expect(kept.lines.filter(line => line.validation).map(line => [line.step, line.validation!.total])).toEqual([[10, 20], [20, 10], [30, 0], [40, 10], [50, 20], [60, 30]])
    expect(kept.lines).toHaveLength(60)
    expect(kept.checkpoint?.loop).toMatchObject({ settled: 60, best: { step: 30 } })
  })

  it('writes few lines of a long training, each the mean since the last, by name', async () => {
    const kept = fresh()
    const short = fresh()
    const long: TrainingConfig = { ...config, iterations: 600, validateEvery: 600 }
    await trainEditor(training(kept, { config: long }))
    await trainEditor(training(short))
    expect(kept.lines.map(({ step }) => step)).toEqual(Array.from({ length: 200 }, (_, i) => 3 * (i + 1)))
    expect(kept.lines[0]!.losses.total).toBeCloseTo((short.lines[0]!.losses.total! + short.lines[1]!.losses.total! + short.lines[2]!.losses.total!) / 3, 12)
    // Measured every other step: the mean over the steps that have it.
    expect(kept.lines[1]!.losses.even).toBe((4 + 6) / 2)
  })

  it('keeps the last editor when the method says so', async () => {
    const kept = fresh()
    await trainEditor(training(kept, { trainer: countingTrainer({ job: createJob({ seed: 3 }), validation }, 0, 'last') }))
    expect(kept.editors.at(-1)?.step).toBe(60)
  })

  it('stops when the validation does not improve any more', async () => {
    const outcome = await trainEditor(training(fresh(), { config: { ...config, patience: 15 } }))
    expect(outcome).toMatchObject({ steps: 45, best: { step: 30 }, stopped: 'Stopped after 45 steps: 15 of them without a better validation.' })
  })

  it.each([1, 7, 9, 10, 31, 59])('gives the same after being stopped at step %i as in one go', async (at) => {
    const whole = fresh()
    const { best } = await trainEditor(training(whole))
    const kept = fresh()
    const stop = new AbortController()
    const stopping: Trainer = countingTrainer({ job: createJob({ seed: 3 }), validation })
    const next: Trainer['next'] = (signal) => {
      if (stopping.steps() === at)
        stop.abort()
      signal.throwIfAborted()
      return stopping.next(signal)
    }
    await expect(trainEditor(training(kept, { trainer: { ...stopping, next }, signal: stop.signal }))).rejects.toThrow('aborted')
    // Nothing is lost: the checkpoint stands where it was stopped.
    expect(kept.checkpoint?.trainer.metadata.steps).toBe(String(at))
    const outcome = await trainEditor(training(kept))
    expect(outcome.best).toEqual(best)
    expect(kept.lines.map(timeless)).toEqual(whole.lines.map(timeless))
    expect(kept.editors.map(({ file, step }) => [step, valueOf(file)])).toEqual(whole.editors.map(({ file, step }) => [step, valueOf(file)]))
    expect(kept.checkpoint?.loop.lines.map(timeless)).toEqual(whole.lines.map(timeless))
  })

  it('gives the same after a kill, when only the last checkpoint is left', async () => {
    const whole = fresh()
    await trainEditor(training(whole))
    const kept = fresh()
    const kill = countingTrainer({ job: createJob({ seed: 3 }), validation })
    await expect(trainEditor(training(kept, { trainer: { ...kill, next: signal => kill.steps() === 33 ? Promise.reject(new Error('killed')) : kill.next(signal) } }))).rejects.toThrow('killed')
    expect(kept.checkpoint?.trainer.metadata.steps).toBe('30')
    // What was written after the checkpoint is made again.
    kept.lines = [...kept.checkpoint!.loop.lines]
    await trainEditor(training(kept))
    expect(kept.lines.map(timeless)).toEqual(whole.lines.map(timeless))
  })

  it('validates again when it was stopped in the middle of a validation', async () => {
    const whole = fresh()
    await trainEditor(training(whole))
    const kept = fresh()
    const stop = new AbortController()
    const own = countingTrainer({ job: createJob({ seed: 3 }), validation })
    const validate: Trainer['validate'] = (signal) => {
      if (own.steps() === 20)
        stop.abort()
      signal.throwIfAborted()
      return own.validate(signal)
    }
    await expect(trainEditor(training(kept, { trainer: { ...own, validate }, signal: stop.signal }))).rejects.toThrow('aborted')
    expect(kept.checkpoint?.loop.settled).toBe(19)
    await trainEditor(training(kept))
    expect(kept.lines.map(timeless)).toEqual(whole.lines.map(timeless))
  })

  it('ends with a sentence when losses are no numbers', async () => {
    const own = countingTrainer({ job: createJob({ seed: 3 }), validation })
    await expect(trainEditor(training(fresh(), { trainer: { ...own, next: async signal => ({ ...await own.next(signal), total: Number.NaN }) } }))).rejects.toThrow('After 1 steps the loss is not a number. Train again with a lower learning rate')
    await expect(trainEditor(training(fresh(), { trainer: { ...countingTrainer({ job: createJob({ seed: 3 }), validation }), validate: () => Promise.resolve({ total: Number.NaN }) } }))).rejects.toThrow('No validation gave a number')
  })
})

describe('splitForValidation', () => {
  it('keeps the same records apart for the same seed, in their order', () => {
    const items = Array.from({ length: 50 }, (_, i) => i)
    const { training: rest, validation: kept } = splitForValidation(items, 10, 1)
    expect([...rest, ...kept].sort((a, b) => a - b)).toEqual(items)
    expect(kept).toEqual([...kept].sort((a, b) => a - b))
    expect(splitForValidation(items, 10, 1).validation).toEqual(kept)
    expect(splitForValidation(items, 10, 2).validation).not.toEqual(kept)
    expect(() => splitForValidation(items, 50, 1)).toThrow('There are 50 records to train on, and 50 of them are to be kept for validation. Lower --training.validation-records')
  })
})
