import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { chunksOf, extendTo, keepIn, moveTo, noSelection, selectAll, toggleAt } from '../../../../../src/renderer/src/features/audit/grid-selection.ts'
import type { GridSelection } from '../../../../../src/renderer/src/features/audit/grid-selection.ts'

const items = [40, 10, 30, 20, 50]
const of = ({ selected }: GridSelection): number[] => [...selected].sort((a, b) => a - b)

describe('the selection of a grid', () => {
  it('takes single probes in and out by their place, whatever their number', () => {
    const one = toggleAt(noSelection, items, 1)
    expect(of(one)).toEqual([10])
    expect(of(toggleAt(toggleAt(one, items, 4), items, 1))).toEqual([50])
    expect(of(toggleAt(one, items, 9))).toEqual([10])
  })

  it('grows and shrinks a range from where it began, beside what was selected before', () => {
    const begun = toggleAt(toggleAt(noSelection, items, 4), items, 1)
    const wide = extendTo(begun, items, 1, 3)
    expect(of(wide)).toEqual([10, 20, 30, 50])
    expect(of(extendTo(wide, items, 3, 2))).toEqual([10, 30, 50])
    expect(of(extendTo(wide, items, 3, 0))).toEqual([10, 40, 50])
  })

  it('begins a range where one stands, if nothing was selected', () => {
    expect(of(extendTo(noSelection, items, 2, 4))).toEqual([20, 30, 50])
    expect(of(extendTo(moveTo(selectAll([10]), 3), items, 0, 4))).toEqual([10, 20, 50])
  })

  it('leaves nothing selected that is no longer in the list', () => {
    expect(of(keepIn(selectAll(items), [50, 99, 10]))).toEqual([10, 50])
    expect(keepIn(noSelection, items)).toBe(noSelection)
  })

  it('is the same as selecting each place of the range one by one', () => {
    fc.assert(fc.property(fc.uniqueArray(fc.nat(500), { minLength: 1, maxLength: 60 }), fc.nat(), fc.nat(), (list, a, b) => {
      const [from, to] = [a % list.length, b % list.length]
      const slow = list.filter((_, place) => place >= Math.min(from, to) && place <= Math.max(from, to))
      expect(of(extendTo(moveTo(noSelection, from), list, 0, to))).toEqual([...slow].sort((x, y) => x - y))
    }))
  })
})

describe('parts of a batch', () => {
  it('hold everything once, in order, none more than allowed', () => {
    fc.assert(fc.property(fc.array(fc.nat(), { maxLength: 200 }), fc.integer({ min: 1, max: 40 }), (list, size) => {
      const parts = chunksOf(list, size)
      expect(parts.flat()).toEqual(list)
      expect(parts.every((part, i) => part.length === size || (i === parts.length - 1 && part.length > 0))).toBe(true)
    }))
  })
})
