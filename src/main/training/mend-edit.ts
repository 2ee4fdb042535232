// One edit by trained MEND networks: a pass forward and back for the factors, one small graph for the updates. No steps.
import type { Example, FeedValue, Model, WeightInfo, WeightOverlay } from '../models/model.ts'
import type { TensorFile } from '../models/tensor-file.ts'
import { floatsOf, float32 } from '../onnx/tensor-value.ts'
import type { TensorValue } from '../onnx/tensor-value.ts'
import { input } from '../tensor/expr.ts'
import type { Expr } from '../tensor/expr.ts'
import { simplify } from '../tensor/simplify.ts'
import { cutReading } from './cut-reading.ts'
import { factorsIn, joinFactors } from './factors.ts'
import type { Factors } from './factors.ts'
import { gradientFactors } from './gradient-factors.ts'
import { factorFeeds, networkOf, shapesOf, statisticsFrom, updates } from './mend-network.ts'
import type { MendNetwork, Statistics } from './mend-network.ts'
import { toFeeds } from './train.ts'

interface Opened {
  readonly network: MendNetwork
  readonly statistics: Statistics
  /** α·G by matrix. */
  readonly graph: Readonly<Record<string, Expr>>
  readonly parameters: Readonly<Record<string, TensorValue>>
}

const opened = new WeakMap<TensorFile, Opened>()

/** Throws a sentence when the editor is not for these matrices. */
function openEditor(editor: TensorFile, matrices: readonly WeightInfo[]): Opened {
  const network = networkOf(editor, matrices)
  const known = opened.get(editor)
  if (known)
    return known
  const shapes = [...shapesOf(network)]
  const made = [...updates(network, Object.fromEntries(shapes.map(([name, shape]) => [name, input(name, 'float32', shape)])))]
  const simple = simplify(made.map(([, x]) => x))
  const editing: Opened = {
    network,
    statistics: statisticsFrom(editor, network),
    graph: Object.fromEntries(made.map(([name], i) => [name, simple[i]!])),
    parameters: Object.fromEntries(shapes.map(([name, shape]) => [name, float32(editor.tensors.get(name)!.data, shape)])),
  }
  opened.set(editor, editing)
  return editing
}

/** Factors of every matrix, the rows of all examples together, and the mean loss of the answers before the edit. */
async function allFactors(model: Model, examples: readonly Example[], { matrices: names, answerLoss }: MendNetwork, changed: WeightOverlay, signal: AbortSignal): Promise<{ readonly loss: number, readonly factors: ReadonlyMap<string, Factors> }> {
  const rows = new Map<string, Factors[]>()
  let loss = 0
  for (const example of examples) {
    signal.throwIfAborted()
    const reading = await model.reading(example, names)
    const current = Object.fromEntries([...reading.leaves].flatMap(([name, leaf]): [string, FeedValue][] => {
      const data = changed.get(name)
      return data ? [[name, { data, dims: leaf.shape.map(Number) }]] : []
    }))
    const own = await gradientFactors(model.runtime, await cutReading(model.runtime, reading), current)
    loss += own.loss / examples.length
    for (const name of names) {
      const factors = factorsIn(own.factors, name, { loss: answerLoss, tokens: reading.tokens })
      if (factors)
        rows.set(name, [...rows.get(name) ?? [], factors])
    }
  }
  return { loss, factors: new Map([...rows].map(([name, all]) => [name, joinFactors(all)])) }
}

/**
 * New values of the matrices: W' = W + scale·α·G.
 * @param changed the weights that are not the checkpoint's any more.
 */
export async function applyMend(model: Model, examples: readonly Example[], matrices: readonly WeightInfo[], { editor, changed, scale, signal }: {
  readonly editor: TensorFile
  readonly changed: WeightOverlay
  readonly scale: number
  readonly signal: AbortSignal
}): Promise<{ readonly weights: WeightOverlay, readonly loss: number }> {
  const { network, statistics, graph, parameters } = openEditor(editor, matrices)
  const { loss, factors } = await allFactors(model, examples, network, changed, signal)
  const { feeds } = factorFeeds(network, factors, statistics, false)
  const steps = await model.runtime.run(graph, { ...parameters, ...toFeeds(feeds) })
  const weights = new Map<string, Float32Array>()
  for (const name of network.matrices) {
    // A matrix that the examples cannot change keeps its very bits.
    if (!factors.get(name)?.x.rows)
      continue
    const step = floatsOf(steps[name]!)
    weights.set(name, (await model.readWeight(name)).map((w, i) => w + scale * step[i]!))
  }
  return { weights, loss }
}
