import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { encode } from '../../../src/main/onnx/encode.ts'
import { createRuntime } from '../../../src/main/onnx/runtime.ts'
import { openSession } from '../../../src/main/onnx/session.ts'
import { bool, float32, floatsOf, int64, numbersOf, scalar } from '../../../src/main/onnx/tensor-value.ts'
import { input, weight } from '../../../src/main/tensor/expr.ts'
import type { StoredDType } from '../../../src/main/tensor/expr.ts'
import { add, mul, relu, where } from '../../../src/main/tensor/ops/elementwise.ts'
import { concat, expand, reshape, transpose } from '../../../src/main/tensor/ops/movement.ts'
import { linear } from '../../../src/main/tensor/ops/product.ts'
import { reduceSum } from '../../../src/main/tensor/ops/reduction.ts'

const values = Float32Array.of(1, -2, 0.5, 4, 3, -0.25)
/** 1, -2, 0.5, 4, 3, -0.25 as IEEE half and as the upper half of float32. */
const halves = Uint16Array.of(0x3C00, 0xC000, 0x3800, 0x4400, 0x4200, 0xB400)
const brains = Uint16Array.from(new Uint32Array(values.buffer), bits => bits >>> 16)

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mmedit-session-'))
  // A header of odd length: real tensors rarely start where a page or even a word does.
  const header = Buffer.alloc(8)
  await writeFile(join(folder, 'a.safetensors'), Buffer.concat([header, Buffer.from(values.buffer)]))
  await writeFile(join(folder, 'b.safetensors'), Buffer.concat([Buffer.from(halves.buffer), Buffer.from(brains.buffer)]))
})
afterAll(() => rm(folder, { recursive: true }))

const x = input('x', 'float32', ['rows', 3])
const stored: Record<StoredDType, { file: string, offset: number, length: number }> = {
  float32: { file: 'a.safetensors', offset: 8, length: 24 },
  float16: { file: 'b.safetensors', offset: 0, length: 12 },
  bfloat16: { file: 'b.safetensors', offset: 12, length: 12 },
}
const matrix = (type: StoredDType, name = 'w'): ReturnType<typeof weight> => weight(name, [2, 3], { ...stored[type], stored: type })

describe('openSession', () => {
  it.each(Object.keys(stored) as StoredDType[])('computes with %s weights where they lie in the file', async (type) => {
    const session = await openSession({ y: linear(x, matrix(type)) }, { checkpointFolder: folder })
    const { y } = await session.run({ x: float32([1, 1, 1, 2, 0, 0], [2, 3]) })
    expect(numbersOf(y!)).toEqual([-0.5, 6.75, 2, 8])
    await session.dispose()
  })

  it('reads weights of one graph from several files', async () => {
    const session = await openSession({ y: linear(linear(x, matrix('float32', 'u')), transpose(matrix('float16', 'v'))) }, { checkpointFolder: folder })
    const { y } = await session.run({ x: float32([1, 1, 1], [1, 3]) })
    expect(numbersOf(y!)).toEqual([-0.5 * 1 + 6.75 * 4, -0.5 * -2 + 6.75 * 3, -0.5 * 0.5 + 6.75 * -0.25])
    await session.dispose()
  })

  it('takes edited weights as inputs, in float32 whatever the file holds', async () => {
    const session = await openSession({ y: linear(x, matrix('float16')) }, { checkpointFolder: folder, edited: new Set(['w']) })
    expect([...session.inputs.keys()].sort()).toEqual(['w', 'x'])
    const { y } = await session.run({ x: float32([1, 0, 0], [1, 3]), w: float32([7, 0, 0, 9, 0, 0], [2, 3]) })
    expect(numbersOf(y!)).toEqual([7, 9])
    await session.dispose()
  })

  it('runs one graph at several sizes', async () => {
    const a = input('a', 'float32', ['batch', 'tokens', 2])
    const b = input('b', 'float32', ['batch', 'more', 2])
    const both = concat([a, b], 1) // [batch, tokens + more, 2]
    const y = add(reshape(both, [-1, 2]), reduceSum(expand(input('one', 'float32', []), ['batch', 'tokens'])))
    const session = await openSession({ y, z: mul(transpose(both), 2) })
    for (const [batch, tokens, more] of [[1, 2, 1], [3, 4, 5]] as const) {
      const feeds = { a: float32(new Float32Array(batch * tokens * 2).fill(1), [batch, tokens, 2]), b: float32(new Float32Array(batch * more * 2), [batch, more, 2]), one: scalar(1) }
      const result = await session.run(feeds)
      expect(result.y!.shape).toEqual([batch * (tokens + more), 2])
      expect(result.z!.shape).toEqual([batch, 2, tokens + more])
      expect(numbersOf(result.y!).slice(0, 2)).toEqual([1 + batch * tokens, 1 + batch * tokens])
    }
    await session.dispose()
  })

  it('reads a size off a sum and off a product', async () => {
    const a = input('a', 'float32', ['tokens+32'])
    const b = input('b', 'float32', ['2*batch*tokens'])
    const session = await openSession({ y: expand(input('one', 'float32', []), ['batch', 'tokens']), ra: relu(a), rb: relu(b) })
    const { y } = await session.run({ a: float32(new Float32Array(35)), b: float32(new Float32Array(12)), one: scalar(1) })
    expect(y!.shape).toEqual([2, 3])
    await session.dispose()
  })

  it('handles a leaf as an output and one value under two names', async () => {
    const y = relu(x)
    const session = await openSession({ same: x, first: y, second: y })
    const result = await session.run({ x: float32([-1, 2, 3], [1, 3]) })
    expect(numbersOf(result.same!)).toEqual([-1, 2, 3])
    expect(numbersOf(result.first!)).toEqual([0, 2, 3])
    expect(numbersOf(result.second!)).toEqual([0, 2, 3])
    await session.dispose()
  })

  it('feeds truth values and whole numbers', async () => {
    const y = where(input('c', 'bool', ['n']), input('a', 'int64', ['n']), input('b', 'int64', ['n']))
    const session = await openSession({ y })
    const result = await session.run({ c: bool([true, false]), a: int64([1, 2]), b: int64([3, 4]) })
    expect(result.y!.dtype).toBe('int64')
    expect(numbersOf(result.y!)).toEqual([1, 4])
    await session.dispose()
  })

  it('writes into memory it is given', async () => {
    const session = await openSession({ y: mul(x, 2) })
    const memory = float32(new Float32Array(3), [1, 3])
    const { y } = await session.run({ x: float32([1, 2, 3], [1, 3]) }, { y: memory })
    expect(Array.from(floatsOf(memory))).toEqual([2, 4, 6])
    expect(y!.data).toBe(memory.data)
    await session.dispose()
  })
})

