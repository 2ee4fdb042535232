/** What Knowledge Editor's training needs of a record and never changes while it trains: cut readings, base logits, gradient and condition. */

import type { EditRecord, Probe } from '../../preload/contract/records.ts'
import { throwIfAborted } from '../base/async.ts'
import type { Example, FeedValue, Model } from '../models/model.ts'
import { cutReading } from '../training/cut-reading.ts'
import { gradientFactors } from '../training/gradient-factors.ts'
import { conditionFeeds, conditionText } from '../training/ke-condition.ts'
import type { KeShape } from '../training/ke-network.ts'
import { allFactors, keeping } from '../training/ke-objective.ts'
import type { KeObjectiveOptions, KeReading, KeReadings, KeSlot } from '../training/ke-objective.ts'
import { baseLogits, createFeatureStore } from './feature-store.ts'
import type { FeatureStore } from './feature-store.ts'
import type { Memory } from './method.ts'

export interface KeFeatures {
  readonly readings: KeReadings
  /** Gradient factors and condition. */
  readonly feeds: Readonly<Record<string, FeedValue>>
}

export interface KeFeatureSource extends FeatureStore<KeFeatures> {
  /** The edited matrices' values. */
  readonly weights: Readonly<Record<string, FeedValue>>
}

const probesOf = ({ edit, probes }: EditRecord): [KeSlot, Probe][] => [
  ['edit', edit],
  ...([['rephrase', 'textRephrase'], ['imageRephrase', 'imageRephrase'], ['unrelatedText', 'unrelatedText'], ['unrelatedImage', 'unrelatedImage']] as const)
    .flatMap(([slot, kind]): [KeSlot, Probe][] => (probes[kind]?.[0] ? [[slot, probes[kind][0]]] : [])),
]

/**
 * Features for these settings, whatever the network's widths are.
 * @param options `rephrase` and `imageRephrase`: the weight of these probes; without weight they are not computed. @param bytes features are kept until they take this much; then the rest is computed every
 * time, because records come round in turns and keeping the last ones would keep none that is asked for.
 */
export async function keFeatures(model: Model, shape: KeShape, options: Pick<KeObjectiveOptions, 'rephrase' | 'imageRephrase'>, bytes: number): Promise<KeFeatureSource> {
  const names = shape.weights.map(({ name }) => name)
  const weights = Object.fromEntries(await Promise.all(shape.weights.map(async ({ name, shape: dims }) => [name, { data: await model.readWeight(name), dims }] as const)))
  const hasText = model.weights.some(({ module, name }) => module === 'text' && names.includes(name))
  const isWanted = (slot: KeSlot): boolean => (slot === 'rephrase' || slot === 'imageRephrase' ? options[slot] > 0 : true)

  async function readingOf(slot: KeSlot, example: Example): Promise<KeReading> {
    const cut = await cutReading(model.runtime, await model.reading(example, names))
    if (!(keeping as readonly string[]).includes(slot))
      return cut
    const feeds = { ...cut.feeds, ...weights }
    return { ...cut, base: await baseLogits(model, cut.logits, feeds) }
  }

  async function compute(memory: Memory, record: EditRecord, signal: AbortSignal): Promise<KeFeatures> {
    const readings: Partial<Record<KeSlot, KeReading>> = {}
    let edit: Example | undefined
    for (const [slot, probe] of probesOf(record)) {
      const question = await memory.question(probe)
      const example = { question, expected: probe.expected }
      if (slot === 'edit')
        edit = example
      // Without a picture an answer cannot change with the vision module: it is kept by construction.
      const isTouched = question.image !== undefined || hasText || slot === 'edit'
      if (isTouched && isWanted(slot))
        readings[slot] = await readingOf(slot, example)
      throwIfAborted(signal)
    }
    // The stated answer is the unedited model's; a dataset without one has it asked.
    const before = record.stated === '' ? (await memory.baseAnswer(record.edit, signal)).generated.text : record.stated
    const { factors } = await gradientFactors(model.runtime, readings.edit!, weights)
    return {
      readings: { ...readings, edit: readings.edit! },
      feeds: { ...allFactors(shape, factors, readings.edit!.feeds.targets!.dims[0]!), ...await conditionFeeds(model, shape, conditionText(before, edit!)) },
    }
  }

  return { weights, of: createFeatureStore(bytes, compute, sizeOf).of }
}

function sizeOf({ readings, feeds }: KeFeatures): number {
  const all = [feeds, ...Object.values(readings).map(reading => ({ ...reading.feeds, ...(reading.base ? { base: reading.base } : {}) }))]
  return all.flatMap(Object.values<FeedValue>).reduce((sum, { data }) => sum + data.byteLength, 0)
}
