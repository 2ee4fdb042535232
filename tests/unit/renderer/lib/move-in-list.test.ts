// The arrow keys in a grid of 4 columns and 10 records; a window shows 8.
import { expect, it } from 'vitest'
import { moveSelection } from '../../../../src/renderer/src/lib/move-in-list.ts'

it.each([
  ['ArrowRight', 0, 1], ['ArrowRight', 9, 9], ['ArrowLeft', 0, 0], ['ArrowDown', 1, 5], ['ArrowDown', 7, 7], ['ArrowUp', 5, 1], ['ArrowUp', 2, 2],
  ['PageDown', 0, 8], ['PageDown', 5, 9], ['PageUp', 5, 0], ['Home', 7, 0], ['End', 0, 9], ['ArrowDown', undefined, 0], ['a', 3, undefined],
])('%s from %s goes to %s', (key, from, to) => {
  expect(moveSelection(key, from, 10, 4, 8)).toBe(to)
})
it('moves nowhere in an empty list', () => {
  expect(moveSelection('End', undefined, 0, 4, 8)).toBeUndefined()
})
