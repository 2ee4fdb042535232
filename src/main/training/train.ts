/** Runs optimisation steps: what does not depend on the edited weights once, what does at every step. */

import { throwIfAborted, yieldToEvents } from '../base/async.ts'
import { floatsOf, float32, scalar } from '../onnx/tensor-value.ts'
import type { Feeds, TensorValue } from '../onnx/tensor-value.ts'
import type { Runtime } from '../onnx/runtime.ts'
import { elementCount } from '../tensor/array.ts'
import type { Expr } from '../tensor/expr.ts'
import type { Partition } from '../tensor/partition.ts'
import type { Constraint } from './constraint.ts'
import { fuseUpdate, operatorCount } from './fused-update.ts'
import type { FusedUpdate } from './fused-update.ts'
import type { Optimizer } from './optimizer.ts'
import { gradientGraph, names, stepGraph, updateGraph } from './step-graph.ts'
import { memoryFor, overwritable } from './step-memory.ts'

/** A loss to make small by changing some weights. `TrainingProblem` of models/ fits. */
export interface Problem {
  /** A scalar. */
  readonly loss: Expr
  readonly weights: readonly { readonly name: string, readonly leaf: Expr, readonly value: Float32Array }[]
  /** Values of the loss's inputs, one set per example; the examples' losses are averaged. */
  readonly feeds: readonly Readonly<Record<string, FeedValue>>[]
}

export interface FeedValue {
  readonly data: Float32Array | BigInt64Array | Int32Array
  readonly dims: readonly number[]
}

export interface TrainOptions {
  readonly optimizer: Optimizer
  readonly learningRate: number | ((step: number) => number)
  readonly steps: number
  readonly constraint?: Constraint
  /**
   * Called at every step, from 1, with the loss of the weights before that step's update. Returning 'stop' ends the
   * training with exactly those weights.
   */
  readonly onStep?: (step: number, loss: number) => 'stop' | undefined | void
  readonly signal?: AbortSignal
  /** False: recompute everything at every step, to measure what the cut is worth. */
  readonly cut?: boolean
}

export interface TrainResult {
  /** New values by name. */
  readonly weights: ReadonlyMap<string, Float32Array>
  /** Loss before each update; when stopped early the last one belongs to the returned weights. */
  readonly losses: readonly number[]
  /** Updates made. */
  readonly steps: number
}

/** Graphs of a step, kept per loss so that the next record of the same shape builds nothing. */
interface Prepared {
  /** Loss and gradients; with `update` absent and `fused` absent also the update itself. */
  readonly step: Partition
  /** Only when gradients of several examples are averaged first. */
  readonly update?: Readonly<Record<string, Expr>>
  readonly inPlace: ReadonlySet<string>
  /** The update as a loop in this process, which the cpu provider's memory allows. */
  readonly fused?: FusedUpdate
}

/** Fewer operators an element than this run faster as a graph: see operatorCount(). */
const fewestFused = 8
const prepared = new WeakMap<Expr, Map<string, Prepared>>()

function prepare(problem: Problem, options: TrainOptions, onCpu: boolean): Prepared {
  const single = problem.feeds.length === 1
  const { optimizer, constraint, cut = true } = options
  const key = JSON.stringify([single, onCpu, optimizer.id, optimizer.settings, constraint, cut, problem.weights.map(w => w.name)])
  const byKey = prepared.get(problem.loss) ?? new Map<string, Prepared>()
  prepared.set(problem.loss, byKey)
  let graphs = byKey.get(key)
  if (!graphs) {
    const leaves = problem.weights.map(w => w.leaf)
    const stepOptions = { optimizer, cut, ...(constraint ? { constraint } : {}) }
    const update = single && !onCpu ? undefined : updateGraph(leaves, stepOptions)
    const isFused = update !== undefined && onCpu && operatorCount(update, leaves.length) >= fewestFused
    const fused = isFused ? fuseUpdate(update, problem.weights.map(w => [w.name, ...optimizer.slots.map(slot => names.slot(slot, w.name))])) : undefined
    const step = single && !fused ? stepGraph(problem.loss, leaves, stepOptions) : gradientGraph(problem.loss, leaves, stepOptions)
    // Never the weights: their first memory is the caller's, and a stop returns the ones before the update.
    const slots = new Set(problem.weights.flatMap(w => optimizer.slots.map(slot => names.slot(slot, w.name))))
    graphs = { step, ...(fused ? { fused } : !single && update ? { update } : {}), inPlace: overwritable(single || !update ? step.suffix : update, slots) }
    byKey.set(key, graphs)
  }
  return graphs
}

