/** One edit by a trained Knowledge Editor: what it adds to every matrix for one example. */

import type { Example, Model } from '../models/model.ts'
import type { TensorFile } from '../models/tensor-file.ts'
import { floatsOf, float32 } from '../onnx/tensor-value.ts'
import type { Feeds } from '../onnx/tensor-value.ts'
import type { Expr } from '../tensor/expr.ts'
import { cutReading } from '../training/cut-reading.ts'
import { gradientFactors } from '../training/gradient-factors.ts'
import { conditionFeeds, conditionText } from '../training/ke-condition.ts'
import { keLeaves, KeShape, keUpdates, shapeEntry } from '../training/ke-network.ts'
import { allFactors, gradientInputs } from '../training/ke-objective.ts'
import { toFeeds } from '../training/train.ts'

export interface KeUpdate {
  /** Loss of the example before the edit. */
  readonly loss: number
  /** By weight; only those that the example's answer depends on. */
  readonly changes: ReadonlyMap<string, Float32Array>
}

interface Opened {
  readonly shape: KeShape
  readonly updates: Readonly<Record<string, Expr>>
  readonly feeds: Feeds
}

const opened = new WeakMap<TensorFile, Opened>()

/** What an editor's file says of its network. Throws a sentence when it is no Knowledge Editor. */
export function shapeOf({ metadata }: TensorFile): KeShape {
  const entry = metadata[shapeEntry]
  const parsed = KeShape.safeParse(entry === undefined ? undefined : JSON.parse(entry))
  if (!parsed.success)
    throw new Error(`The editor does not say what network it is ('${shapeEntry}' is ${entry === undefined ? 'missing' : 'not understood'}). Choose an editor that was trained for Knowledge Editor.`)
  return parsed.data
}

function open(editor: TensorFile): Opened {
  const known = opened.get(editor)
  if (known)
    return known
  const shape = shapeOf(editor)
  const ready = {
    shape,
    updates: Object.fromEntries(keUpdates(shape, keLeaves(editor.tensors), gradientInputs(shape))),
    feeds: Object.fromEntries([...editor.tensors].map(([name, { data, shape: dims }]) => [name, float32(data, dims)])),
  }
  opened.set(editor, ready)
  return ready
}

/**
 * @param model whose weights are changed: its gradient is the one that is gated.
 * @param pristine the unedited model, whose own answer and embeddings the condition is made of.
 */
export async function keUpdate(model: Model, pristine: Model, editor: TensorFile, example: Example, signal: AbortSignal): Promise<KeUpdate> {
  const { shape, updates, feeds } = open(editor)
  const names = shape.weights.map(({ name }) => name)
  const reading = await cutReading(model.runtime, await model.reading(example, names))
  const weights = Object.fromEntries(await Promise.all(shape.weights.map(async ({ name, shape: dims }) => [name, { data: await model.readWeight(name), dims }] as const)))
  signal.throwIfAborted()
  const { loss, factors } = await gradientFactors(model.runtime, reading, weights)
  const before = (await pristine.answer(example.question, example.expected, { signal })).generated.text
  const condition = await conditionFeeds(pristine, shape, conditionText(before, example))
  signal.throwIfAborted()
  const values = await model.runtime.run(updates, { ...feeds, ...toFeeds({ ...allFactors(shape, factors, reading.feeds.targets!.dims[0]!), ...condition }) })
  return { loss, changes: new Map(names.filter(name => reading.leaves.has(name)).map(name => [name, floatsOf(values[name]!)])) }
}
