import { describe, expect, it } from 'vitest'
import { addDims, broadcastShapes, canonical, divideDims, mulDims, resolveDim, sizeOf, solveFor, subDims } from '../../../src/main/tensor/dims.ts'
import { bindSizes } from '../../../src/main/tensor/evaluate.ts'
import { input } from '../../../src/main/tensor/expr.ts'

describe('symbolic sizes', () => {
  it.each([
    [addDims('tokens', 32), 'tokens+32'],
    [addDims(32, 'tokens'), 'tokens+32'],
    [subDims('tokens+32', 32), 'tokens'],
    [subDims('tokens', 'tokens'), 0],
    [mulDims('tokens', 'batch'), 'batch*tokens'],
    [mulDims('tokens+2', 'batch'), '2*batch+batch*tokens'],
    [mulDims(12, mulDims('batch', 0)), 0],
    [canonical('32 + tokens'), 'tokens+32'],
    [canonical('tokens - 1'), 'tokens-1'],
    [sizeOf(['batch', 'tokens', 4]), '4*batch*tokens'],
    [sizeOf([]), 1],
  ])('%s is spelled %s', (computed, expected) => {
    expect(computed).toBe(expected)
  })

  it('divides only what divides', () => {
    expect(divideDims('12*batch*tokens', '4*batch')).toBe('3*tokens')
    expect(divideDims('batch*tokens', 'width')).toBeUndefined()
    expect(divideDims('3*batch', 2)).toBeUndefined()
    expect(divideDims('tokens+32', 'tokens+32')).toBe(1)
  })

  it('knows its value once the names are known', () => {
    const sizes = new Map([['batch', 2], ['tokens', 5]])
    expect(resolveDim('batch*tokens+2*batch-1', sizes)).toBe(13)
    expect(() => resolveDim('width', sizes)).toThrow('The size \'width\' is not known: no input has it as a dimension.')
  })

  it('solves for the one unknown name', () => {
    expect(solveFor('tokens+32', new Set())).toEqual({ name: 'tokens', factor: 1, rest: 32 })
    expect(solveFor('batch*tokens+batch', new Set(['batch']))).toEqual({ name: 'tokens', factor: 'batch', rest: 'batch' })
    expect(solveFor('batch*tokens', new Set())).toBeUndefined()
  })

  it('broadcasts a name with itself and with 1 only', () => {
    expect(broadcastShapes(['batch', 1, 4], ['tokens', 4])).toEqual(['batch', 'tokens', 4])
    expect(broadcastShapes(['batch'], ['tokens'])).toBeUndefined()
    expect(broadcastShapes(['batch'], [4])).toBeUndefined()
  })

  it('refuses what is no size', () => {
    expect(() => canonical('tokens/2')).toThrow('Cannot read the size \'tokens/2\'. Sizes are numbers, names, and sums or products of them.')
  })
})

describe('bindSizes', () => {
  const leaves = [['a', input('a', 'float32', ['tokens+32', 4])], ['b', input('b', 'float32', ['batch', 'tokens'])]] as const
  const given = (a: number[], b: number[]) => (name: string): number[] => (name === 'a' ? a : b)

  it('reads names off plain sizes and off sums', () => {
    expect(bindSizes(leaves, given([37, 4], [2, 5]))).toEqual(new Map([['batch', 2], ['tokens', 5]]))
    expect(bindSizes([leaves[0]], given([37, 4], []))).toEqual(new Map([['tokens', 5]]))
  })

  it.each([
    [[37, 3], [2, 5], 'Input \'a\' has size 3 where 4 is expected.'],
    [[37, 4], [2, 6], 'Input \'a\' has size 37 where tokens+32 = 38 is expected.'],
    [[37], [2, 5], 'Input \'a\' is [tokens+32, 4], but was given a tensor of shape [37].'],
  ])('says which of %j and %j does not fit', (a, b, sentence) => {
    expect(() => bindSizes(leaves, given(a, b))).toThrow(sentence)
  })
})
