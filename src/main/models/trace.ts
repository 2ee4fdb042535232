/**
 * Causal tracing (Meng et al. 2022, https://arxiv.org/abs/2202.05262), of a model that sees. Noise is added where picture and question
 * enter, which makes the answer unlikely; then one layer's clean states of one group of tokens are put back, and whatever of the answer's
 * probability returns had passed through them.
 *
 * Everything before a place is taken from the corrupted run, which is run once a noise, so a cell costs only what comes after its layer.
 */

import { throwIfAborted, yieldToEvents } from '../base/async.ts'
import type { Runtime } from '../onnx/runtime.ts'
import { float32, floatsOf, int64 } from '../onnx/tensor-value.ts'
import type { TensorValue } from '../onnx/tensor-value.ts'
import { emptyPast } from './answer.ts'
import type { Place, TracedPart } from './architectures/architecture.ts'
import { embed, encodeQuestion, frameOf, pixelsOf } from './ask.ts'
import type { Parts } from './ask.ts'
import type { Question, WeightOverlay } from './model.ts'
import { createStageRunner } from './stage-runner.ts'
import type { Values } from './stage-runner.ts'
import { logProbabilityOf } from './top-tokens.ts'
import { groupings, questionRows } from './trace-groups.ts'
import type { Groupings, TokenGroup } from './trace-groups.ts'
import { keyOf, stepsOf } from './trace-steps.ts'

export type Corruption = 'picture' | 'question' | 'both'

export interface TraceOptions {
  readonly corrupt: Corruption
  /** In standard deviations of the values it is added to. */
  readonly noise: number
  /** How many noises are averaged over. */
  readonly samples: number
  /** Standard normal numbers for what is corrupted in one sample; the same numbers every time. */
  readonly draw: (what: 'picture' | 'question', sample: number, count: number) => Float32Array
  readonly signal?: AbortSignal
}

export interface TracePart {
  readonly part: TracedPart
  readonly label: string
  readonly layers: number
  readonly groups: readonly TokenGroup[]
}

/** First what will be measured, then one cell after the other, part by part from the picture to the answer, last layers first. */
export type TraceStep =
  | { readonly kind: 'begun', readonly clean: number, readonly corrupted: number, readonly parts: readonly TracePart[] }
  | { readonly kind: 'cell', readonly part: TracedPart, readonly layer: number, readonly group: string, readonly probability: number }

