import { describe, expect, it } from 'vitest'
import { evaluate } from '../../../src/main/tensor/evaluate.ts'
import { ndarray } from '../../../src/main/tensor/array.ts'
import { apply, constant, input, leavesOf, substitute, topological, weight } from '../../../src/main/tensor/expr.ts'
import type { Expr } from '../../../src/main/tensor/expr.ts'
import { Pow, add, cast, exp, greater, mul, pow, relu, sign } from '../../../src/main/tensor/ops/elementwise.ts'
import { gather, gatherElements } from '../../../src/main/tensor/ops/indexing.ts'
import { concat, expand, iota, reshape, slice, squeeze, transpose } from '../../../src/main/tensor/ops/movement.ts'
import { linear, matMul } from '../../../src/main/tensor/ops/product.ts'
import { argMax, layerNorm, reduceSum, softmax } from '../../../src/main/tensor/ops/reduction.ts'
import { print } from '../../../src/main/tensor/print.ts'
import { simplify } from '../../../src/main/tensor/simplify.ts'
import { gradients } from '../../../src/main/tensor/vjp.ts'
import { ShapeError } from '../../../src/main/tensor/shape-error.ts'

const x = input('x', 'float32', ['batch', 'tokens', 4])
const ids = input('ids', 'int64', ['batch', 'tokens'])

describe('shape errors are sentences', () => {
  const cases: [string, () => Expr][] = [
    ['MatMul needs equal inner sizes, got [batch, tokens, 4] and [3, 2].', () => matMul(x, input('w', 'float32', [3, 2]))],
    ['Add cannot broadcast [batch, tokens, 4] and [tokens].', () => add(x, input('b', 'float32', ['tokens']))],
    ['Add needs two operands of one type, got float32 and int64. Use cast() first.', () => add(x, iota(4))],
    ['Linear needs [..., in] and a weight [out, in], got [batch, tokens, 4] and [5, 3].', () => linear(x, input('w', 'float32', [5, 3]))],
    ['Linear with a weight [5, 4] needs a bias of that many outputs, got [4].', () => linear(x, input('w', 'float32', [5, 4]), input('b', 'float32', [4]))],
    ['Reshape cannot turn [batch, tokens, 4] into [batch, 4]: 4*batch*tokens elements are not 4*batch.', () => reshape(x, ['batch', 4])],
    ['Reshape cannot turn [batch, tokens, 4] into [-1, 3]: 4*batch*tokens is not a multiple of 3.', () => reshape(x, [-1, 3])],
    ['Concat along axis 1 needs equal other sizes, got [batch, tokens, 4] and [batch, tokens, 3].', () => concat([x, input('y', 'float32', ['batch', 'tokens', 3])], 1)],
    ['Slice 0…5 does not lie inside axis 2 of [batch, tokens, 4].', () => slice(x, -1, 0, 5)],
    ['Softmax has no axis 3 on a tensor of rank 3.', () => softmax(x, 3)],
    ['Squeeze needs size 1 at axis 2 of [batch, tokens, 4].', () => squeeze(x, 2)],
    ['Expand cannot repeat [batch, tokens, 4] to [batch, tokens, 8].', () => expand(x, ['batch', 'tokens', 8])],
    ['Gather needs int64, got float32 of shape [batch, tokens, 4]. Use cast() first.', () => gather(x, x)],
    ['GatherElements along axis 2 needs indices of the other sizes of [batch, tokens, 4], got [batch, tokens].', () => gatherElements(x, ids)],
    ['Transpose of [batch, tokens, 4] needs each axis once, got [0, 0, 1].', () => transpose(x, [0, 0, 1])],
    ['LayerNormalization of width 4 needs scale and bias of that size, got [3] and [4].', () => layerNorm(x, input('s', 'float32', [3]), input('b', 'float32', [4]), 1e-5)],
    ['A constant of shape [3] needs 3 values, got 2.', () => constant(Float32Array.of(1, 2), [3])],
    ['Weight \'w\' of shape [2, 2] in float16 needs 8 bytes, but its place in \'model.safetensors\' has 6. Is the file damaged?', () => weight('w', [2, 2], { file: 'model.safetensors', offset: 0, length: 6, stored: 'float16' })],
  ]
  it.each(cases)('%s', (sentence, build) => {
    expect(build).toThrow(ShapeError)
    expect(build).toThrow(sentence)
  })

  it('names two different tensors of one name', () => {
    expect(() => leavesOf([add(x, input('x', 'float32', [4]))])).toThrow('Two different tensors are called \'x\': [batch, tokens, 4] and [4].')
  })
})

describe('evaluate', () => {
  it('asks for what is missing, by name', () => {
    expect(() => evaluate([relu(x)], {})).toThrow('The graph needs a tensor \'x\' that was not given.')
  })

  it('refuses an index outside its axis', () => {
    const table = input('table', 'float32', [3, 2])
    expect(() => evaluate([gather(table, ids)], { table: ndarray([3, 2]), ids: ndarray([1, 1], [3]) })).toThrow('Gather got index 3 on an axis of size 3.')
  })
})

