// FT-L: two steps that leave the box and are put back into it, as PyTorch does them; unlike fine-tuning it is bounded by default.
import { afterAll, expect, it } from 'vitest'
import { createJob } from '../../../src/main/base/job.ts'
import { fineTuneL } from '../../../src/main/methods/fine-tune-l.ts'
import reference from '../../fixtures/methods/fine-tune/steps.json' with { type: 'json' }
import { linearModel, noMemory } from './linear-model.ts'

const model = linearModel()
afterAll(() => model.dispose())
const example = { question: { prompt: '?', form: 'plain' as const }, expected: 'cb' }

it('takes two of PyTorch\'s steps', async () => {
  const { learningRate, radius, losses, weight } = reference.linf
  const config = { learningRate, radius, steps: 2, stopWhenEdited: false }
  const edit = await fineTuneL.edit(model, [example], { config, scope: 'text', job: createJob(), memory: noMemory })
  edit.losses.forEach((loss, i) => expect(loss).toBeCloseTo(losses[i]!, 5))
  edit.overlay.get('text')!.forEach((value, i) => expect(value).toBeCloseTo(weight[i]!, 5))
  const start = await model.readWeight('text')
  const furthest = Math.max(...edit.overlay.get('text')!.map((value, i) => Math.abs(value - start[i]!)))
  expect(furthest).toBeCloseTo(radius, 6)
})
