// Parameters of a network (MEND's, KE's, SERAC's) learned by gradients of expression graphs: accumulate, then one optimiser step.
import { must } from '../base/errors.ts'
import type { FeedValue } from '../models/model.ts'
import type { NamedTensor, TensorFile } from '../models/tensor-file.ts'
import type { Runtime } from '../onnx/runtime.ts'
import { floatsOf, float32 } from '../onnx/tensor-value.ts'
import type { Feeds } from '../onnx/tensor-value.ts'
import { input, leavesOf } from '../tensor/expr.ts'
import type { Expr } from '../tensor/expr.ts'
import { pushDownRows } from '../tensor/partition.ts'
import { simplify } from '../tensor/simplify.ts'
import { gradients } from '../tensor/vjp.ts'
import { fuseUpdate } from './fused-update.ts'
import type { FusedUpdate } from './fused-update.ts'
import type { Optimizer } from './optimizer.ts'
import { names, updateGraph } from './step-graph.ts'
import { toFeeds } from './train.ts'

type Outputs = Readonly<Record<string, Expr>>
type FedValues = Readonly<Record<string, FeedValue>>

export interface Learner {
  /** float32 inputs, one a parameter, to build graphs on. */
  readonly leaves: Readonly<Record<string, Expr>>
  /** The parameters as they are now; later steps do not change what was returned. */
  readonly values: () => ReadonlyMap<string, NamedTensor>
  /** Differentiates `outputs.total`, adds its gradients to those since the last update, and gives all outputs' values (scalars). */
  readonly accumulate: (outputs: Outputs, feeds: FedValues) => Promise<Record<string, number>>
  /** Values only; nothing changes. */
  readonly evaluate: (outputs: Outputs, feeds: FedValues) => Promise<Record<string, number>>
  /** Mean of what was accumulated, cut to the longest allowed norm, one optimiser step; then what was accumulated is forgotten. */
  readonly update: () => Promise<{ readonly norm: number }>
  /** Parameters, optimiser state, steps, and gradients that wait for an update. */
  readonly state: () => TensorFile
  /** Goes on where `state` was taken. Throws a sentence when the file is of another network. */
  readonly restore: (file: TensorFile) => void
}

export interface LearnerOptions {
  readonly optimizer: Optimizer
  readonly learningRate: number | ((step: number) => number)
  /** Longest gradient over all parameters together, as torch's clip_grad_norm_. */
  readonly gradientClip: number
  /** The learning rate is multiplied by this for a parameter; negative = ascent. */
  readonly rates?: Readonly<Record<string, number>>
}

interface Parameter {
  readonly name: string
  readonly shape: readonly number[]
  readonly value: Float32Array
  readonly slots: Readonly<Record<string, Float32Array>>
  readonly gradient: Float32Array
  readonly rate: number
  readonly update: FusedUpdate
}

/** Losses with their gradients, by the outputs and then by the parameters: learners of the same parameters share them, and with them their sessions. */
const prepared = new WeakMap<Outputs, Map<string, Outputs>>()

