// Numbers as people read them.
import { describe, expect, it } from 'vitest'
import { formatBytes, formatCount, formatDate, formatMilliseconds, formatParameters, formatProbability, formatSeconds, formatShare, formatLoss } from '../../../../src/renderer/src/lib/format.ts'

describe('format', () => {
  it.each([[0, '0 records'], [1, '1 record'], [2093, '2,093 records']])('counts %d', (count, text) => {
    expect(formatCount(count, 'record')).toBe(text)
  })
  it.each([[0, '0.0'], [0.953, '95.3'], [1, '100.0']])('share %d', (value, text) => {
    expect(formatShare(value)).toBe(text)
  })
  it.each([[1, '100 %'], [0.9996, '100 %'], [0.97, '97 %'], [0.0412, '4.1 %'], [0.001, '0.1 %'], [0.00001, '< 0.1 %']])('probability %d', (value, text) => {
    expect(formatProbability(value)).toBe(text)
  })
  it.each([[0.84, '0.8 s'], [42.2, '42 s'], [59.9, '1 min 0 s'], [185, '3 min 5 s'], [3600, '1 h 0 min'], [7800, '2 h 10 min'], [7199, '2 h 0 min']])('%d seconds', (seconds, text) => {
    expect(formatSeconds(seconds)).toBe(text)
  })
  it.each([[390.4, '390 ms'], [2310, '2.3 s']])('%d milliseconds', (ms, text) => {
    expect(formatMilliseconds(ms)).toBe(text)
  })
  it.each([[0, '0 B'], [512, '512 B'], [412_000_000, '393 MiB'], [1_400_000_000, '1.3 GiB']])('%d bytes', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text)
  })
  it.each([[950, '950'], [4096, '4,096'], [262_144, '262 k'], [8_123_456, '8.1 M'], [2_700_000_000, '2.7 B']])('%d parameters', (count, text) => {
    expect(formatParameters(count)).toBe(text)
  })
  it('gives back what is no date', () => {
    expect(formatDate('yesterday')).toBe('yesterday')
    expect(formatDate('2026-11-22T09:20:00Z')).toContain('2026')
  })
})

it.each([[12.3456, '12.3'], [0.5422, '0.542'], [0.00006582, '6.58e-5'], [0, '0.00'], [-0.0001, '-1.00e-4']])('a loss of %s reads %s', (value, text) => {
  expect(formatLoss(value)).toBe(text)
})
