/** Trains Knowledge Editor: one record an iteration, seeded, resumable to the last bit. */

import { throwIfAborted, yieldToEvents } from '../base/async.ts'
import type { Random } from '../base/random.ts'
import type { Model } from '../models/model.ts'
import type { TensorFile } from '../models/tensor-file.ts'
import { scalar } from '../onnx/tensor-value.ts'
import type { Expr } from '../tensor/expr.ts'
import { input } from '../tensor/expr.ts'
import { adam } from '../training/adam.ts'
import { feedOf } from '../training/cut-reading.ts'
import type { KeShape } from '../training/ke-network.ts'
import { keParameters, shapeEntry } from '../training/ke-network.ts'
import { keObjective, multiplierInputs } from '../training/ke-objective.ts'
import type { KeObjectiveOptions } from '../training/ke-objective.ts'
import { createLearner } from '../training/learner.ts'
import { createMultiplier, multiplierState } from '../training/multiplier.ts'
import type { MultiplierOptions } from '../training/multiplier.ts'
import { recordAt } from '../training/order.ts'
import { rmsProp } from '../training/rms-prop.ts'
import type { KeFeatureSource } from './ke-features.ts'
import type { Memory, Trainer } from './method.ts'

export interface KeTrainingOptions extends KeObjectiveOptions {
  readonly iterations: number
  readonly accumulate: number
  readonly optimizer: 'rms-prop' | 'adam'
  readonly learningRate: number
  readonly warmup: number
  readonly gradientClip: number
  readonly multiplier: MultiplierOptions
}

export interface KeTrainingData {
  /** Of the same model and matrices. */
  readonly features: KeFeatureSource
  readonly memory: Memory
  readonly validation: Memory
  readonly random: Random
  readonly resume?: TensorFile
}

/** Linear warm-up to the rate, then linear decay, over `updates` optimiser steps; never quite 0. */
export const warmUpAndDecay = (rate: number, warmup: number, updates: number) => (step: number): number =>
  rate * Math.max(0.01, Math.min(1, step / Math.max(1, warmup), (updates - step + 1) / Math.max(1, updates - warmup)))

export async function keTrainer(model: Model, shape: KeShape, { features, memory, validation, random, resume }: KeTrainingData, options: KeTrainingOptions): Promise<Trainer> {
  const { iterations, accumulate, learningRate, warmup, gradientClip } = options
  const table = shape.vocabulary === 0 ? undefined : (await model.embeddingsOf(Array.from({ length: shape.vocabulary }, (_, id) => id))).values
  const learner = createLearner(model.runtime, keParameters(shape, random.fork('parameters'), table), {
    optimizer: options.optimizer === 'adam' ? adam() : rmsProp({ centered: true }),
    learningRate: warmUpAndDecay(learningRate, warmup, Math.ceil(iterations / accumulate)),
    gradientClip,
  })
  const multiplier = createMultiplier(options.multiplier)
  const leaves = new Map<string, Expr>(shape.weights.map(({ name, shape: dims }) => [name, input(name, 'float32', dims)]))
  const objective = keObjective(shape, learner.leaves, leaves, options)
  const { weights } = features
  const order = random.fork('order')
  let done = 0
  if (resume) {
    learner.restore(resume)
    multiplier.restore(resume)
    done = Number(resume.metadata.iterations ?? 0)
  }

  async function prepared(from: Memory, index: number, signal: AbortSignal) {
    const { readings, feeds } = await features.of(from, from.records[index]!, signal)
    const passes = Object.keys(readings).length
    return {
      outputs: objective.outputs(readings),
      feeds: { ...weights, ...objective.feeds(readings), ...feeds, [multiplierInputs.alpha]: feedOf(scalar(multiplier.alpha())), [multiplierInputs.margin]: feedOf(scalar(multiplier.margin())) },
      passes,
    }
  }

  /** The multiplier is left out of what is compared: it changes while training, and with it what the same network would score. */
  const comparable = ({ edit = 0, rephrase = 0, imageRephrase = 0, locality = 0 }: Record<string, number>): number =>
    edit + options.rephrase * rephrase + options.imageRephrase * imageRephrase + locality

  return {
    steps: () => done,
    async next(signal) {
      throwIfAborted(signal)
      const { outputs, feeds, passes } = await prepared(memory, recordAt(order, done, memory.records.length), signal)
      throwIfAborted(signal)
      const losses = await learner.accumulate(outputs, feeds)
      model.runtime.meter.forward += passes
      model.runtime.meter.backward += passes
      done++
      if (done % accumulate === 0)
        await learner.update()
      const at = { multiplier: multiplier.alpha(), margin: multiplier.margin() }
      multiplier.update(losses.constraint!, losses.edited!)
      return { ...losses, ...at }
    },
    async validate(signal) {
      const sums: Record<string, number> = {}
      for (let i = 0; i < validation.records.length; i++) {
        throwIfAborted(signal)
        const { outputs, feeds, passes } = await prepared(validation, i, signal)
        const losses = await learner.evaluate(outputs, feeds)
        model.runtime.meter.forward += passes
        for (const [name, value] of Object.entries({ ...losses, total: comparable(losses) }))
          sums[name] = (sums[name] ?? 0) + value / validation.records.length
        await yieldToEvents()
      }
      return sums
    },
    state() {
      const { tensors, metadata } = learner.state()
      return { tensors: new Map([...tensors, [multiplierState, multiplier.state()]]), metadata: { ...metadata, iterations: String(done), [shapeEntry]: JSON.stringify(shape) } }
    },
    editor: () => ({ tensors: learner.values(), metadata: { [shapeEntry]: JSON.stringify(shape) } }),
  }
}
