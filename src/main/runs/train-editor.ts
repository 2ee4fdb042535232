// The loop around a Trainer: validates, keeps the best, checkpoints, and can go on after any kind of end as if nothing had happened.
import { z } from 'zod'
import { throwIfAborted, yieldToEvents } from '../base/async.ts'
import { Cost, TrainingStep } from '../../preload/contract/runs.ts'
import type { Trainer, TrainingConfig } from '../methods/method.ts'
import type { Model } from '../models/model.ts'
import type { TensorFile } from '../models/tensor-file.ts'
import { addCosts, startMeasurement } from './measure-edit.ts'

const Losses = z.record(z.string(), z.number())

/** What the loop knows beside the trainer's own state; a checkpoint holds both. */
export const LoopState = z.object({
  /** Iterations whose validation, line and checkpoint are done. */
  settled: z.int().nonnegative(),
  /** Every line so far: those of steps.jsonl after the checkpoint are made again. */
  lines: z.array(TrainingStep),
  /** Sums since the last line, and of how many iterations: some losses are measured now and then. */
  sums: z.record(z.string(), z.object({ sum: z.number(), count: z.int() })),
  best: z.object({ step: z.int(), validation: Losses }).optional(),
  cost: Cost.optional(),
})
export type LoopState = z.infer<typeof LoopState>

export interface EditorTraining {
  readonly model: Pick<Model, 'runtime'>
  readonly trainer: Trainer
  readonly config: TrainingConfig
  readonly signal: AbortSignal
  readonly resume?: LoopState
  readonly onLine: (line: TrainingStep, cost: Cost) => void
  /** The editor to keep from here on. Awaited before the checkpoint that knows of it. */
  readonly onBest: (editor: TensorFile, at: { readonly step: number, readonly validation: Readonly<Record<string, number>> }) => Promise<void>
  /** Must be durable, and whole or not there, when it resolves. */
  readonly onCheckpoint: (trainer: TensorFile, loop: LoopState) => Promise<void>
}

export interface TrainingOutcome {
  readonly steps: number
  readonly best: NonNullable<LoopState['best']>
  readonly cost: Cost
  /** Why it ended before its last iteration, as a sentence. */
  readonly stopped?: string
}

const linesWanted = 200
const none: LoopState = { settled: 0, lines: [], sums: {} }

/**
 * Trains until the last iteration, or until the validation has not improved for `patience` of them. When stopped by the signal it
 * writes a checkpoint first, then throws the signal's reason. Throws a sentence when losses stop being numbers.
 */
export async function trainEditor({ model, trainer, config, signal, resume = none, onLine, onBest, onCheckpoint }: EditorTraining): Promise<TrainingOutcome> {
  const { iterations, validateEvery, patience, checkpointEvery } = config
  const lineEvery = Math.ceil(iterations / linesWanted)
  const measurement = startMeasurement(model)
  const earlier = resume.cost
  const cost = (): Cost => addCosts(earlier, measurement.cost())
  const loop = { ...resume, lines: [...resume.lines], sums: { ...resume.sums } }
  const checkpoint = (): Promise<void> => onCheckpoint(trainer.state(), { ...loop, cost: cost() })

  function close(step: number, validation: Readonly<Record<string, number>> | undefined): void {
    const losses = Object.fromEntries(Object.entries(loop.sums).map(([name, { sum, count }]) => [name, sum / count]))
    const line: TrainingStep = { step, losses, ...(validation ? { validation: finiteOnly(validation) } : {}), elapsedMs: cost().seconds * 1000 }
    loop.lines.push(line)
    loop.sums = {}
    onLine(line, cost())
  }

  /** What is due after an iteration. Stopped in the middle, it is done again as a whole. */
  async function settle(step: number): Promise<void> {
    const isLast = step >= iterations
    const validation = isLast || step % validateEvery === 0 ? await trainer.validate(signal) : undefined
    const isBetter = validation !== undefined && Number.isFinite(validation['total']) && (trainer.keeps === 'last' || loop.best === undefined || validation['total']! < loop.best.validation['total']!)
    if (isBetter) {
      await onBest(trainer.editor(), { step, validation: finiteOnly(validation) })
      loop.best = { step, validation: finiteOnly(validation) }
    }
    if (validation || step % lineEvery === 0)
      close(step, validation)
    loop.settled = step
    if (isBetter || isLast || step % checkpointEvery === 0)
      await checkpoint()
  }

  try {
    for (;;) {
      const step = trainer.steps()
      if (step > loop.settled)
        await settle(step)
      const idle = step - (loop.best?.step ?? 0)
      if (step >= iterations || (patience > 0 && step > 0 && idle >= patience))
        return outcome(step, step < iterations ? `Stopped after ${step} steps: ${idle} of them without a better validation.` : undefined)
      await yieldToEvents()
      throwIfAborted(signal)
      const losses = await trainer.next(signal)
      if (!Number.isFinite(losses['total']))
        throw new Error(`After ${trainer.steps()} steps the loss is not a number. Train again with a lower learning rate (--training.learning-rate).`)
      for (const [name, value] of Object.entries(finiteOnly(losses))) {
        const { sum, count } = loop.sums[name] ?? { sum: 0, count: 0 }
        loop.sums[name] = { sum: sum + value, count: count + 1 }
      }
      measurement.sample()
    }
  }
  catch (error) {
    // Stopped as asked: nothing that was trained is lost.
    if (signal.aborted && trainer.steps() > 0)
      await checkpoint()
    throw error
  }

  async function outcome(steps: number, stopped: string | undefined): Promise<TrainingOutcome> {
    if (!loop.best)
      throw new Error('No validation gave a number, so there is no editor to keep. Train again with a lower learning rate (--training.learning-rate).')
    await checkpoint()
    return { steps, best: loop.best, cost: cost(), ...(stopped === undefined ? {} : { stopped }) }
  }
}

/** JSON has no NaN. */
const finiteOnly = (losses: Readonly<Record<string, number>>): Record<string, number> => Object.fromEntries(Object.entries(losses).filter(([, value]) => Number.isFinite(value)))
