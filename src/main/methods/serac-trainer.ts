// Training SERAC (spec §3.5): the mixture answers rephrased questions with the edit and all other questions as the base model does.
import { throwIfAborted, yieldToEvents } from '../base/async.ts'
import type { EditRecord, Probe, ProbeKind } from '../../preload/contract/records.ts'
import type { Example, Model } from '../models/model.ts'
import type { TextEncoder } from '../models/text-encoder.ts'
import { adam } from '../training/adam.ts'
import { createLearner } from '../training/learner.ts'
import { recordAt } from '../training/order.ts'
import type { Memory, Trainer, TrainingConfig, TrainingOptions } from './method.ts'
import { createObjective } from './serac-objective.ts'
import type { Feeds, Outputs } from './serac-objective.ts'
import { counterfactualWeights, initialParameters } from './serac-network.ts'
import { counterfactualExample } from './serac-answerer.ts'
import { encoderFor, lookOf, scopeText } from './serac-scope.ts'
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
  readonly pictureShare: number
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
  const encoder = await encoderFor(model, scope)
  const usesPictures = isStrict && (scope.imageScope || config.pictureShare > 0)
  const weights = counterfactualWeights(model, config.layers, config.trainProjection)
  const parameters = await initialParameters(model, weights, {
    random: job.random.fork('serac'),
    rank: config.rank,
    ...await typicalDifferences(model, encoder, scope, memory, usesPictures),
    trainsScale: isStrict,
  })
  const learner = createLearner(model.runtime, parameters, {
    optimizer: adam(),
    learningRate: config.learningRate,
    gradientClip: config.gradientClip,
    rates: Object.fromEntries([...parameters.keys()].filter(name => name.startsWith('scope.')).map(name => [name, config.scopeRate])),
  })
  if (resume)
    learner.restore(resume)
  let steps = Number(resume?.metadata.steps ?? 0)
  const weightNames = weights.map(({ name }) => name)
  const objective = createObjective(learner, weightNames, scope.imageScope)
  const order = job.random.fork('serac order')

  /** Everything one record teaches, shares multiplied by `factor`. `other` is a record whose picture is another one. */
  async function prepare(from: Memory, record: EditRecord, other: EditRecord, factor: (count: number) => number): Promise<Prepared[]> {
    const example = { question: await from.question(record.edit), expected: record.edit.expected }
    const cached = await encoder.embed(scopeText(model, example.question, example.expected, scope))
    const lessons = lessonsOf(record, config, isStrict)
    const isTold = isStrict && config.pictureShare > 0
    const pictures = isTold ? await picturePairs(model, from, record, other) : undefined
    const share = factor(lessons.length + (pictures ? 1 : 0))
    const prepared: Prepared[] = []
    for (const { label, probe, nll, kl } of lessons) {
      const question = await from.question(probe)
      const reading = await model.reading(counterfactualExample(model, example, question, probe.expected), weightNames)
      const base = (await from.baseAnswer(probe)).positions
      if (base.rows !== reading.tokens)
        continue
      const look = scope.imageScope && example.question.image && question.image
        ? difference(await lookOf(model, example.question.image), await lookOf(model, question.image))
        : undefined
      const text = difference(cached, await encoder.embed(scopeText(model, question, probe.expected, scope)))
      prepared.push({ label, ...objective.mixed({ reading, text, ...(look ? { look } : {}), base: base.logits, nll: nll * share, kl: kl * share }) })
    }
    if (pictures)
      prepared.push({ label: 'pictures', ...objective.pictures(pictures.near, pictures.far, config.pictureShare * share) })
    return prepared
  }

  /** Reported: the total as the record's own, and what each lesson came to, without its share. */
  const told = (label: string, values: Readonly<Record<string, number>>): Record<string, number> =>
    label === 'pictures' ? { pictures: values.pictures! } : { [label]: label.endsWith('Locality') ? values.kl! : values.nll!, [`${label}Score`]: values.score! }

  return {
    steps: () => steps,
    async next(signal) {
      throwIfAborted(signal)
      const index = recordAt(order, steps, memory.records.length)
      const other = memory.records[(index + 1 + job.random.fork(`other ${steps}`).below(Math.max(1, memory.records.length - 1))) % memory.records.length]!
      const lessons = await prepare(memory, memory.records[index]!, other, count => count)
      throwIfAborted(signal)
      const losses: Record<string, number> = { total: 0 }
      // From here on nothing stops half-way.
      for (const { label, outputs, feeds } of lessons) {
        const values = await learner.accumulate(outputs, feeds)
        if (label !== 'pictures') {
          model.runtime.meter.forward++
          model.runtime.meter.backward++
        }
        losses.total! += values.total! / lessons.length
        Object.assign(losses, told(label, values))
      }
      if (lessons.length > 0)
        await learner.update()
      steps++
      await yieldToEvents()
      return losses
    },
    async validate(signal) {
      const sums = new Map<string, { sum: number, count: number }>()
      const note = (name: string, value: number): void => {
        const { sum, count } = sums.get(name) ?? { sum: 0, count: 0 }
        sums.set(name, { sum: sum + value, count: count + 1 })
      }
      const { records } = validation
      for (const [i, record] of records.entries()) {
        throwIfAborted(signal)
        let total = 0
        for (const { label, outputs, feeds } of await prepare(validation, record, records[(i + 1) % records.length]!, () => 1)) {
          const values = await learner.evaluate(outputs, feeds)
          model.runtime.meter.forward += Number(label !== 'pictures')
          total += values.total!
          Object.entries(told(label, values)).forEach(([name, value]) => note(name, value))
        }
        note('total', total)
        await yieldToEvents()
      }
      return Object.fromEntries([...sums].map(([name, { sum, count }]) => [name, sum / count]))
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

const difference = (a: Float32Array, b: Float32Array): Float32Array => a.map((v, i) => v - b[i]!)

/** The edit's picture beside its rephrase, and beside pictures of something else. */
async function picturePairs(model: Model, from: Memory, record: EditRecord, other: EditRecord): Promise<{ near: Float32Array[], far: Float32Array[] } | undefined> {
  if (!record.edit.image)
    return undefined
  const lookAt = async (probe: Probe): Promise<Float32Array[]> => probe.image ? [await lookOf(model, (await from.question(probe)).image!)] : []
  const [own] = await lookAt(record.edit) as [Float32Array]
  const beside = async (probes: readonly Probe[]): Promise<Float32Array[]> => (await Promise.all(probes.map(lookAt))).flat().map(v => difference(own, v))
  const near = await beside((record.probes.imageRephrase ?? []).slice(0, 1))
  const isSame = other.edit.image?.root === record.edit.image.root && other.edit.image.path === record.edit.image.path
  const far = await beside([...(record.probes.unrelatedImage ?? []).slice(0, 1), ...(isSame ? [] : [other.edit])])
  return near.length > 0 && far.length > 0 ? { near, far } : undefined
}

/** Differences of texts and pictures of neighbouring records, to choose the size of the projections by. */
async function typicalDifferences(model: Model, encoder: TextEncoder, scope: ScopeConfig, memory: Memory, usesPictures: boolean): Promise<{ textDifferences: Float32Array[], lookDifferences: Float32Array[] }> {
  const textDifferences: Float32Array[] = []
  const lookDifferences: Float32Array[] = []
  for (const record of memory.records.slice(0, 64)) {
    const example: Example = { question: await memory.question(record.edit), expected: record.edit.expected }
    const text = await encoder.embed(scopeText(model, example.question, example.expected, scope))
    for (const probe of [...record.probes.unrelatedText ?? [], ...record.probes.unrelatedImage ?? []]) {
      const question = await memory.question(probe)
      textDifferences.push(difference(text, await encoder.embed(scopeText(model, question, probe.expected, scope))))
      if (usesPictures && question.image && example.question.image)
        lookDifferences.push(difference(await lookOf(model, example.question.image), await lookOf(model, question.image)))
    }
  }
  if (textDifferences.length === 0)
    throw new Error('No train record has an unrelated question, so SERAC cannot learn what is out of scope. Choose a dataset with locality probes.')
  return { textDifferences, lookDifferences }
}
