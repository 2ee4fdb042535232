// LoRA: the same two steps as PyTorch, factors merged into the weights, and a plain word about what is no matrix.
import { afterAll, describe, expect, it } from 'vitest'
import { createJob } from '../../../src/main/base/job.ts'
import { createRandom } from '../../../src/main/base/random.ts'
import { teacherForced } from '../../../src/main/metrics/masked-accuracy.ts'
import { lora } from '../../../src/main/methods/lora.ts'
import { weight } from '../../../src/main/tensor/expr.ts'
import { adam } from '../../../src/main/training/adam.ts'
import { lowRank, nameOfA, nameOfB } from '../../../src/main/training/low-rank.ts'
import { trainSteps } from '../../../src/main/training/train.ts'
import reference from '../../fixtures/methods/fine-tune/steps.json' with { type: 'json' }
import { linearModel, noMemory } from './linear-model.ts'

const model = linearModel()
afterAll(() => model.dispose())
const example = { question: { prompt: '?', form: 'plain' as const }, expected: 'cb' }
const expectClose = (actual: Iterable<number>, wanted: readonly number[]): void =>
  [...actual].forEach((value, i) => expect(Math.abs(value - wanted[i]!), `element ${i}: ${value} against ${wanted[i]}`).toBeLessThan(1e-5))

describe('the factors', () => {
  it('take two of PyTorch\'s steps', async () => {
    const { rank, alpha, learningRate, a, losses, trainedA, trainedB, merged } = reference.lora
    const problem = await model.problem([example], ['text'])
    const factored = lowRank(problem, { rank, alpha, random: createRandom(0) })
    const weights = factored.problem.weights.map(w => w.name === nameOfA('text') ? { ...w, value: Float32Array.from(a) } : w)
    const result = await trainSteps(model.runtime, { ...factored.problem, weights }, {
      optimizer: adam(), learningRate, steps: 3, onStep: step => step === 3 ? 'stop' : undefined,
    })
    expectClose(result.losses, losses)
    expectClose(result.weights.get(nameOfA('text'))!, trainedA)
    expectClose(result.weights.get(nameOfB('text'))!, trainedB)
    expectClose(factored.merge(result.weights).get('text')!, merged)
  })

  it('share their expression among examples of one kind', async () => {
    const [one, two] = await Promise.all(['cb', 'a'].map(async expected =>
      lowRank(await model.problem([{ ...example, expected }], ['text']), { rank: 2, alpha: 4, random: createRandom(1) })))
    expect(one!.problem.loss).toBe(two!.problem.loss)
  })

  it('have no more rows than the matrix', async () => {
    const { problem } = lowRank(await model.problem([example], ['text']), { rank: 64, alpha: 4, random: createRandom(1) })
    expect(problem.weights.map(({ leaf }) => leaf.shape)).toEqual([[4, 4], [6, 4]])
  })

  it('leave weights that are no matrices alone', async () => {
    const problem = await model.problem([example], ['text'])
    const bias = { name: 'bias', leaf: weight('bias', [6], { file: 'none', offset: 0, stored: 'float32', length: 24 }), value: new Float32Array(6) }
    const both = lowRank({ ...problem, weights: [...problem.weights, bias] }, { rank: 2, alpha: 4, random: createRandom(1) })
    expect(both.left).toEqual(['bias'])
    expect([...both.merge(new Map(both.problem.weights.map(w => [w.name, w.value]))).keys()]).toEqual(['text'])
    expect(() => lowRank({ ...problem, weights: [bias] }, { rank: 2, alpha: 4, random: createRandom(1) })).toThrow('None of the chosen weights (bias) is a matrix')
  })
})

describe('an edit', () => {
  const edit = (config: object, seed = 0) => lora.edit(model, [example], { config, scope: 'text', job: createJob({ seed }), memory: noMemory })

  it('reaches the target by a change of the asked rank', async () => {
    const { model: edited, overlay, losses } = await edit({ learningRate: 0.05, loraRank: 1 })
    const forced = teacherForced(await edited.answer(example.question, example.expected))!
    expect(forced.exactMatch).toBe(1)
    // The merged weights answer as the factored ones did in training.
    expect(forced.nll).toBeCloseTo(losses.at(-1)!, 5)
    const start = await model.readWeight('text')
    const change = overlay.get('text')!.map((value, i) => value - start[i]!)
    const [first, other] = [0, 1].map(row => change.slice(row * 4, row * 4 + 4)) as [Float32Array, Float32Array]
    const cosine = first.reduce((sum, v, i) => sum + v * other[i]!, 0) / (Math.hypot(...first) * Math.hypot(...other))
    expect(Math.abs(cosine)).toBeCloseTo(1, 4)
  })

  it('depends on the seed alone', async () => {
    const config = { stopWhenEdited: false, steps: 3 }
    expect((await edit(config)).overlay).toEqual((await edit(config)).overlay)
    expect((await edit(config)).overlay).not.toEqual((await edit(config, 1)).overlay)
  })
})
