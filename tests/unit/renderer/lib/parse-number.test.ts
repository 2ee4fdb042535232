// Numbers as people type them.
import { expect, it } from 'vitest'
import { parseNumber, refusalOf, stepFrom } from '../../../../src/renderer/src/lib/parse-number.ts'

const rate = { label: 'Learning rate', isInteger: false, min: 0, max: 10, minIsExclusive: true }
const steps = { label: 'Steps', isInteger: true, min: 1, max: 10_000, minIsExclusive: false }

it.each([['1e-9', 1e-9], ['1E-9', 1e-9], ['0.000000001', 1e-9], ['0,5', 0.5], ['−3', -3], ['  7 ', 7]])('reads %s', (text, number) => {
  expect(parseNumber(text)).toBe(number)
})

it('takes whatever is allowed, however small, and an empty field', () => {
  expect(['1e-9', '10', '0,5', ''].map(text => refusalOf(text, rate))).toEqual([undefined, undefined, undefined, undefined])
})

it('refuses in a sentence with the bounds', () => {
  expect(refusalOf('20', rate)).toBe('Learning rate takes a number above 0 and at most 10, not 20.')
  expect(refusalOf('0', rate)).toContain('not 0.')
  expect(refusalOf('1e', rate)).toContain('not 1e.')
  expect(refusalOf('-3', steps)).toBe('Steps takes a whole number from 1 to 10000, not -3.')
  expect(refusalOf('2.5', steps)).toContain('whole number')
  expect(refusalOf('-1', { ...steps, max: undefined })).toBe('Steps takes a whole number from 1 on, not -1.')
  expect(refusalOf('11', { ...rate, min: undefined })).toBe('Learning rate takes a number of at most 10, not 11.')
})

it('steps by one, or by a tenth of the size', () => {
  expect([stepFrom(25, 1, true), stepFrom(0.001, 1, false), stepFrom(0.001, -1, false), stepFrom(5, 1, false), stepFrom(0, 1, false)]).toEqual([26, 0.002, 0, 5.1, 0.1])
})
