// Many events, few questions, and never a last event without an answer.
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { throttle } from '../../../../src/renderer/src/lib/throttle.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

it('works at once, then at most once an interval, and always after the last call', () => {
  const work = vi.fn()
  const { call } = throttle(work, 1000)
  call()
  call()
  call()
  expect(work).toHaveBeenCalledTimes(1)
  vi.advanceTimersByTime(1000)
  expect(work).toHaveBeenCalledTimes(2)
  vi.advanceTimersByTime(5000)
  expect(work).toHaveBeenCalledTimes(2)
  call()
  expect(work).toHaveBeenCalledTimes(3)
})

it('forgets what is pending when stopped', () => {
  const work = vi.fn()
  const { call, stop } = throttle(work, 1000)
  call()
  call()
  stop()
  vi.advanceTimersByTime(5000)
  expect(work).toHaveBeenCalledTimes(1)
})