/** Reads a problem's feeds as the runtime's tensors. */
export const toFeeds = (feeds: Readonly<Record<string, FeedValue>>): Feeds =>
  Object.fromEntries(Object.entries(feeds).map(([name, { data, dims }]): [string, TensorValue] =>
    [name, { dtype: data instanceof Float32Array ? 'float32' : data instanceof BigInt64Array ? 'int64' : 'int32', shape: dims, data }]))

/**
 * Minimises the loss. Deterministic: the same problem gives the same weights. Rejects with the signal's reason when
 * aborted, and with a sentence naming the step when the loss stops being a number.
 */
export async function trainSteps(runtime: Runtime, problem: Problem, options: TrainOptions): Promise<TrainResult> {
  if (problem.feeds.length === 0 || problem.weights.length === 0)
    throw new Error('Training needs at least one example and one weight that may change.')
  const graphs = prepare(problem, options, runtime.provider === 'cpu')
  // A weight among the feeds was changed by an earlier edit: it is fed too, but it does not change here.
  const fed = new Set([...problem.weights.map(w => w.name), ...Object.keys(problem.feeds[0]!)])
  const examples = await cacheExamples(runtime, problem, graphs.step, fed, options.signal)
  const rateAt = typeof options.learningRate === 'number' ? () => options.learningRate as number : options.learningRate
  if (graphs.fused)
    return trainInPlace(runtime, problem, options, { examples, graph: graphs.step.suffix, fused: graphs.fused, fed, rateAt })

  const starts = Object.fromEntries(problem.weights.map(w => [names.start(w.name), float32(w.value, shapeOf(w.leaf))]))
  let state = initialState(problem, options.optimizer)
  // Weights take turns between two sets of memory of our own; the caller's stay as they are.
  let before: Feeds | undefined
  const losses: number[] = []
  let made = 0
  for (let step = 1; step <= options.steps; step++) {
    throwIfAborted(options.signal)
    const feeds = { ...starts, ...state, [names.rate]: scalar(rateAt(step)), [names.step]: scalar(step) }
    const target = memoryFor(state, before, graphs.inPlace)
    const { loss, next } = graphs.update
      ? await averagedStep(runtime, examples, graphs.step.suffix, graphs.update, feeds, fed, target)
      : await wholeStep(runtime, examples[0]!, graphs.step.suffix, feeds, fed, target)
    requireFinite(loss, step, rateAt(step))
    losses.push(loss)
    if (options.onStep?.(step, loss) === 'stop')
      break
    before = made === 0 ? undefined : state
    state = Object.fromEntries(Object.keys(state).map(name => [name, next[names.next(name)]!]))
    made++
    await yieldToEvents()
  }
  return { weights: new Map(problem.weights.map(w => [w.name, floatsOf(state[w.name]!)])), losses, steps: made }
}

interface InPlace {
  readonly examples: readonly Feeds[]
  readonly graph: Partition['suffix']
  readonly fused: FusedUpdate
  readonly fed: ReadonlySet<string>
  readonly rateAt: (step: number) => number
}

/** The same steps with the update as one loop over weights of our own; gradients arrive in memory that is used again. */
async function trainInPlace(runtime: Runtime, problem: Problem, options: TrainOptions, { examples, graph, fused, fed, rateAt }: InPlace): Promise<TrainResult> {
  const own = problem.weights.map(w => ({ ...w, value: w.value.slice() }))
  const state = initialState({ ...problem, weights: own }, options.optimizer)
  const starts = Object.fromEntries(problem.weights.map(w => [names.start(w.name), w.value]))
  const target = Object.fromEntries(own.map((w): [string, TensorValue] => [names.gradient(w.name), float32(new Float32Array(w.value.length), shapeOf(w.leaf))]))
  const weights = Object.fromEntries(own.map((w): [string, TensorValue] => [w.name, state[w.name]!]))
  const losses: number[] = []
  let made = 0
  for (let step = 1; step <= options.steps; step++) {
    throwIfAborted(options.signal)
    const { loss, gradients } = await averagedGradients(runtime, examples, graph, weights, fed, target)
    requireFinite(loss, step, rateAt(step))
    losses.push(loss)
    if (options.onStep?.(step, loss) === 'stop')
      break
    const tensors = Object.fromEntries(Object.entries({ ...state, ...gradients }).map(([name, value]) => [name, floatsOf(value)]))
    fused.run({ [names.rate]: rateAt(step), [names.step]: step }, { ...starts, ...tensors })
    made++
    await yieldToEvents()
  }
  return { weights: new Map(own.map(w => [w.name, w.value])), losses, steps: made }
}

