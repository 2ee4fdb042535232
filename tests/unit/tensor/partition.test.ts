import { describe, expect, it } from 'vitest'
import { largestDifference, toFeeds } from '../../numeric/check.ts'
import { openSession } from '../../../src/main/onnx/session.ts'
import { evaluate } from '../../../src/main/tensor/evaluate.ts'
import { input, leavesOf, nameOf, topological } from '../../../src/main/tensor/expr.ts'
import type { Expr } from '../../../src/main/tensor/expr.ts'
import { add, mul, relu } from '../../../src/main/tensor/ops/elementwise.ts'
import { gather, selectRows } from '../../../src/main/tensor/ops/indexing.ts'
import { reshape, transpose } from '../../../src/main/tensor/ops/movement.ts'
import { linear } from '../../../src/main/tensor/ops/product.ts'
import { partition, pushDownRows } from '../../../src/main/tensor/partition.ts'
import { gradients } from '../../../src/main/tensor/vjp.ts'
import { simplify } from '../../../src/main/tensor/simplify.ts'
import { decoder, decoderFeeds, w } from './graphs.ts'

const changes = (...names: string[]) => (leaf: Expr): boolean => names.includes(nameOf(leaf) ?? '')
const opsOf = (outputs: readonly Expr[]): string[] => topological(outputs).filter(x => !x.leaf).map(x => x.op.id)
const weightsOf = (outputs: Readonly<Record<string, Expr>>): string[] =>
  [...leavesOf(Object.values(outputs))].filter(([, x]) => x.leaf?.kind === 'weight').map(([name]) => name).sort()

/** Runs prefix then suffix in float64. */
function inTwoParts(cut: ReturnType<typeof partition>, feeds: ReturnType<typeof decoderFeeds>): Float64Array[] {
  const cached = Object.fromEntries(Object.keys(cut.prefix).map((name, i) => [name, evaluate(Object.values(cut.prefix), feeds)[i]!]))
  return evaluate(Object.values(cut.suffix), { ...feeds, ...cached }).map(x => x.data)
}

describe('partition', () => {
  it('puts what depends on an edited weight into the suffix and everything else into the prefix', () => {
    const x = input('x', 'float32', ['rows', 4])
    const hidden = relu(linear(x, w('first', 6, 4)))
    const y = linear(hidden, w('second', 3, 6))
    const cut = partition({ y }, changes('second'))
    expect(Object.values(cut.prefix).map(e => e.op.id)).toEqual(['Relu'])
    expect(opsOf(Object.values(cut.suffix))).toEqual(['Linear'])
    expect(weightsOf(cut.suffix)).toEqual(['second'])
  })

  it('has an empty suffix of work when nothing changes, and no prefix when everything does', () => {
    const y = relu(linear(input('x', 'float32', [2, 4]), w('first', 6, 4)))
    expect(opsOf(Object.values(partition({ y }, () => false).suffix))).toEqual([])
    expect(partition({ y }, () => true).prefix).toEqual({})
  })

  it('keeps the small input of a cheap operator rather than its large result', () => {
    const small = relu(linear(input('x', 'float32', [1, 4]), w('first', 6, 4))) // [1, 6]
    const large = mul(small, input('mask', 'float32', ['tokens', 1])) // [tokens, 6]
    const cut = partition({ y: linear(large, w('second', 3, 6)) }, changes('second'))
    expect(Object.values(cut.prefix)).toHaveLength(1)
    expect(Object.values(cut.prefix)[0]!.shape).toEqual([1, 6])
  })

  it('shares one cached value between several users', () => {
    const x = relu(linear(input('x', 'float32', [2, 4]), w('first', 4, 4)))
    const y = add(linear(x, w('a', 4, 4)), linear(x, w('b', 4, 4)))
    expect(Object.keys(partition({ y }, changes('a', 'b')).prefix)).toHaveLength(1)
  })

  it.each([['1.fc1', '1.fc2'], ['0.fc2'], ['1.q', '1.out'], ['embedding'], ['0.norm1.scale']])('gives the same loss and gradients as the whole graph when %s changes', (...edited) => {
    const { loss, weights } = decoder()
    const feeds = decoderFeeds(loss)
    const targets = edited.map(name => weights.get(name)!)
    const [simple, ...leaves] = simplify([loss, ...targets]) as [Expr, ...Expr[]]
    const whole = evaluate([loss, ...gradients(simple, leaves)], feeds).map(x => x.data)
    const moved = pushDownRows([simple])[0]!
    const outputs = Object.fromEntries([moved, ...gradients(moved, leaves)].map((x, i) => [`y${i}`, x]))
    const cut = partition(outputs, changes(...edited))
    inTwoParts(cut, feeds).forEach((value, i) => expect(largestDifference(value, whole[i]!)).toBeLessThan(1e-12))
  })

  it('gives the same numbers in the runtime to 1e-6', async () => {
    const { loss, logits } = decoder()
    const names = ['1.fc1', '1.fc2']
    const feeds = toFeeds([loss], decoderFeeds(loss))
    const edited = new Set([...leavesOf([loss])].map(([name]) => name))
    const whole = await (await openSession({ logits, loss }, { edited, threads: 1 })).run(feeds)
    const cut = partition({ logits, loss }, changes(...names))
    const cached = await (await openSession(cut.prefix, { edited, threads: 1 })).run(feeds)
    const parts = await (await openSession(cut.suffix, { edited, threads: 1 })).run({ ...feeds, ...cached })
    expect(largestDifference(parts.logits!.data as Float32Array, whole.logits!.data as Float32Array)).toBeLessThan(1e-6)
    expect(largestDifference(parts.loss!.data as Float32Array, whole.loss!.data as Float32Array)).toBeLessThan(1e-6)
  })

  it('leaves a last-layer edit only the answer rows of its own feed-forward, the last norm and the head', () => {
    const { loss } = decoder()
    const cut = partition({ loss }, changes('1.fc1', '1.fc2'))
    expect(weightsOf(cut.suffix)).toEqual(['1.fc1', '1.fc1.bias', '1.fc2', 'embedding', 'last.bias', 'last.scale'])
    for (const x of topological(Object.values(cut.suffix)))
      expect(x.shape.filter(d => d === 'tokens' || d === 'batch'), x.op.id).toEqual([])
    expect(Object.values(cut.prefix).map(x => x.shape)).toEqual(expect.arrayContaining([['rows', 8]]))
  })
})

