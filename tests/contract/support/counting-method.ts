// A method whose training is a number that follows from seed and step alone: whatever happens to its program, every line is known in advance.
import { z } from 'zod'
import { delay } from '../../../src/main/base/async.ts'
import { createRandom } from '../../../src/main/base/random.ts'
import type { Method, Trainer, TrainingConfig, TrainingOptions } from '../../../src/main/methods/method.ts'
import type { Model } from '../../../src/main/models/model.ts'
import type { TensorFile } from '../../../src/main/models/tensor-file.ts'

/** Adds a drawn number at every step; the loss is what was drawn, the validation falls and rises again. */
export function countingTrainer({ job, resume, validation }: Pick<TrainingOptions<unknown>, 'job' | 'resume' | 'validation'>, paceMs = 0, keeps?: Trainer['keeps']): Trainer {
  const value = Float32Array.from(resume?.tensors.get('value')?.data ?? [0])
  let steps = Number(resume?.metadata['steps'] ?? 0)
  const file = (): TensorFile => ({ tensors: new Map([['value', { shape: [1], data: Float32Array.from(value) }]]), metadata: { steps: String(steps) } })
  return {
    ...(keeps ? { keeps } : {}),
    steps: () => steps,
    async next(signal) {
      await delay(paceMs, signal)
      const drawn = createRandom(job.seed).fork(`step ${steps}`).next()
      value[0]! += drawn
      steps++
      return { total: drawn, ...(steps % 2 === 0 ? { even: steps } : {}) }
    },
    validate: () => Promise.resolve({ total: Math.abs(steps - 30) + validation.records.length / 100 }),
    state: file,
    editor: file,
  }
}

/** Under the id that the plan names. */
export const countingMethod = (id: string, paceMs = 0): Method => ({
  id,
  label: 'Counting',
  paper: '',
  summary: '',
  config: z.looseObject({}),
  supports: () => true,
  batch: true,
  chain: true,
  training: {
    config: z.looseObject({}) as unknown as z.ZodType<TrainingConfig>,
    start: (_model: Model, options) => Promise.resolve(countingTrainer(options, paceMs)),
  },
  edit: () => Promise.reject(new Error('Nothing is edited here.')),
})
