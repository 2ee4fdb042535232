/** Asking a model: one teacher-forced pass over question and answer, and greedy decoding from its keys and values. */

import { throwIfAborted } from '../base/async.ts'
import { floatsOf, float32, int64 } from '../onnx/tensor-value.ts'
import type { TensorValue } from '../onnx/tensor-value.ts'
import { embed, encodeQuestion, frameOf, joinRows, lookAt } from './ask.ts'
import type { Asked, Parts } from './ask.ts'
import type { Answer, AnswerOptions, Question, WeightOverlay } from './model.ts'
import type { Keyed, Values } from './stage-runner.ts'
import { replacedAt } from './replace.ts'
import { bestOf, probabilityOf, topTokens } from './top-tokens.ts'

const TOP = 10

/** Teacher forcing and greedy decoding. `expected` may be empty: then nothing is scored. */
export async function answer(parts: Parts, overlay: WeightOverlay, question: Question, expected: string, options: AnswerOptions = {}): Promise<Answer> {
  const asked = encodeQuestion(parts, question, expected)
  throwIfAborted(options.signal)
  const features = question.image === undefined ? undefined : (await lookAt(parts, question.image, overlay)).features!
  throwIfAborted(options.signal)
  const pass = await readAll(parts, overlay, features, asked.ids, asked.first - 1)
  const { vocabulary } = parts.layout
  const rows = asked.expected.length
  // Teacher forcing: token t is scored on tokens < t, so the row before the first answer token is the first one.
  const from = (asked.first - 1) * vocabulary
  return {
    expected: asked.expected,
    positions: { logits: pass.logits.slice(from, from + rows * vocabulary), rows, vocabulary },
    top10: topTokens(pass.logits, pass.tokens, vocabulary, TOP),
    sequence: pass.tokens,
    generated: await generate(parts, overlay, asked, pass, features, options),
  }
}

/** A run of the language model over a whole sequence. */
export interface Pass {
  readonly tokens: number
  /** [tokens, vocabulary] */
  readonly logits: Float32Array
  /** Keys and values of all layers, and the hidden states between stages. */
  readonly values: Values
}

/** Picture features (if any) and ids through the language model. */
export async function readAll(parts: Parts, overlay: WeightOverlay, features: Keyed | undefined, ids: readonly number[], promptEnd?: number): Promise<Pass> {
  const embeddings = await embed(parts, ids, overlay)
  const sequence = features ? joinRows(features, embeddings) : embeddings
  return readSequence(parts, overlay, sequence, emptyPast(parts), promptEnd)
}

/** New rows [tokens, width] after the past. `promptEnd` is the row of the last prompt token, where it is among them. */
async function readSequence(parts: Parts, overlay: WeightOverlay, sequence: Keyed, past: Values, promptEnd?: number): Promise<Pass> {
  const { layout, runner, language } = parts
  const tokens = sequence.value.shape[0]!
  const frame = frameOf(layout, tokens, past['past_key.0']!.value.shape[1]!)
  parts.runtime.meter.forward++
  // Rows have no key: logits are large and used once.
  const rows: Keyed = { value: int64(Array.from({ length: tokens }, (_, i) => i)) }
  const values = await runner.runAll(language, { ...past, ...frame, ...replacedAt(parts, tokens, promptEnd), sequence, rows }, overlay)
  return { tokens, logits: floatsOf(values.logits!.value), values }
}

const layersOf = ({ layout }: Parts): number[] => Array.from({ length: layout.textLayers }, (_, i) => i)

/** No tokens yet. */
export function emptyPast(parts: Parts): Values {
  const none: Keyed = { value: float32(new Float32Array(0), [parts.layout.heads, 0, parts.layout.headSize]), key: 'none' }
  return Object.fromEntries(layersOf(parts).flatMap(i => [[`past_key.${i}`, none], [`past_value.${i}`, none]]))
}

/** Keys and values of the first `tokens` tokens of a pass. */
function pastOf(parts: Parts, { values }: Pass, tokens: number): Values {
  return Object.fromEntries(layersOf(parts).flatMap(i => (['key', 'value'] as const).map(kind =>
    [`past_${kind}.${i}`, { value: firstTokens(values[`${kind}.${i}`]!.value, tokens) }])))
}

/** x [heads, all, size] → [heads, tokens, size] */
function firstTokens(x: TensorValue, tokens: number): TensorValue {
  const [heads, all, size] = x.shape as [number, number, number]
  if (tokens === all)
    return x
  const from = floatsOf(x)
  const data = new Float32Array(heads * tokens * size)
  for (let h = 0; h < heads; h++)
    data.set(from.subarray(h * all * size, (h * all + tokens) * size), h * tokens * size)
  return float32(data, [heads, tokens, size])
}

/**
 * The best token again and again, until an end token or the limit. As long as the model says what was expected, the
 * teacher-forced pass has already computed what comes next; after that, one token at a time on cached keys and values.
 */
async function generate(parts: Parts, overlay: WeightOverlay, asked: Asked, forced: Pass, features: Keyed | undefined, options: AnswerOptions): Promise<Answer['generated']> {
  const { vocabulary, endTokens, maxPositions } = parts.layout
  const prompt = asked.promptIds
  const pass = prompt ? await readAll(parts, overlay, features, prompt, asked.slots + prompt.length - 1) : forced
  const first = prompt ? asked.slots + prompt.length : asked.first
  const known = prompt ? [] : asked.expected
  const limit = Math.min(options.maxTokens ?? Math.max(8, asked.expected.length + 4), maxPositions - first)

  const tokens: number[] = []
  const probabilities: number[] = []
  let current = pass
  let row = first - 1
  let isAsExpected = true
  while (tokens.length < limit) {
    const next = bestOf(current.logits, row * vocabulary, vocabulary)
    if (endTokens.includes(next))
      break
    tokens.push(next)
    probabilities.push(probabilityOf(current.logits, row * vocabulary, vocabulary, next))
    if (tokens.length === limit)
      break
    if (isAsExpected && next === known[tokens.length - 1]) {
      row++
      continue
    }
    throwIfAborted(options.signal)
    const past = pastOf(parts, current, first + tokens.length - 1)
    isAsExpected = false
    current = await readSequence(parts, overlay, await embed(parts, [next], overlay), past)
    row = 0
  }
  return { tokens, probabilities, text: parts.tokenizer.decode(tokens).trim() }
}
