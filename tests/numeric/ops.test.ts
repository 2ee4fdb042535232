/** Every operator: its gradient against float64 central differences, its reference against the runtime. */

import { describe, expect, it } from 'vitest'
import { createRandom } from '../../src/main/base/random.ts'
import { openSession } from '../../src/main/onnx/session.ts'
import { ndarray } from '../../src/main/tensor/array.ts'
import { evaluate } from '../../src/main/tensor/evaluate.ts'
import { input, leavesOf } from '../../src/main/tensor/expr.ts'
import type { Expr } from '../../src/main/tensor/expr.ts'
import { ops } from '../../src/main/tensor/ops/index.ts'
import { gradients } from '../../src/main/tensor/vjp.ts'
import { float32Tolerance, gradientTolerance, largestDifference, numericGradient, toFeeds } from './check.ts'
import { compositions, samples } from './op-samples.ts'
import type { Sample } from './op-samples.ts'

const table: [string, () => Sample][] = [
  ...Object.entries(samples).flatMap(([id, all]) => all.map((make, i): [string, () => Sample] => [`${id} ${i + 1}`, make])),
  ...Object.entries(compositions),
]

/** Float leaves the sample can be differentiated by; truth values and indices have no gradient. */
function targetsOf({ y }: Sample): Expr[] {
  const throughNone = (x: Expr): boolean => x.op.vjp === 'none' && !x.leaf
  const reaches = (x: Expr, leaf: Expr): boolean => x === leaf || (!throughNone(x) && x.inputs.some(i => reaches(i, leaf)))
  return [...leavesOf([y]).values()].filter(leaf => leaf.dtype === 'float32' && reaches(y, leaf))
}

function withGradients(sample: Sample): { outputs: Record<string, Expr>, feeds: Sample['feeds'], targets: Expr[] } {
  const targets = targetsOf(sample)
  const random = createRandom(7)
  const [value] = evaluate([sample.y], sample.feeds)
  const seed = ndarray(value!.shape, Float32Array.from(value!.data, () => random.normal()))
  const dTargets = gradients(sample.y, targets, input('seed', 'float32', sample.y.shape))
  return {
    outputs: { y: sample.y, ...Object.fromEntries(dTargets.map((d, i) => [`d ${i}`, d])) },
    feeds: { ...sample.feeds, seed },
    targets,
  }
}

it('every operator has an id equal to its name', () => {
  for (const [name, op] of Object.entries(ops))
    expect(op.id).toBe(name)
})

describe.each(table)('%s', (name, make) => {
  it('has the gradient that finite differences give', () => {
    const sample = make()
    const { outputs, feeds, targets } = withGradients(sample)
    if (name.startsWith('StopGradient')) {
      // y = stop(x)·x: the first factor counts as a constant, so dy/dx = x, not 2x.
      const [d] = evaluate([outputs['d 0']!, sample.y], feeds)
      expect(largestDifference(d!.data, feeds.x!.data.map((v, i) => v * feeds.seed!.data[i]!))).toBeLessThan(gradientTolerance)
      return
    }
    targets.forEach((target, i) => {
      const leafName = target.leaf?.kind === 'input' ? target.leaf.name : ''
      // The sample is evaluated too: its inputs say how large the named sizes are.
      const [d] = evaluate([outputs[`d ${i}`]!, sample.y], feeds)
      const expected = numericGradient(sample.y, feeds.seed!, sample.feeds, leafName)
      expect(d!.shape).toEqual(expected.shape)
      expect(largestDifference(d!.data, expected.data), `gradient of ${leafName}`).toBeLessThan(gradientTolerance)
    })
  })

  it('gives the same numbers in the runtime, forward and backward', async () => {
    const { outputs, feeds } = withGradients(make())
    const session = await openSession(outputs, { threads: 1 })
    const results = await session.run(toFeeds(Object.values(outputs), feeds))
    const expected = evaluate(Object.values(outputs), feeds)
    Object.keys(outputs).forEach((key, i) => {
      expect(results[key]!.shape, key).toEqual(expected[i]!.shape)
      expect(largestDifference(Array.from(results[key]!.data, Number), expected[i]!.data), key).toBeLessThan(float32Tolerance)
    })
    await session.dispose()
  })
})
