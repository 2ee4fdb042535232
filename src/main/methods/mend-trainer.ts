// Trains MEND's networks: one record's probes in one graph an iteration, Adam on the gradients of a few iterations (spec §3.1, §3.4).
import type { EditRecord } from '../../preload/contract/records.ts'
import { throwIfAborted, yieldToEvents } from '../base/async.ts'
import type { Trainer, TrainingOptions } from './method.ts'
import type { Model, WeightInfo } from '../models/model.ts'
import type { NamedTensor, TensorFile } from '../models/tensor-file.ts'
import { adam } from '../training/adam.ts'
import type { AnswerLoss } from '../training/factors.ts'
import { EDIT_RATES } from '../training/gradient-transform.ts'
import { createLearner } from '../training/learner.ts'
import { describeNetwork, factorFeeds, initialValues, mendNetwork, noStatistics, shapesOf, statisticsFrom, statisticsTensors, updates } from '../training/mend-network.ts'
import { createFeatureStore } from './feature-store.ts'
import { bytesOf, metaFeatures } from './mend-features.ts'
import type { MetaFeatures } from './mend-features.ts'
import { askedSlots, createObjective } from './mend-objective.ts'
import type { SlotWeights } from './mend-objective.ts'
import { recordAt } from '../training/order.ts'

export interface MendTraining {
  readonly learningRate: number
  /** Of the edit rates α. */
  readonly rateLearningRate: number
  readonly editRate: number
  readonly gradientClip: number
  readonly accumulate: number
  readonly rank: number
  readonly hiddenLayers: number
  readonly slots: SlotWeights
  readonly answerLoss: AnswerLoss
  readonly validationRecords: number
  /** As EasyEdit: statistics begin anew when resumed, and the last editor is kept, not the best. */
  readonly likeEasyEdit: boolean
  /** Most bytes of records' features kept between epochs. */
  readonly cacheBytes: number
}

export async function startMendTraining(model: Model, matrices: readonly WeightInfo[], settings: MendTraining, options: Pick<TrainingOptions<unknown>, 'job' | 'memory' | 'validation' | 'resume'>): Promise<Trainer> {
  const { job, memory, validation, resume } = options
  const network = mendNetwork(matrices, settings, settings.answerLoss)
  const learner = createLearner(model.runtime, initialValues(network, settings.editRate, job.random.fork('networks')), {
    optimizer: adam(),
    learningRate: settings.learningRate,
    gradientClip: settings.gradientClip,
    rates: { [EDIT_RATES]: settings.rateLearningRate / settings.learningRate },
  })
  const order = job.random.fork('order')
  const objective = createObjective(settings.slots, settings.answerLoss, updates(network, learner.leaves))
  const store = createFeatureStore(settings.cacheBytes, (from, record, signal) =>
    metaFeatures(model, from, record, { weights: network.matrices, slots: askedSlots(settings.slots), answerLoss: settings.answerLoss }, signal), bytesOf)
  const checked = validation.records.slice(0, settings.validationRecords)
  let statistics = noStatistics(network)
  let steps = 0
  if (resume) {
    learner.restore(resume)
    steps = Number(resume.metadata.iterations)
    statistics = settings.likeEasyEdit ? statistics : statisticsFrom(resume, network)
  }

  const feedsOf = (features: MetaFeatures, learns: boolean): ReturnType<typeof factorFeeds> => {
    const { feeds, statistics: next } = factorFeeds(network, features.factors, statistics, learns)
    return { feeds: { ...objective.feeds(features), ...feeds }, statistics: next }
  }

  async function evaluate(record: EditRecord, signal: AbortSignal): Promise<Record<string, number>> {
    const features = await store.of(validation, record, signal)
    model.runtime.meter.forward += features.readings.size
    // Before the first step there are no statistics but the record's own.
    return learner.evaluate(objective.outputs(features), feedsOf(features, steps === 0).feeds)
  }

  const file = (tensors: Iterable<readonly [string, NamedTensor]>, metadata: Record<string, string> = {}): TensorFile =>
    ({ tensors: new Map([...tensors, ...statisticsTensors(network, statistics)]), metadata: { ...describeNetwork(network), ...metadata } })

  return {
    keeps: settings.likeEasyEdit ? 'last' : 'best',
    steps: () => steps,
    async next(signal) {
      await yieldToEvents()
      throwIfAborted(signal)
      const record = memory.records[recordAt(order, steps, memory.records.length)]!
      const features = await store.of(memory, record, signal)
      throwIfAborted(signal)
      const { feeds, statistics: after } = feedsOf(features, true)
      const losses = await learner.accumulate(objective.outputs(features), feeds)
      model.runtime.meter.forward += features.readings.size
      model.runtime.meter.backward += features.readings.size
      statistics = after
      steps++
      if (steps % settings.accumulate === 0)
        await learner.update()
      return losses as Record<string, number> & { total: number }
    },
    async validate(signal) {
      const sums: Record<string, number> = {}
      for (const record of checked) {
        await yieldToEvents()
        throwIfAborted(signal)
        for (const [name, value] of Object.entries(await evaluate(record, signal)))
          sums[name] = (sums[name] ?? 0) + value / checked.length
      }
      return sums
    },
    state() {
      const { tensors, metadata } = learner.state()
      return file(tensors, { ...metadata, iterations: String(steps) })
    },
    editor: () => file([...learner.values()].filter(([name]) => shapesOf(network).has(name))),
  }
}