/** @param runtime holds the graphs of single layers; whoever opened it disposes of it. */
export async function* trace(parts: Parts, overlay: WeightOverlay, runtime: Runtime, question: Question, expected: string, options: TraceOptions, grouped: Groupings = groupings): AsyncGenerator<TraceStep, void, undefined> {
  const { corrupt, samples, signal, draw, noise } = options
  const asked = encodeQuestion(parts, question, expected)
  const { slots, ids, first } = asked
  if (asked.expected.length === 0)
    throw new Error('A trace needs an answer whose probability is measured, and this one is empty. Choose the other target.')
  if (question.image === undefined && corrupt !== 'question')
    throw new Error(`This question has no picture, so nothing of one can be corrupted. Corrupt the question instead of '${corrupt}'.`)
  const { steps, join } = stepsOf(parts, question.image !== undefined, createStageRunner(runtime, parts.cache, parts.shared), overlay)
  // Nothing comes after the answer's last token, so it is not read.
  const read = ids.slice(0, -1)
  const tokens = slots + read.length
  const { value: embeddings } = await embed(parts, read, overlay)
  const start: Values = {
    ...emptyPast(parts), ...frameOf(parts.layout, tokens),
    rows: { value: int64(asked.expected.map((_, i) => first - 1 + i)) },
    embeddings: { value: embeddings },
    ...(question.image === undefined ? {} : { pixels: { value: (await pixelsOf(parts, question.image)).value } }),
  }

  /** All values after the steps from `from` on. Stops within a layer. */
  async function runFrom(from: number, values: Values): Promise<Values> {
    let all = values
    for (const step of steps.slice(from)) {
      throwIfAborted(signal)
      all = { ...all, ...await step.run(all) }
    }
    await yieldToEvents()
    return all
  }
  const probabilityIn = ({ logits }: Values): number => meanProbability(floatsOf(logits!.value), asked.expected, parts.layout.vocabulary)

  const clean = await runFrom(0, start)
  const patchesAt = steps.findIndex(({ place }) => place?.kind === 'patches')
  const patches = steps[patchesAt]?.place
  const questioned = questionRows(parts, question, asked)
  const corruptsPicture = corrupt !== 'question'
  const corruptsQuestion = corrupt !== 'picture'
  if (corruptsPicture && !patches)
    throw new Error(`Architecture '${parts.architecture.id}' of model '${parts.name}' does not say where its patches enter. Corrupt the question.`)
  if (corruptsQuestion && questioned.length === 0)
    throw new Error('This question has no words of its own, so nothing of it can be corrupted. Corrupt the picture.')

  const corrupted = await inTurn(samples, async (sample) => {
    const spoilt: Record<string, Values[string]> = {}
    if (corruptsPicture) {
      const { value } = clean[keyOf(patches!)]!
      spoilt[keyOf(patches!)] = { value: withNoise(value, range(value.shape[0]!), noise, count => draw('picture', sample, count)) }
    }
    if (corruptsQuestion)
      spoilt['embeddings'] = { value: withNoise(embeddings, questioned.map(row => row - slots), noise, count => draw('question', sample, count)) }
    return runFrom(corruptsPicture ? patchesAt + 1 : join, { ...clean, ...spoilt })
  })
  const spoilt = corrupted.map(probabilityIn)

  const traced = partsOf()
  yield { kind: 'begun', clean: probabilityIn(clean), corrupted: mean(spoilt), parts: traced }
  for (const { part, layers, groups } of traced) {
    for (let layer = layers - 1; layer >= 0; layer--) {
      for (const group of groups)
        yield { kind: 'cell', part, layer, group: group.id, probability: await restored({ kind: 'layer', part, layer }, group) }
    }
  }

  /** The mean over samples of the answer's probability with the clean states of the group put back. */
  async function restored(place: Place, { rows }: TokenGroup): Promise<number> {
    const key = keyOf(place)
    const after = 1 + steps.findIndex(step => step.place && keyOf(step.place) === key)
    return mean(await inTurn(samples, async (sample) => {
      const values = corrupted[sample]!
      const mixed = withRows(values[key]!.value, clean[key]!.value, rows)
      // What the noise did not reach does not change when it is put back.
      return mixed ? probabilityIn(await runFrom(after, { ...values, [key]: { value: mixed } })) : spoilt[sample]!
    }))
  }

  /** Only parts that the noise reaches: before the question enters, it changes nothing. */
  function partsOf(): TracePart[] {
    const layersOf = (part: TracedPart): number => steps.filter(({ place }) => place?.kind === 'layer' && place.part === part).length
    const rowsOf = (part: TracedPart): number => clean[keyOf({ kind: 'layer', part, layer: 0 })]!.value.shape[0]!
    const groupsOf: Record<TracedPart, () => TokenGroup[]> = {
      vision: () => grouped.vision(patches as Extract<Place, { kind: 'patches' }>, rowsOf('vision')),
      bridge: () => grouped.bridge(rowsOf('bridge')),
      language: () => grouped.language(questioned, asked, tokens),
    }
    return (corruptsPicture ? ['vision', 'bridge', 'language'] as const : ['language'] as const).flatMap((part) => {
      const layers = layersOf(part)
      return layers === 0 ? [] : [{ part, label: parts.architecture.parts[part], layers, groups: groupsOf[part]() }]
    })
  }
}

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i)
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

async function inTurn<T>(count: number, work: (i: number) => Promise<T>): Promise<T[]> {
  const results: T[] = []
  for (let i = 0; i < count; i++)
    results.push(await work(i))
  return results
}

/** Geometric mean of the target's probabilities, token by token: rows of logits against ids. */
function meanProbability(logits: Float32Array, target: readonly number[], vocabulary: number): number {
  return Math.exp(mean(target.map((token, row) => logProbabilityOf(logits, row * vocabulary, vocabulary, token))))
}

/** Rows plus so many of their standard deviations (of all their values together) of noise. */
function withNoise(value: TensorValue, rows: readonly number[], noise: number, draw: (count: number) => Float32Array): TensorValue {
  const width = value.shape[1]!
  const data = Float32Array.from(floatsOf(value))
  const taken = rows.flatMap(row => Array.from(data.subarray(row * width, (row + 1) * width)))
  const centre = mean(taken)
  const deviation = Math.sqrt(mean(taken.map(x => (x - centre) ** 2)))
  const drawn = draw(taken.length)
  rows.forEach((row, i) => {
    for (let k = 0; k < width; k++)
      data[row * width + k]! += noise * deviation * drawn[i * width + k]!
  })
  return float32(data, value.shape)
}

/** `value` with some rows of `other`; undefined when those are the same already. */
function withRows(value: TensorValue, other: TensorValue, rows: readonly number[]): TensorValue | undefined {
  const width = value.shape[1]!
  const [own, put] = [floatsOf(value), floatsOf(other)]
  const isSame = rows.every((row) => {
    for (let k = row * width; k < (row + 1) * width; k++) {
      if (own[k] !== put[k])
        return false
    }
    return true
  })
  if (isSame)
    return undefined
  const data = Float32Array.from(own)
  for (const row of rows)
    data.set(put.subarray(row * width, (row + 1) * width), row * width)
  return float32(data, value.shape)
}
