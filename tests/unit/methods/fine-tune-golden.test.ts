// Fine-tuning the tiny BLIP-2 gives PyTorch's losses, step by step (make-golden.py writes them).
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { createJob } from '../../../src/main/base/job.ts'
import { fineTune } from '../../../src/main/methods/fine-tune.ts'
import type { Model, Scope } from '../../../src/main/models/model.ts'
import { openTiny, resolveImage } from '../../conformance/tiny-model.ts'
import { noMemory } from './linear-model.ts'
import golden from './fine-tune-golden.json' with { type: 'json' }

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 })

let model: Model
beforeAll(async () => {
  model = await openTiny()
})
afterAll(() => model?.dispose())

it.each(golden.cases)('$scope with $optimizer', async ({ scope, optimizer, losses }) => {
  const { learningRate, steps, weightDecay, question, answer, image } = golden
  const example = { question: { prompt: question, form: 'question' as const, image: resolveImage({ path: image }) }, expected: answer }
  const config = { optimizer, learningRate, steps, weightDecay, stopWhenEdited: false }
  const edit = await fineTune.edit(model, [example], { config, scope: scope as Scope, job: createJob(), memory: noMemory })
  expect(edit.losses).toHaveLength(losses.length)
  // Adam divides by the gradient's own size, which magnifies fp32 rounding where gradients are tiny; another CPU may add some; here it is below 1e-5.
  losses.forEach((loss, step) => expect(Math.abs(edit.losses[step]! - loss) / loss, `step ${step + 1}: ${edit.losses[step]} against ${loss}`).toBeLessThan(1e-4))
})