describe('pushDownRows', () => {
  const rows = input('rows', 'int64', ['rows'])
  const x = input('x', 'float32', ['batch', 'tokens', 4])

  it('moves a selection through row-wise operators down to the input', () => {
    const y = selectRows(add(linear(relu(x), w('a', 4, 4), w('b', 4)), x), rows)
    const [moved] = pushDownRows([y])
    expect(topological([moved!]).filter(e => e.op.id === 'Linear').map(e => e.shape)).toEqual([['rows', 4]])
    expect(opsOf([moved!])).toContain('Add')
  })

  it('stays above a value that is also needed in full', () => {
    const full = linear(x, w('a', 4, 4))
    const outputs = [selectRows(relu(full), rows), full]
    const moved = pushDownRows(outputs)
    expect(moved[1]).toBe(full)
    expect(opsOf([moved[0]!])).toEqual(['Linear', 'Reshape', 'Gather', 'Relu'])
  })

  it('stays above a value of which others want other rows', () => {
    const y = relu(linear(x, w('a', 4, 4)))
    const moved = pushDownRows([gather(y, rows, 1), gather(y, input('more', 'int64', ['more']), 1)])
    expect(topological(moved).filter(e => e.op.id === 'Relu').map(e => e.shape)).toEqual([['batch', 'tokens', 4]])
  })

  it('stops at operators that mix rows', () => {
    const mixed = transpose(x, [1, 0, 2])
    const y = gather(reshape(relu(mixed), [-1, 4]), rows)
    const [moved] = pushDownRows([y])
    expect(opsOf([moved!])).toEqual(['Transpose', 'Reshape', 'Gather', 'Relu'])
  })

  it('follows a selection along one axis through transposes', () => {
    const y = gather(relu(transpose(relu(x), [1, 0, 2])), rows, 0)
    const [moved] = pushDownRows([y])
    expect(topological([moved!]).find(e => e.op.id === 'Gather')!.inputs[0]).toBe(x)
    expect(moved!.shape).toEqual(['rows', 'batch', 4])
  })

  it('passes reshapes that leave rows alone, and keeps the values', () => {
    const { logits } = decoder()
    const feeds = decoderFeeds(decoder().loss)
    const [moved] = pushDownRows([logits])
    expect(moved).not.toBe(logits)
    const [before, after] = evaluate([logits, moved!], feeds)
    expect(largestDifference(after!.data, before!.data)).toBeLessThan(1e-12)
  })
})