describe('gradients', () => {
  const w = input('w', 'float32', [4])

  it('touches nothing that no target needs', () => {
    const loss = reduceSum(mul(exp(x), w))
    const [dw] = gradients(loss, [w])
    // exp(x) is read forward; its own derivative never appears.
    expect(topological([dw!]).filter(e => e.op.id === 'Exp')).toHaveLength(1)
    expect(topological([dw!]).some(e => e.op.id === 'Mul' && e.inputs.every(i => i.op.id === 'Exp'))).toBe(false)
  })

  it('adds up what comes over several paths', () => {
    const [d] = gradients(reduceSum(add(mul(w, w), w)), [w])
    expect(Array.from(evaluate([d!], { w: ndarray([4], [1, 2, 3, 4]) })[0]!.data)).toEqual([3, 5, 7, 9])
  })

  it('is zero for a target the loss does not depend on', () => {
    const other = input('other', 'float32', [2])
    const [d] = gradients(reduceSum(w), [other])
    expect(Array.from(evaluate([d!], {})[0]!.data)).toEqual([0, 0])
  })

  it('stops at targets, so that an unrolled step sees the weights of the step before as given', () => {
    const next = mul(w, 3)
    const [d] = gradients(reduceSum(mul(next, next)), [next])
    expect(Array.from(evaluate([d!], { w: ndarray([4], [1, 2, 3, 4]) })[0]!.data)).toEqual([6, 12, 18, 24])
  })

  it('takes a target inside another\'s path as given too', () => {
    const next = mul(w, 3)
    const [, dw] = gradients(reduceSum(mul(next, w)), [next, w])
    expect(Array.from(evaluate([dw!], { w: ndarray([4], [1, 2, 3, 4]) })[0]!.data)).toEqual([3, 6, 9, 12])
  })

  it('says which operator has no gradient', () => {
    expect(() => gradients(reduceSum(sign(x)), [x])).toThrow('Sign has no gradient, but the loss depends on a target through it. Use stopGradient() or compute it outside the loss.')
  })

  it('is zero through a whole number, which does not move with its input', () => {
    const [d] = gradients(reduceSum(cast(argMax(w), 'float32')), [w])
    expect(Array.from(evaluate([d!], { w: ndarray([4], [1, 2, 3, 4]) })[0]!.data)).toEqual([0, 0, 0, 0])
  })

  it('refuses a loss that is not one number, and a power with a variable exponent', () => {
    expect(() => gradients(reduceSum(apply(Pow, [w, w])), [w])).toThrow('Pow has a gradient for constant exponents only. Use exp(mul(log(x), p)) instead.')
    expect(() => gradients(x, [x])).toThrow('The loss must be a single number, got [batch, tokens, 4]. Use reduceMean() or reduceSum() first.')
  })
})

describe('simplify', () => {
  it('computes equal things once', () => {
    const [y] = simplify([add(mul(exp(x), 2), mul(exp(x), 2))])
    expect(topological([y!]).filter(e => !e.leaf)).toHaveLength(3)
  })

  it('makes one leaf of two mentions of a weight', () => {
    const mention = (): Expr => weight('w', [4], { file: 'f', offset: 0, length: 16, stored: 'float32' })
    const [y] = simplify([mul(mention(), mention())])
    expect(y!.inputs[0]).toBe(y!.inputs[1])
  })

  it('does not confuse constants of different types or operators with different attributes', () => {
    const [a, b, c, d] = simplify([constant(1), constant(1, [], 'int64'), softmax(x, 1), softmax(x, 2)])
    expect(a).not.toBe(b)
    expect(c).not.toBe(d)
  })

  it.each<[string, Expr, string]>([
    ['x·1', mul(x, constant(Float32Array.of(1), [1])), 'Input'],
    ['x + 0', add(x, 0), 'Input'],
    ['a reshape there and back', reshape(reshape(x, [-1, 4]), ['batch', 'tokens', 4]), 'Input'],
    ['two transposes that cancel', transpose(transpose(x)), 'Input'],
    ['a multiplication by a repeated scalar', mul(x, expand(constant(2), ['batch', 'tokens', 4])), 'Mul'],
  ])('shortens %s', (_name, y, op) => {
    const [short] = simplify([y])
    expect(short!.op.id).toBe(op)
    expect(topological([short!]).some(e => e.op.id === 'Expand')).toBe(false)
  })

  it('keeps a sum with 0 that changes the shape', () => {
    const [y] = simplify([add(input('s', 'float32', [1]), expand(constant(0), [4]))])
    expect(y!.shape).toEqual([4])
  })
})

describe('print and substitute', () => {
  it('prints one line an operation', () => {
    const y = softmax(linear(x, input('w', 'float32', [2, 4])))
    expect(print([y])).toBe([
      '%0 = Linear(x, w) [batch, tokens, 2]',
      '%1 = Softmax(%0, axis=2) [batch, tokens, 2]',
      'return %1',
    ].join('\n'))
  })

  it('rebuilds only what lies above a replacement', () => {
    const kept = exp(input('a', 'float32', [2]))
    const b = input('b', 'float32', [2])
    const [y] = substitute([add(kept, relu(b))], new Map([[b, input('c', 'float32', [2])]]))
    expect(y!.inputs[0]).toBe(kept)
    expect(leavesOf([y!]).has('b')).toBe(false)
    expect(pow(b, 1)).toBe(b)
    expect(greater(b, 0).dtype).toBe('bool')
  })
})
