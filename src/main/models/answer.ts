/** Asking a model: one teacher-forced pass over question and answer, and greedy decoding from its keys and values. */

import { throwIfAborted } from '../base/async.ts'
import { floatsOf, float32, int64 } from '../onnx/tensor-value.ts'
import type { TensorValue } from '../onnx/tensor-value.ts'
import { embed, encodeQuestion, frameOf, joinRows, lookAt } from './ask.ts'
import type { Parts } from './ask.ts'
import { joinReplies } from './companion.ts'
import type { Answer, AnswerOptions, Question, WeightOverlay } from './model.ts'
import type { Keyed, Values } from './stage-runner.ts'
import { replacedAt } from './replace.ts'
import { bestOf, probabilityOf, topTokens } from './top-tokens.ts'

const TOP = 10

/** Teacher forcing and greedy decoding. `expected` may be empty: then nothing is scored. */
export async function answer(parts: Parts, overlay: WeightOverlay, question: Question, expected: string, options: AnswerOptions = {}): Promise<Answer> {
  const { companion, signal } = options
  const own = await replyTo(parts, overlay, question, expected, signal)
  const reply = companion
    ? joinReplies(own, await replyTo(parts, new Map([...overlay, ...companion.weights]), companion.question, expected, signal), companion, parts.layout.vocabulary)
    : own
  const { vocabulary } = parts.layout
  const rows = reply.expected.length
  // Teacher forcing: token t is scored on tokens < t, so the row before the first answer token is the first one.
  const from = (reply.first - 1) * vocabulary
  return {
    expected: reply.expected,
    positions: { logits: reply.logits.slice(from, from + rows * vocabulary), rows, vocabulary },
    top10: topTokens(reply.logits, reply.sequence, vocabulary, TOP),
    sequence: reply.sequence,
    generated: await generate(parts, reply, options),
  }
}

/** A question read together with its expected answer, and whatever comes after any other beginning of an answer. */
export interface Reply {
  /** Ids of the expected answer. */
  readonly expected: readonly number[]
  /** Position in the whole sequence of the first answer token. */
  readonly first: number
  readonly sequence: number
  /** Of question and expected answer, [sequence, vocabulary]. */
  readonly logits: Float32Array
  /** Most tokens that the context leaves for an answer. */
  readonly room: number
  /**
   * Logits [vocabulary] after the prompt and these tokens; from call to call the tokens grow by one at the end. As long as they are
   * what was expected, the reading has them already; after that it is one token at a time on cached keys and values.
   */
  readonly after: (tokens: readonly number[]) => Promise<Float32Array>
}

async function replyTo(parts: Parts, overlay: WeightOverlay, question: Question, expected: string, signal?: AbortSignal): Promise<Reply> {
  const asked = encodeQuestion(parts, question, expected)
  throwIfAborted(signal)
  const features = question.image === undefined ? undefined : (await lookAt(parts, question.image, overlay)).features!
  throwIfAborted(signal)
  const forced = await readAll(parts, overlay, features, asked.ids, asked.first - 1)
  const { vocabulary, maxPositions } = parts.layout
  const rowOf = ({ logits }: Pass, row: number): Float32Array => logits.subarray(row * vocabulary, (row + 1) * vocabulary)

  const prompt = asked.promptIds
  const first = prompt ? asked.slots + prompt.length : asked.first
  const known = prompt ? [] : asked.expected
  let current = prompt ? undefined : forced

  async function after(tokens: readonly number[]): Promise<Float32Array> {
    current ??= await readAll(parts, overlay, features, prompt!, first - 1)
    if (tokens.length <= known.length && tokens.every((token, i) => token === known[i]))
      return rowOf(current, first - 1 + tokens.length)
    throwIfAborted(signal)
    const past = pastOf(parts, current, first + tokens.length - 1)
    current = await readSequence(parts, overlay, await embed(parts, tokens.slice(-1), overlay), past)
    return rowOf(current, 0)
  }

  return { expected: asked.expected, first: asked.first, sequence: forced.tokens, logits: forced.logits, room: maxPositions - first, after }
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

/** The best token again and again, until an end token or the limit. */
async function generate({ layout, tokenizer }: Parts, reply: Reply, options: AnswerOptions): Promise<Answer['generated']> {
  const { vocabulary, endTokens } = layout
  const limit = Math.min(options.maxTokens ?? Math.max(8, reply.expected.length + 4), reply.room)
  const tokens: number[] = []
  const probabilities: number[] = []
  while (tokens.length < limit) {
    const logits = await reply.after(tokens)
    const next = bestOf(logits, 0, vocabulary)
    if (endTokens.includes(next))
      break
    tokens.push(next)
    probabilities.push(probabilityOf(logits, 0, vocabulary, next))
  }
  return { tokens, probabilities, text: tokenizer.decode(tokens).trim() }
}