function requireFinite(loss: number, step: number, rate: number): void {
  if (!Number.isFinite(loss))
    throw new Error(`The loss became ${loss} at step ${step}. Lower the learning rate (it was ${rate}).`)
}

const shapeOf = (leaf: Expr): readonly number[] => leaf.shape.map(Number)

function initialState(problem: Problem, optimizer: Optimizer): Record<string, TensorValue> {
  return Object.fromEntries(problem.weights.flatMap(({ name, leaf, value }): [string, TensorValue][] => {
    const shape = shapeOf(leaf)
    return [
      [name, float32(value, shape)],
      ...optimizer.slots.map((slot): [string, TensorValue] => [names.slot(slot, name), float32(new Float32Array(elementCount(shape)), shape)]),
    ]
  }))
}

/** Runs the prefix once per example; its results replace the inputs only it needed. */
async function cacheExamples(runtime: Runtime, problem: Problem, { prefix }: Partition, fed: ReadonlySet<string>, signal?: AbortSignal): Promise<Feeds[]> {
  const cached: Feeds[] = []
  const hasPrefix = Object.keys(prefix).length > 0
  for (const feeds of problem.feeds.map(toFeeds)) {
    throwIfAborted(signal)
    cached.push(hasPrefix ? { ...feeds, ...await runtime.run(prefix, feeds, fed) } : feeds)
    await yieldToEvents()
  }
  return cached
}

function count({ meter }: Runtime, examples: number): void {
  meter.forward += examples
  meter.backward += examples
}

interface StepResult { readonly loss: number, readonly next: Feeds }

async function wholeStep(runtime: Runtime, example: Feeds, graph: Partition['suffix'], feeds: Feeds, fed: ReadonlySet<string>, target: Feeds): Promise<StepResult> {
  const { loss, ...next } = await runtime.run(graph, { ...example, ...feeds }, fed, { into: target, repeated: true })
  count(runtime, 1)
  return { loss: Number(loss!.data[0]), next }
}

async function averagedStep(runtime: Runtime, examples: readonly Feeds[], graph: Partition['suffix'], update: Readonly<Record<string, Expr>>, feeds: Feeds, fed: ReadonlySet<string>, target: Feeds): Promise<StepResult> {
  const { loss, gradients } = await averagedGradients(runtime, examples, graph, feeds, fed)
  return { loss, next: await runtime.run(update, { ...feeds, ...gradients }, fed, { into: target, repeated: true }) }
}

/** Mean loss and gradients over the examples; those of a single example are written into `target`. */
async function averagedGradients(runtime: Runtime, examples: readonly Feeds[], graph: Partition['suffix'], feeds: Feeds, fed: ReadonlySet<string>, target?: Feeds): Promise<{ loss: number, gradients: Feeds }> {
  if (examples.length === 1) {
    const { loss, ...gradients } = await runtime.run(graph, { ...examples[0]!, ...feeds }, fed, { repeated: true, ...(target ? { into: target } : {}) })
    count(runtime, 1)
    return { loss: Number(loss!.data[0]), gradients }
  }
  count(runtime, examples.length)
  let loss = 0
  const sums: Record<string, TensorValue> = {}
  for (const example of examples) {
    const { loss: own, ...gradients } = await runtime.run(graph, { ...example, ...feeds }, fed, { repeated: true })
    loss += Number(own!.data[0]) / examples.length
    for (const [name, gradient] of Object.entries(gradients)) {
      const from = floatsOf(gradient)
      const sum = sums[name] ? floatsOf(sums[name]) : new Float32Array(from.length)
      for (let i = 0; i < sum.length; i++)
        sum[i]! += from[i]! / examples.length
      sums[name] = { ...gradient, data: sum }
    }
  }
  return { loss, gradients: sums }
}
