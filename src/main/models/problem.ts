/** The loss of some answers as a function of some weights: the expression starts at the first stage those weights touch. */

import { floatsOf, int64 } from '../onnx/tensor-value.ts'
import { input, leavesOf } from '../tensor/expr.ts'
import type { Expr } from '../tensor/expr.ts'
import { addDims } from '../tensor/dims.ts'
import { neg } from '../tensor/ops/elementwise.ts'
import { gatherElements } from '../tensor/ops/indexing.ts'
import { concat, unsqueeze } from '../tensor/ops/movement.ts'
import { logSoftmax, reduceMean } from '../tensor/ops/reduction.ts'
import { emptyPast } from './answer.ts'
import { embed, encodeQuestion, frameOf, joinRows, lookAt, pixelsOf } from './ask.ts'
import type { Asked, Parts } from './ask.ts'
import type { BuiltStage, Exprs } from './architectures/architecture.ts'
import type { Example, FeedValue, TrainingProblem, WeightOverlay } from './model.ts'
import { feedsOf } from './stage-runner.ts'
import type { Values } from './stage-runner.ts'

export interface ProblemOptions {
  readonly overlay: WeightOverlay
  /** Losses by what they depend on, so that records of one kind share a graph (and training its sessions). */
  readonly losses: Map<string, Loss>
  readonly readWeight: (name: string) => Promise<Float32Array>
}

interface Loss {
  readonly loss: Expr
  readonly leaves: ReadonlyMap<string, Expr>
}

/** The problem of fitting the examples by changing the named weights. Throws a sentence when it has no solution of that kind. */
export async function buildProblem(parts: Parts, examples: readonly Example[], names: readonly string[], options: ProblemOptions): Promise<TrainingProblem> {
  const hasPicture = pictureIn(examples)
  const asked = examples.map(e => encodeQuestion(parts, e.question, e.expected))
  if (asked.some(a => a.expected.length === 0))
    throw new Error('An example has no answer to learn. Give every example an expected answer.')
  const start = firstStage(parts, names, hasPicture)
  const key = `${hasPicture} ${names.join('\n')}`
  const known = options.losses.get(key) ?? lossOf(parts, start)
  options.losses.set(key, known)

  const used = names.filter(name => known.leaves.has(name))
  return {
    loss: known.loss,
    weights: await Promise.all(used.map(async name => ({ name, leaf: known.leaves.get(name)!, value: await options.readWeight(name) }))),
    feeds: await Promise.all(examples.map((example, i) => feedsFor(parts, example, asked[i]!, start, known, new Set(used), options.overlay))),
    tokens: asked.map(a => a.expected.length),
  }
}

function pictureIn(examples: readonly Example[]): boolean {
  const withPicture = examples.filter(e => e.question.image !== undefined).length
  if (examples.length === 0)
    throw new Error('There is no example to learn from. Give at least one.')
  if (withPicture > 0 && withPicture < examples.length)
    throw new Error(`Of ${examples.length} examples, ${withPicture} have a picture: they cannot be learned together. Fit those with and without a picture separately.`)
  return withPicture > 0
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

/** Mean −log p over the answer rows. Inputs: what the first stage reads, `text` embeddings, rows and targets. */
function lossOf(parts: Parts, start: BuiltStage): Loss {
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
  const loss = neg(reduceMean(gatherElements(logSoftmax(logits!), unsqueeze(targets, 1), 1)))
  return { loss, leaves: leavesOf([loss]) }
}

const chain = (stages: readonly BuiltStage[], values: Exprs): Exprs =>
  stages.reduce<Exprs>((all, stage) => ({ ...all, ...stage.build(all) }), values)

async function feedsFor(parts: Parts, example: Example, asked: Asked, start: BuiltStage, { leaves }: Loss, changing: ReadonlySet<string>, overlay: WeightOverlay): Promise<Record<string, FeedValue>> {
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
