// Training SERAC (spec §3.5): the mixture answers rephrased questions with the edit and all other questions as the base model does.
import { throwIfAborted, yieldToEvents } from '../base/async.ts'
import type { EditRecord, Probe, ProbeKind } from '../../preload/contract/records.ts'
import type { Model } from '../models/model.ts'
import { adam } from '../training/adam.ts'
import { createLearner } from '../training/learner.ts'
import { recordAt } from '../training/order.ts'
import type { Memory, Trainer, TrainingConfig, TrainingOptions } from './method.ts'
import { createObjective } from './serac-objective.ts'
import type { Feeds, Outputs } from './serac-objective.ts'
import { counterfactualWeights, initialParameters } from './serac-network.ts'
import { counterfactualExample } from './serac-answerer.ts'
import { createDifferences } from './serac-pairs.ts'
import { encoderFor } from './serac-scope.ts'
import type { ScopeConfig } from './serac-scope.ts'

export interface SeracTrainingConfig extends TrainingConfig {
  readonly learningRate: number
  readonly scopeRate: number
  readonly gradientClip: number
  readonly rank: number
  readonly layers: number
  readonly trainProjection: boolean
  readonly editShare: number
  readonly imageEditShare: number
  readonly ownShare: number
  readonly localityShare: number
  readonly imageLocality: boolean
  readonly scopeShare: number
  readonly scopeRecords: number
}

interface Prepared {
  readonly label: string
  readonly outputs: Outputs
  readonly feeds: Feeds
}

