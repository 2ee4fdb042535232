import { expect, it } from 'vitest'
import { createRandom } from '../../../src/main/base/random.ts'
import { recordAt } from '../../../src/main/training/order.ts'

const epoch = (seed: number, number: number): number[] => Array.from({ length: 10 }, (_, i) => recordAt(createRandom(seed), number * 10 + i, 10))

it('uses every record once an epoch, in an order of its own', () => {
  expect(epoch(1, 0).toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  expect(epoch(1, 1).toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  expect(epoch(1, 0)).not.toEqual(epoch(1, 1))
  expect(epoch(1, 0)).not.toEqual(epoch(2, 0))
})

it('depends on the iteration alone, so that a resumed training goes on in the same order', () => {
  const random = createRandom(3)
  const walked = Array.from({ length: 25 }, (_, i) => recordAt(random, i, 10))
  random.next()
  expect(recordAt(createRandom(3), 17, 10)).toBe(walked[17])
  expect(recordAt(random, 4, 10)).toBe(walked[4])
})

it('says that there is nothing to learn from', () => {
  expect(() => recordAt(createRandom(0), 0, 0)).toThrow('no records to learn from')
})
