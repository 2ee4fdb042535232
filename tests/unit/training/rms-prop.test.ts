// RMSprop and the multiplier step by step against torch.optim (tests/fixtures/methods/ke/ke.py).
import { afterAll, describe, expect, it } from 'vitest'
import { createRuntime } from '../../../src/main/onnx/runtime.ts'
import { input } from '../../../src/main/tensor/expr.ts'
import { mul } from '../../../src/main/tensor/ops/elementwise.ts'
import { reduceSum } from '../../../src/main/tensor/ops/reduction.ts'
import { createLearner } from '../../../src/main/training/learner.ts'
import { createMultiplier, multiplierState } from '../../../src/main/training/multiplier.ts'
import { rmsProp } from '../../../src/main/training/rms-prop.ts'
import golden from '../../fixtures/methods/ke/ke.json' with { type: 'json' }

const runtime = createRuntime({ threads: 1 })
afterAll(() => runtime.dispose())

it.each([['centered', true], ['plain', false]] as const)('takes the %s steps of torch', async (name, centered) => {
  const start = new Map([['w', { shape: [3], data: Float32Array.of(0.5, -1, 2) }]])
  const learner = createLearner(runtime, start, { optimizer: rmsProp({ centered }), learningRate: 0.01, gradientClip: 1e9 })
  // A loss whose gradient is the fed one.
  const outputs = { total: reduceSum(mul(learner.leaves.w!, input('g', 'float32', [3]))) }
  for (const [step, g] of golden.rmsProp.steps.entries()) {
    await learner.accumulate(outputs, { g: { data: Float32Array.from(g), dims: [3] } })
    await learner.update()
    golden.rmsProp[name][step]!.forEach((value, i) => expect(learner.values().get('w')!.data[i], `step ${step}`).toBeCloseTo(value, 5))
  }
})

describe('the multiplier', () => {
  const options = { rate: golden.alphaRate, margin: 0.5, shrink: 0.5, smallestMargin: 0.2, window: 2, enough: 0.9 }

  it('takes torch\'s steps and stays above zero', () => {
    const multiplier = createMultiplier({ ...options, window: 100 })
    const alphas = golden.ascent.excesses.map((excess) => {
      multiplier.update(options.margin + excess, 0)
      return multiplier.alpha()
    })
    golden.ascent.alphas.forEach((alpha, i) => expect(alphas[i]).toBeCloseTo(alpha, 4))
    expect(Math.min(...alphas)).toBe(0)
  })

  it('shrinks the margin only while edits succeed, and not below the smallest', () => {
    const multiplier = createMultiplier(options)
    const after = (...successes: number[]): number => {
      successes.forEach(success => multiplier.update(0, success))
      return multiplier.margin()
    }
    expect(after(1)).toBe(0.5)
    expect(after(0)).toBe(0.5)
    expect(after(1, 1)).toBe(0.25)
    expect(after(1, 1)).toBeCloseTo(0.2)
  })

  it('goes on from its state as if nothing had happened', () => {
    const [whole, first] = [createMultiplier(options), createMultiplier(options)]
    whole.update(0.7, 1)
    first.update(0.7, 1)
    const second = createMultiplier(options)
    second.restore({ tensors: new Map([[multiplierState, first.state()]]), metadata: {} })
    whole.update(0.3, 1)
    second.update(0.3, 1)
    expect([second.alpha(), second.margin()]).toEqual([whole.alpha(), whole.margin()])
    expect(() => second.restore({ tensors: new Map(), metadata: {} })).toThrow('no \'multiplier\'')
  })
})