/** Starts (or goes on with) a training; `scope` are the method's settings. Throws a sentence when the records cannot teach it anything. */
export async function startSerac(model: Model, scope: ScopeConfig, options: TrainingOptions<SeracTrainingConfig>): Promise<Trainer> {
  const { config, memory, validation, job, resume } = options
  const isStrict = scope.compatibility === 'strict'
  const tellsApart = isStrict && config.scopeShare > 0
  const usesPictures = tellsApart || scope.imageScope
  const encoder = await encoderFor(model, scope)
  const differences = createDifferences(model, encoder, scope, usesPictures)
  const weights = counterfactualWeights(model, config.layers, config.trainProjection)
  const weightNames = weights.map(({ name }) => name)
  const typical = await differences.pairs(memory, memory.records.slice(0, 64))
  if (typical.text.far.length === 0)
    throw new Error('No train record has an unrelated question, so SERAC cannot learn what is out of scope. Choose a dataset with locality probes.')
  const random = job.random.fork('serac')
  const parameters = await initialParameters(model, weights, { random, rank: config.rank, textDifferences: typical.text.far, lookDifferences: typical.look.far, trainsScale: isStrict })
  const learner = createLearner(model.runtime, parameters, {
    optimizer: adam(),
    learningRate: config.learningRate,
    gradientClip: config.gradientClip,
    rates: Object.fromEntries([...parameters.keys()].filter(name => name.startsWith('scope.')).map(name => [name, config.scopeRate])),
  })
  if (resume)
    learner.restore(resume)
  let steps = Number(resume?.metadata.steps ?? 0)
  const objective = createObjective(learner, weightNames, scope.imageScope)
  const [order, scopeOrder] = [random.fork('order'), random.fork('scope order')]

  /** What one record is asked, answered by the mixture. A step has one optimiser update of the mean, so the shares are multiplied by `factor`. */
  async function lessons(from: Memory, record: EditRecord, factor: number): Promise<Prepared[]> {
    const example = { question: await from.question(record.edit), expected: record.edit.expected }
    const prepared: Prepared[] = []
    for (const { label, probe, nll, kl } of lessonsOf(record, config, isStrict)) {
      const question = await from.question(probe)
      const reading = await model.reading(counterfactualExample(model, example, question, probe.expected), weightNames)
      const base = (await from.baseAnswer(probe)).positions
      const { text, look } = await differences.between(example, { question, expected: probe.expected })
      prepared.push({ label, ...objective.mixed({ reading, text, ...(look ? { look } : {}), base: base.logits, nll: nll * factor, kl: kl * factor }) })
    }
    return prepared
  }

  /** Questions and pictures of several records, to be told apart. */
  async function pairs(from: Memory, records: readonly EditRecord[], factor: number): Promise<Prepared[]> {
    if (!tellsApart)
      return []
    const found = await differences.pairs(from, records)
    return (['text', 'look'] as const).flatMap((kind) => {
      const { near, far } = found[kind]
      return near.length > 0 && far.length > 0 ? [{ label: kind === 'text' ? 'questions' : 'pictures', ...objective.pairs(kind, near, far, config.scopeShare * factor) }] : []
    })
  }

  const isPair = (label: string): boolean => label === 'questions' || label === 'pictures'
  /** What a part came to, without its share. */
  const told = (label: string, values: Readonly<Record<string, number>>): Record<string, number> =>
    isPair(label) ? { [label]: values.pairs! } : { [label]: label.endsWith('Locality') ? values.kl! : values.nll!, [`${label}Score`]: values.score! }

  return {
    steps: () => steps,
    async next(signal) {
      throwIfAborted(signal)
      const { records } = memory
      const record = records[recordAt(order, steps, records.length)]!
      const several = Array.from({ length: config.scopeRecords }, (_, i) => records[recordAt(scopeOrder, steps * config.scopeRecords + i, records.length)]!)
      const count = lessonsOf(record, config, isStrict).length + (tellsApart ? 2 : 0)
      const parts = [...await lessons(memory, record, count), ...await pairs(memory, several, count)]
      throwIfAborted(signal)
      const losses: Record<string, number> = { total: 0 }
      // From here on nothing stops half-way.
      for (const { label, outputs, feeds } of parts) {
        const values = await learner.accumulate(outputs, feeds)
        model.runtime.meter.forward += Number(!isPair(label))
        model.runtime.meter.backward += Number(!isPair(label))
        losses.total! += values.total! / count
        Object.assign(losses, told(label, values))
      }
      if (parts.length > 0)
        await learner.update()
      steps++
      await yieldToEvents()
      return losses
    },
    async validate(signal) {
      const sums = new Map<string, { sum: number, count: number }>()
      const { records } = validation
      let total = 0
      const see = async ({ label, outputs, feeds }: Prepared, weight: number): Promise<void> => {
        const values = await learner.evaluate(outputs, feeds)
        model.runtime.meter.forward += Number(!isPair(label))
        total += values.total! * weight
        for (const [name, value] of Object.entries(told(label, values))) {
          const { sum, count } = sums.get(name) ?? { sum: 0, count: 0 }
          sums.set(name, { sum: sum + value, count: count + 1 })
        }
      }
      for (const record of records) {
        throwIfAborted(signal)
        for (const part of await lessons(validation, record, 1))
          await see(part, 1 / records.length)
        await yieldToEvents()
      }
      for (const part of await pairs(validation, records, 1))
        await see(part, 1)
      return { total, ...Object.fromEntries([...sums].map(([name, { sum, count }]) => [name, sum / count])) }
    },
    state() {
      const { tensors, metadata } = learner.state()
      return { tensors, metadata: { ...metadata, steps: String(steps) } }
    },
    editor: () => ({ tensors: learner.values(), metadata: { encoder: encoder.id, encoderWidth: String(encoder.width), compatibility: scope.compatibility, steps: String(steps) } }),
  }
}

interface Lesson { readonly label: string, readonly probe: Probe, readonly nll: number, readonly kl: number }

/** What of a record is asked; the share says what it is asked for. */
function lessonsOf(record: EditRecord, config: SeracTrainingConfig, isStrict: boolean): Lesson[] {
  const of = (label: string, kind: ProbeKind, nll: number, kl: number): Lesson[] =>
    (record.probes[kind] ?? []).slice(0, 1).map(probe => ({ label, probe, nll, kl }))
  return [
    { label: 'own', probe: record.edit, nll: config.ownShare, kl: 0 },
    ...of('edit', 'textRephrase', config.editShare, 0),
    ...of('imageEdit', 'imageRephrase', config.imageEditShare, 0),
    ...of('textLocality', 'unrelatedText', 0, config.localityShare),
    ...of('imageLocality', 'unrelatedImage', 0, isStrict && config.imageLocality ? config.localityShare : 0),
  ].filter(({ probe, nll, kl }) => probe.expected.trim() !== '' && nll + kl > 0)
}
