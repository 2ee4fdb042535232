// What a meta-training needs of a record and never changes while it trains: cut readings, base logits, gradient factors. Computed once.
import type { EditRecord, Probe, ProbeKind } from '../../preload/contract/records.ts'
import { throwIfAborted, yieldToEvents } from '../base/async.ts'
import type { Memory } from './method.ts'
import type { FeedValue, Model } from '../models/model.ts'
import { cutReading } from '../training/cut-reading.ts'
import type { CutReading } from '../training/cut-reading.ts'
import { factorsIn } from '../training/factors.ts'
import type { AnswerLoss, Factors } from '../training/factors.ts'
import { gradientFactors } from '../training/gradient-factors.ts'
import { baseLogits } from './feature-store.ts'

/** The edit itself, and the probes whose answers the editor learns to change or to keep. */
export const metaSlots = ['edit', 'textRephrase', 'imageRephrase', 'unrelatedText', 'unrelatedImage'] as const
export type MetaSlot = (typeof metaSlots)[number]
export const keeps = (slot: MetaSlot): boolean => slot === 'unrelatedText' || slot === 'unrelatedImage'

export interface MetaReading extends CutReading {
  /** Logits of the unedited model, [rows, vocabulary], where the answer is to be kept. */
  readonly base?: FeedValue
}

export interface MetaFeatures {
  readonly readings: ReadonlyMap<MetaSlot, MetaReading>
  readonly factors: ReadonlyMap<string, Factors>
}

const probeOf = ({ edit, probes }: EditRecord, slot: MetaSlot): Probe | undefined => (slot === 'edit' ? edit : probes[slot satisfies ProbeKind]?.[0])

export interface FeatureOptions {
  readonly weights: readonly string[]
  readonly slots: readonly MetaSlot[]
  readonly answerLoss: AnswerLoss
}

/** Factors of the edit's gradient, and the readings of the slots that these weights can change. */
export async function metaFeatures(model: Model, memory: Memory, record: EditRecord, { weights, slots, answerLoss }: FeatureOptions, signal: AbortSignal): Promise<MetaFeatures> {
  const isText = model.weights.some(({ name, module }) => module === 'text' && weights.includes(name))
  const read = async (probe: Probe): Promise<CutReading | undefined> => {
    await yieldToEvents()
    throwIfAborted(signal)
    const question = await memory.question(probe)
    // Without a picture an answer cannot change with the vision module: it is kept by construction.
    return probe !== record.edit && question.image === undefined && !isText
      ? undefined
      : cutReading(model.runtime, await model.reading({ question, expected: probe.expected }, weights))
  }
  const edit = (await read(record.edit))!
  const { factors } = await gradientFactors(model.runtime, edit, {})
  const readings = new Map<MetaSlot, MetaReading>(slots.includes('edit') ? [['edit', edit]] : [])
  for (const slot of slots) {
    const probe = slot === 'edit' ? undefined : probeOf(record, slot)
    const reading = probe && await read(probe)
    if (reading)
      readings.set(slot, keeps(slot) ? { ...reading, base: await baseLogits(model, reading.logits, reading.feeds) } : reading)
  }
  return {
    readings,
    factors: new Map([...edit.leaves.keys()].flatMap((weight) => {
      const own = factorsIn(factors, weight, { loss: answerLoss, tokens: edit.feeds.targets!.dims[0]! })
      return own ? [[weight, own] as const] : []
    })),
  }
}

/** Memory that a record's features take. */
export function bytesOf({ readings, factors }: MetaFeatures): number {
  const fed = [...readings.values()].flatMap(({ feeds, base }) => [...Object.values(feeds), ...(base ? [base] : [])])
  return fed.reduce((sum, { data }) => sum + data.byteLength, 0) + [...factors.values()].reduce((sum, { x, delta }) => sum + x.values.byteLength + delta.values.byteLength, 0)
}
