/**
 * The same graphs on webgpu as on cpu, forward and backward. Without a GPU this runs on SwiftShader, which comes with
 * Debian's chromium; where there is neither, the suite is skipped and its name says why.
 */

import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { messageOf } from '../../src/main/base/errors.ts'
import { encode } from '../../src/main/onnx/encode.ts'
import { probe } from '../../src/main/onnx/probe.ts'
import { largestDifference as relativeDifference, selfTest } from '../../src/main/onnx/self-test.ts'
import { openEncoded, openSession } from '../../src/main/onnx/session.ts'
import { float32 } from '../../src/main/onnx/tensor-value.ts'
import { input, leavesOf } from '../../src/main/tensor/expr.ts'
import type { Expr } from '../../src/main/tensor/expr.ts'
import { tanh } from '../../src/main/tensor/ops/elementwise.ts'
import { gradients } from '../../src/main/tensor/vjp.ts'
import { float32Tolerance, largestDifference, toFeeds } from './check.ts'
import { compositions, samples } from './op-samples.ts'
import type { Sample } from './op-samples.ts'
import { evaluate } from '../../src/main/tensor/evaluate.ts'

const software = ['/usr/lib/chromium/vk_swiftshader_icd.json', '/usr/lib/chromium-browser/vk_swiftshader_icd.json'].find(path => existsSync(path))
if (software !== undefined && process.env.VK_ICD_FILENAMES === undefined)
  process.env.VK_ICD_FILENAMES = software

/** Why webgpu cannot be used here, found out in another process: a driver that is missing may end its process. */
async function whyNot(): Promise<string | undefined> {
  const feeds = { x: float32([1], [1]) }
  try {
    await probe('webgpu', { graph: encode({ y: tanh(input('x', 'float32', ['n'])) }), feeds, timingFeeds: feeds, factor: 1 }, 60_000)
    return undefined
  }
  catch (error) {
    return messageOf(error)
  }
}
const reason = await whyNot()

/** One sample of every operator; further ones differ in shapes, which cpu tests cover. */
const table: [string, () => Sample][] = [
  ...Object.entries(samples).map(([id, all]): [string, () => Sample] => [id, all[all.length - 1]!]),
  ...Object.entries(compositions),
]

/** The sample and the gradients of the sum of its squares. */
function outputsOf({ y }: Sample): Record<string, Expr> {
  const targets = [...leavesOf([y]).values()].filter(leaf => leaf.dtype === 'float32')
  try {
    return { y, ...Object.fromEntries(gradients(y, targets, y).map((d, i) => [`d ${i}`, d])) }
  }
  catch {
    return { y } // a comparison or an index: no gradient, which the cpu suite checks
  }
}

describe.skipIf(reason !== undefined)(reason === undefined ? 'webgpu' : `webgpu (skipped: ${reason})`, () => {
  it.each(table)('%s', async (_name, make) => {
    const sample = make()
    const outputs = outputsOf(sample)
    const session = await openSession(outputs, { provider: 'webgpu' })
    const results = await session.run(toFeeds(Object.values(outputs), sample.feeds))
    const expected = evaluate(Object.values(outputs), sample.feeds)
    Object.keys(outputs).forEach((key, i) => {
      expect(results[key]!.shape, key).toEqual(expected[i]!.shape)
      expect(largestDifference(Array.from(results[key]!.data, Number), expected[i]!.data), key).toBeLessThan(10 * float32Tolerance)
    })
    await session.dispose()
  }, 300_000)

  it('computes a transformer block and its gradients like cpu', async () => {
    const { graph, feeds } = selfTest()
    const [here, there] = [await openEncoded(graph), await openEncoded(graph, { provider: 'webgpu' })]
    const results = await there.run(feeds)
    const floats = Object.fromEntries(Object.entries(results).map(([name, { data }]) => [name, data as Float32Array]))
    expect(relativeDifference(floats, await here.run(feeds))).toBeLessThan(1e-5)
    await Promise.all([here.dispose(), there.dispose()])
  }, 300_000)
})