/** A learner over these parameters, which are copied. Graphs are prepared once per `outputs` object: keep and reuse it. */
export function createLearner(runtime: Runtime, parameters: ReadonlyMap<string, NamedTensor>, options: LearnerOptions): Learner {
  const { optimizer, gradientClip, rates = {} } = options
  const own = [...parameters].map(([name, { shape, data }]) => parameterOf(name, shape, data, optimizer, rates[name] ?? 1))
  const leaves = Object.fromEntries(own.map(({ name, shape }) => [name, input(name, 'float32', shape)]))
  const rateAt = typeof options.learningRate === 'number' ? () => options.learningRate as number : options.learningRate
  const signature = own.map(({ name, shape }) => `${name} ${shape.join(' ')}`).join('\n')
  const simplified = new WeakMap<Outputs, Outputs>()
  let step = 0
  let accumulated = 0

  /** The outputs and d total / d parameter for every parameter that total depends on. */
  function prepare(outputs: Outputs): Outputs {
    const bySignature = prepared.get(outputs) ?? new Map<string, Outputs>()
    prepared.set(outputs, bySignature)
    const known = bySignature.get(signature)
    if (known)
      return known
    const all = Object.values(outputs)
    const used = own.filter(({ name }) => leavesOf([must(outputs.total, `the loss 'total'`)]).has(name))
    const [total, ...rest] = simplify([outputs.total!, ...all, ...used.map(({ name }) => leaves[name]!)]) as [Expr, ...Expr[]]
    const [moved, ...others] = pushDownRows([total, ...rest.slice(0, all.length)]) as [Expr, ...Expr[]]
    const targets = rest.slice(all.length)
    const graph = [...Object.keys(outputs), ...used.map(({ name }) => names.gradient(name))]
    const simple = simplify([...others, ...gradients(moved, targets)])
    const ready = Object.fromEntries(graph.map((name, i) => [name, simple[i]!]))
    bySignature.set(signature, ready)
    return ready
  }

  const run = (graph: Outputs, feeds: FedValues, into?: Feeds): Promise<Feeds> => {
    const fed = { ...toFeeds(feeds), ...Object.fromEntries(own.map(({ name, shape, value }) => [name, float32(value, shape)])) }
    return runtime.run(graph, fed, new Set(Object.keys(feeds)), { repeated: true, ...(into ? { into } : {}) })
  }
  const scalarsOf = (outputs: Outputs, values: Feeds): Record<string, number> => Object.fromEntries(Object.keys(outputs).map(name => [name, Number(values[name]!.data[0])]))

  return {
    leaves,
    values: () => new Map(own.map(({ name, shape, value }) => [name, { shape, data: value.slice() }])),
    async accumulate(outputs, feeds) {
      const graph = prepare(outputs)
      // The first gradients after an update are written where they are summed.
      const into = accumulated > 0 || runtime.provider !== 'cpu' ? undefined : Object.fromEntries(own.flatMap(({ name, shape, gradient }) =>
        names.gradient(name) in graph ? [[names.gradient(name), float32(gradient, shape)]] : []))
      const values = await run(graph, feeds, into)
      const scalars = scalarsOf(outputs, values)
      if (!Number.isFinite(scalars.total))
        throw new Error(`The training loss became ${scalars.total} at update ${step + 1}. Lower the learning rate (it was ${rateAt(step + 1)}).`)
      for (const { name, gradient } of own) {
        const value = values[names.gradient(name)]
        const from = value && floatsOf(value)
        for (let i = 0; from && from !== gradient && i < gradient.length; i++)
          gradient[i]! += from[i]!
      }
      accumulated++
      return scalars
    },
    async evaluate(outputs, feeds) {
      let graph = simplified.get(outputs)
      if (!graph) {
        const simple = pushDownRows(simplify(Object.values(outputs)))
        simplified.set(outputs, graph = Object.fromEntries(Object.keys(outputs).map((name, i) => [name, simple[i]!])))
      }
      return scalarsOf(outputs, await run(graph, feeds))
    },
    update() {
      if (accumulated === 0)
        throw new Error('internal: an update needs gradients that were accumulated.')
      const squares = own.reduce((sum, { gradient }) => sum + squareOf(gradient), 0)
      const norm = Math.sqrt(squares) / accumulated
      const factor = Math.min(1, gradientClip / (norm + 1e-6)) / accumulated
      step++
      for (const { name, value, slots, gradient, rate, update } of own) {
        for (let i = 0; factor !== 1 && i < gradient.length; i++)
          gradient[i]! *= factor
        update.run({ [names.rate]: rateAt(step) * rate, [names.step]: step }, { [flatName]: value, [names.gradient(flatName)]: gradient, ...Object.fromEntries(optimizer.slots.map(slot => [names.slot(slot, flatName), slots[names.slot(slot, name)]!])) })
        gradient.fill(0)
      }
      accumulated = 0
      return Promise.resolve({ norm })
    },
    state: () => ({
      tensors: new Map(own.flatMap(({ name, shape, value, slots, gradient }) => [
        [name, { shape, data: value.slice() }] as const,
        ...Object.entries(slots).map(([slot, data]) => [slot, { shape, data: data.slice() }] as const),
        ...(accumulated > 0 ? [[names.gradient(name), { shape, data: gradient.slice() }] as const] : []),
      ])),
      metadata: { updates: String(step), accumulated: String(accumulated) },
    }),
    restore({ tensors, metadata }) {
      const waiting = Number(metadata.accumulated ?? 0)
      const copies = own.flatMap(({ name, shape, value, slots, gradient }) => [
        [name, shape, value] as const,
        ...Object.entries(slots).map(([slot, data]) => [slot, shape, data] as const),
        ...(waiting > 0 ? [[names.gradient(name), shape, gradient] as const] : []),
      ])
      for (const [name, shape] of copies) {
        const saved = tensors.get(name)
        if (saved?.shape.join() !== shape.join())
          throw new Error(`The checkpoint ${saved ? `has '${name}' of shape [${saved.shape.join(', ')}]` : `has no '${name}'`}, but this training needs it with shape [${shape.join(', ')}]. Resume with the settings and the model it was started with.`)
      }
      for (const [name, , to] of copies)
        to.set(tensors.get(name)!.data)
      if (waiting === 0)
        own.forEach(({ gradient }) => gradient.fill(0))
      step = Number(metadata.updates ?? 0)
      accumulated = waiting
    },
  }
}

function squareOf(values: Float32Array): number {
  let sum = 0
  for (let i = 0; i < values.length; i++)
    sum += values[i]! * values[i]!
  return sum
}

const flatName = 'parameter'
const updates = new Map<string, FusedUpdate>()

/** An update works on each element by itself, so every parameter is a flat one to it. Throws when the optimiser's does not. */
function updateOf(optimizer: Optimizer): FusedUpdate {
  const key = JSON.stringify([optimizer.id, optimizer.settings])
  const known = updates.get(key)
  const slotNames = optimizer.slots.map(slot => names.slot(slot, flatName))
  const update = known ?? must(fuseUpdate(updateGraph([input(flatName, 'float32', ['length'])], { optimizer }), [[flatName, ...slotNames]]), `an update of '${optimizer.id}' that works element by element`)
  updates.set(key, update)
  return update
}

function parameterOf(name: string, shape: readonly number[], data: Float32Array, optimizer: Optimizer, rate: number): Parameter {
  const slots = Object.fromEntries(optimizer.slots.map(slot => [names.slot(slot, name), new Float32Array(data.length)]))
  return { name, shape, value: data.slice(), slots, gradient: new Float32Array(data.length), rate, update: updateOf(optimizer) }
}
