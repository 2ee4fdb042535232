/** What a model computes for an answer as a function of some weights: the expression starts at the first stage those weights touch. */

import { floatsOf, int64 } from '../onnx/tensor-value.ts'
import { input, leavesOf } from '../tensor/expr.ts'
import type { Expr } from '../tensor/expr.ts'
import { addDims } from '../tensor/dims.ts'
import { concat } from '../tensor/ops/movement.ts'
import { emptyPast } from './answer.ts'
import { embed, encodeQuestion, frameOf, joinRows, lookAt, pixelsOf } from './ask.ts'
import type { Asked, Parts } from './ask.ts'
import { noMark } from './architectures/architecture.ts'
import type { BuiltStage, Exprs } from './architectures/architecture.ts'
import type { Example, FeedValue, Reading, WeightOverlay } from './model.ts'
import { feedsOf } from './stage-runner.ts'
import type { Values } from './stage-runner.ts'

/** The graph of readings of one kind; shared by all examples of that kind, so that training shares its sessions. */
interface Graph {
  readonly logits: Expr
  readonly targets: Expr
  readonly leaves: ReadonlyMap<string, Expr>
}

export interface ReadingOptions {
  readonly overlay: WeightOverlay
  /** Graphs by what they depend on. */
  readonly graphs: Map<string, Graph>
}

/** The example's answer logits as a function of the named weights. Throws a sentence when none of them can change the answer. */
export async function buildReading(parts: Parts, example: Example, names: readonly string[], { overlay, graphs }: ReadingOptions): Promise<Reading> {
  const hasPicture = example.question.image !== undefined
  const asked = encodeQuestion(parts, example.question, example.expected)
  if (asked.expected.length === 0)
    throw new Error('An example has no answer to learn. Give every example an expected answer.')
  const start = firstStage(parts, names, hasPicture)
  const key = `${hasPicture} ${names.join('\n')}`
  const graph = graphs.get(key) ?? graphOf(parts, start)
  graphs.set(key, graph)
  const leaves = new Map(names.flatMap((name): [string, Expr][] => {
    const leaf = graph.leaves.get(name)
    return leaf ? [[name, leaf]] : []
  }))
  return {
    logits: graph.logits,
    targets: graph.targets,
    leaves,
    feeds: await feedsFor(parts, example, asked, start, graph, leaves, overlay),
    tokens: asked.expected.length,
  }
}

/** Where the chain vision → language is entered: the first stage that holds one of the weights. */
function firstStage({ vision, language, name }: Parts, names: readonly string[], hasPicture: boolean): BuiltStage {
  const holds = (stage: BuiltStage): boolean => names.some(n => stage.weights.has(n))
  const stray = names.find(n => ![...vision, ...language].some(stage => stage.weights.has(n)))
  if (stray !== undefined)
    throw new Error(`Model '${name}' has no weight '${stray}' that an edit may change. Choose weights by role.`)
  const found = (hasPicture ? vision.find(holds) : undefined) ?? language.find(holds)
  if (!found) {
    throw new Error(names.length === 0
      ? 'No weights were chosen that may change. Choose at least one role.'
      : `The example has no picture, so no weight of the vision module can change its answer. Choose the scope 'text', or an example with a picture.`)
  }
  return found
}

/** Logits at the answer rows. Inputs: what the first stage reads, `text` embeddings, rows and targets. */
function graphOf(parts: Parts, start: BuiltStage): Graph {
  const { vision, language, layout } = parts
  const entered = Object.fromEntries(Object.entries(start.reads)
    .filter(([name]) => !name.startsWith('past_'))
    .map(([name, { dtype, shape }]) => [name, input(name, dtype, name === 'mask' ? ['tokens', 'tokens'] : shape)]))
  let values: Exprs = entered
  const visionFrom = vision.indexOf(start)
  if (visionFrom >= 0) {
    values = chain(vision.slice(visionFrom), values)
    const text = input('embeddings', 'float32', ['text', layout.embeddingWidth])
    const tokens = addDims(layout.slots, 'text')
    values = {
      sequence: concat([values.features!, text], 0),
      positions: input('positions', 'int64', [tokens]),
      mask: input('mask', 'float32', [tokens, tokens]),
    }
  }
  else {
    const tokens = Object.values(entered).find(x => x.dtype === 'float32')!.shape[0]!
    values = { ...values, mask: values.mask ?? input('mask', 'float32', [tokens, tokens]) }
  }
  const rows = input('rows', 'int64', ['rows'])
  const { logits } = chain(language.slice(visionFrom >= 0 ? 0 : language.indexOf(start)), { ...values, rows })
  const targets = input('targets', 'int64', ['rows'])
  return { logits: logits!, targets, leaves: new Map([...leavesOf([logits!]), ['targets', targets]]) }
}

const chain = (stages: readonly BuiltStage[], values: Exprs): Exprs =>
  stages.reduce<Exprs>((all, stage) => ({ ...all, ...stage.build(all, noMark) }), values)

async function feedsFor(parts: Parts, example: Example, asked: Asked, start: BuiltStage, { leaves }: Graph, changing: ReadonlyMap<string, Expr>, overlay: WeightOverlay): Promise<Record<string, FeedValue>> {
  const tokens = asked.slots + asked.ids.length
  const rows = asked.expected.map((_, i) => asked.first - 1 + i)
  const values: Values = {
    ...await upTo(parts, example, asked, start, overlay),
    ...frameOf(parts.layout, tokens),
    rows: { value: int64(rows) },
    targets: { value: int64(asked.expected) },
  }
  const available = feedsOf(values)
  const feeds: Record<string, FeedValue> = {}
  for (const [name, leaf] of leaves) {
    const dims = leaf.shape.map(Number)
    if (leaf.leaf?.kind === 'input')
      feeds[name] = { data: available[name]!.data as FeedValue['data'], dims: available[name]!.shape }
    // Frozen weights that an earlier edit changed are fed with that edit's value; the shared ones are always fed.
    else if (!changing.has(name) && overlay.has(name))
      feeds[name] = { data: overlay.get(name)!, dims }
    else if (!changing.has(name) && parts.shared.names.has(name))
      feeds[name] = { data: floatsOf(await parts.shared.read(name)), dims }
  }
  return feeds
}

/** The values the first stage reads, from the cached runs of the stages before it. */
async function upTo(parts: Parts, { question }: Example, asked: Asked, start: BuiltStage, overlay: WeightOverlay): Promise<Values> {
  const { vision, language, runner, layout } = parts
  const embeddings = await embed(parts, asked.ids, overlay)
  const visionFrom = vision.indexOf(start)
  if (visionFrom >= 0)
    return { ...await runner.runAll(vision.slice(0, visionFrom), { pixels: await pixelsOf(parts, question.image!) }, overlay), embeddings }
  const features = question.image === undefined ? undefined : (await lookAt(parts, question.image, overlay)).features!
  const sequence = features ? joinRows(features, embeddings) : embeddings
  return runner.runAll(language.slice(0, language.indexOf(start)), { ...emptyPast(parts), ...frameOf(layout, asked.slots + asked.ids.length), sequence }, overlay)
}