describe('errors are sentences', () => {
  it('names a missing input, a wrong type and a wrong size', async () => {
    const session = await openSession({ y: relu(x) })
    await expect(session.run({})).rejects.toThrow('The graph needs a tensor \'x\' of shape [rows, 3] that was not given.')
    await expect(session.run({ x: int64([1, 2, 3], [1, 3]) })).rejects.toThrow('Input \'x\' must be float32, got int64.')
    await expect(session.run({ x: float32([1, 2], [1, 2]) })).rejects.toThrow('Input \'x\' has size 2 where 3 is expected.')
    await session.dispose()
  })

  it('refuses a weight outside the checkpoint folder', () => {
    const outside = weight('w', [1], { file: '../secret', offset: 0, length: 4, stored: 'float32' })
    expect(() => encode({ y: relu(outside) })).toThrow('Weight \'w\' points to \'../secret\', but weights must lie in files directly inside the checkpoint folder.')
  })

  it('refuses an output named like an input', () => {
    expect(() => encode({ x: relu(x) })).toThrow('internal: \'x\' is the name of an input and of an output.')
  })

  it('says when the runtime cannot open a graph', async () => {
    const gone = weight('w', [1], { file: 'gone.safetensors', offset: 0, length: 4, stored: 'float32' })
    await expect(openSession({ y: relu(gone) }, { checkpointFolder: folder })).rejects.toThrow(/^The runtime could not open a graph of 1 nodes on 'cpu': .*gone\.safetensors/)
  })

  it('refuses values that do not fill their shape', () => {
    expect(() => float32([1, 2], [3])).toThrow('internal: a tensor of shape [3] needs 3 values, got 2.')
  })
})

describe('createRuntime', () => {
  it('opens graphs of equal structure once', async () => {
    const runtime = createRuntime()
    const build = (): Record<string, typeof x> => ({ y: relu(input('x', 'float32', ['rows', 3])) })
    const outputs = build()
    const session = await runtime.session(outputs)
    expect(await runtime.session(outputs)).toBe(session)
    expect(await runtime.session(build())).toBe(session)
    expect(await runtime.session({ y: relu(input('x', 'float32', ['rows', 4])) })).not.toBe(session)
    await runtime.dispose()
  })

  it('keeps apart the same graph with and without an edited weight', async () => {
    const runtime = createRuntime({ checkpointFolder: folder })
    const outputs = { y: linear(x, matrix('float32')) }
    const feeds = { x: float32([1, 0, 0], [1, 3]), w: float32([5, 0, 0, 6, 0, 0], [2, 3]) }
    expect(numbersOf((await runtime.run(outputs, feeds)).y!)).toEqual([1, 4])
    expect(numbersOf((await runtime.run(outputs, feeds, new Set(['w']))).y!)).toEqual([5, 6])
    expect(numbersOf((await runtime.run(outputs, feeds)).y!)).toEqual([1, 4])
    await runtime.dispose()
  })

  it('closes the session not used for longest', async () => {
    const runtime = createRuntime({ keep: 2 })
    const graphs = [1, 2, 3].map(k => ({ y: mul(x, k + 0.5) }))
    const first = await runtime.session(graphs[0]!)
    await runtime.session(graphs[1]!)
    await runtime.session(graphs[0]!) // used again: graph 1 is now the oldest
    await runtime.session(graphs[2]!)
    expect(await runtime.session(graphs[0]!)).toBe(first)
    const { y } = await runtime.run(graphs[1]!, { x: float32([2, 2, 2], [1, 3]) })
    expect(numbersOf(y!)).toEqual([5, 5, 5])
    await runtime.dispose()
  })
})
