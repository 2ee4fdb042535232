/** A question as the values a model's stages read: token ids, picture features, positions and the causal mask. */

import { readFile } from 'node:fs/promises'
import { sha256 } from '../base/hash.ts'
import { messageOf } from '../base/errors.ts'
import { floatsOf, float32, int64 } from '../onnx/tensor-value.ts'
import type { TensorValue } from '../onnx/tensor-value.ts'
import type { Runtime } from '../onnx/runtime.ts'
import type { ActivationCache } from './activation-cache.ts'
import type { Architecture, BuiltStage, Layout } from './architectures/architecture.ts'
import type { ImageProcessor } from './image-processor.ts'
import type { Question, WeightOverlay } from './model.ts'
import type { Keyed, SharedWeights, StageRunner, Values } from './stage-runner.ts'
import type { Tokenizer } from './tokenizer.ts'

/** Everything an opened model consists of; shared by all its overlays. */
export interface Parts {
  readonly name: string
  readonly architecture: Architecture
  readonly layout: Layout
  readonly vision: readonly BuiltStage[]
  readonly embed: BuiltStage
  readonly language: readonly BuiltStage[]
  readonly tokenizer: Tokenizer
  readonly imageProcessor: ImageProcessor
  readonly runtime: Runtime
  /** A runtime of its own for a piece of work with many graphs; whoever opens it disposes of it. */
  readonly openRuntime: (keep: number) => Runtime
  readonly runner: StageRunner
  readonly shared: SharedWeights
  readonly cache: ActivationCache
  /** A value in place of a product's output at the last prompt position; see replace.ts. */
  readonly replacement?: Float32Array
}

/** A question with its answer, in ids. The whole sequence is `slots` picture positions, then the ids. */
export interface Asked {
  readonly ids: readonly number[]
  readonly slots: number
  /** Position in the whole sequence of the first answer token. */
  readonly first: number
  readonly expected: readonly number[]
  /** Ids of the prompt alone, where they are not simply the ids before the answer. */
  readonly promptIds?: readonly number[]
}

/** Token ids of question and answer; the answer's span comes from their joint tokenisation. */
export function encodeQuestion({ architecture, tokenizer, layout, name }: Parts, question: Question, expected: string): Asked {
  const prompt = architecture.prompt(question.form, question.prompt)
  const alone = tokenizer.encode(prompt)
  const { ids, start } = expected === '' ? { ids: alone, start: alone.length } : tokenizer.encodeAnswered(prompt, expected)
  const slots = question.image === undefined ? 0 : layout.slots
  if (start === 0 && slots === 0)
    throw new Error(`Model '${name}' cannot answer an empty prompt without a picture: nothing comes before the first token. Give a prompt.`)
  if (slots + ids.length > layout.maxPositions)
    throw new Error(`Question and answer take ${slots + ids.length} positions, but model '${name}' has ${layout.maxPositions}. Shorten the prompt.`)
  const isPrefix = alone.length === start && alone.every((id, i) => id === ids[i])
  return { ids, slots, first: slots + start, expected: ids.slice(start), ...(isPrefix ? {} : { promptIds: alone }) }
}

/** Normalised pixels of a picture file, keyed by the file's content. */
export async function pixelsOf({ imageProcessor, cache }: Parts, path: string): Promise<Keyed> {
  const bytes = await readFile(path).catch((error: unknown) => {
    throw new Error(`Picture '${path}' cannot be read: ${messageOf(error)}. Check the dataset's image roots.`)
  })
  const key = `pixels ${sha256(bytes)}`
  const known = cache.get(key)?.pixels
  if (known)
    return { key, value: known }
  const data = await imageProcessor.process(bytes).catch((error: unknown) => {
    throw new Error(messageOf(error).replace(/^A picture of \d+ bytes/, `Picture '${path}'`))
  })
  const value = float32(data, [3, imageProcessor.height, imageProcessor.width])
  cache.set(key, { pixels: value })
  return { key, value }
}

/** What the projection makes of a picture, [slots, width]; also every value on the way. */
export async function lookAt(parts: Parts, path: string, overlay: WeightOverlay): Promise<Values> {
  const { layout, name } = parts
  if (layout.featureWidth !== layout.embeddingWidth)
    throw new Error(`Model '${name}' projects pictures to width ${layout.featureWidth}, but its token embeddings have ${layout.embeddingWidth}. Ask it without a picture.`)
  return parts.runner.runAll(parts.vision, { pixels: await pixelsOf(parts, path) }, overlay)
}

/** Token embeddings [tokens, width]. */
export async function embed({ runner, embed: stage }: Parts, ids: readonly number[], overlay: WeightOverlay): Promise<Keyed> {
  const values = await runner.run(stage, { ids: { value: int64(ids), key: ids.join(' ') } }, overlay)
  return values.embeddings!
}

/** Picture features in front of token embeddings. */
export function joinRows(features: Keyed, embeddings: Keyed): Keyed {
  const [a, b] = [floatsOf(features.value), floatsOf(embeddings.value)]
  const data = new Float32Array(a.length + b.length)
  data.set(a)
  data.set(b, a.length)
  const key = features.key && embeddings.key && sha256(`${features.key}\n${embeddings.key}`)
  return { key, value: float32(data, [features.value.shape[0]! + embeddings.value.shape[0]!, embeddings.value.shape[1]!]) }
}

/** Positions and mask of `tokens` new tokens after `past` old ones, and no keys and values yet. */
export function frameOf(layout: Layout, tokens: number, past = 0): Values {
  const positions = int64(Array.from({ length: tokens }, (_, i) => past + i + layout.positionOffset))
  return {
    positions: { value: positions, key: `positions ${past} ${tokens}` },
    mask: { value: causalMask([tokens], past), key: `mask ${past} ${tokens}` },
  }
}

// Large enough that its exponential is zero in fp32, and a number every provider can add.
const MASKED = -1e9

/** [tokens, past + tokens] for texts of these lengths: a token sees all old tokens and those of its own text up to itself. */
export function causalMask(lengths: readonly number[], past = 0): TensorValue {
  const tokens = lengths.reduce((a, b) => a + b, 0)
  const mask = new Float32Array(tokens * (past + tokens))
  let first = 0
  for (const length of lengths) {
    for (let t = first; t < first + length; t++) {
      const row = t * (past + tokens)
      mask.fill(MASKED, row + past, row + past + first)
      mask.fill(MASKED, row + past + t + 1, row + past + tokens)
    }
    first += length
  }
  return float32(mask, [tokens, past + tokens])
}
