import { describe, expect, it } from 'vitest'
import type { MetricInfo } from '@contract/methods.ts'
import type { Run } from '@contract/runs.ts'
import type { WorstSlice } from '@contract/slices.ts'
import { chanceText, differenceText, readingsOf, recordsAddress } from '../../../../../src/renderer/src/features/runs/use-worst.ts'
import { parseAddress } from '../../../../../src/renderer/src/features/datasets/address.ts'

const variant = (id: string, unit: 'share' | 'nats' = 'share', higherIsBetter = true): MetricInfo['variants'][number] => ({ id, label: id.toUpperCase(), summary: '', higherIsBetter, unit })
const infos: MetricInfo[] = [
  { id: 'reliability', label: 'Reliability', symbol: 'Rel.', summary: '', variants: [variant('strict'), variant('free'), variant('nll', 'nats', false)] },
  { id: 'text-locality', label: 'Text locality', symbol: 'T-Loc.', summary: '', variants: [variant('strict'), variant('kl', 'nats', false)] },
]

describe('what weak slices are looked for in', () => {
  it('is each metric\'s primary reading and its divergences, as far as measured', () => {
    expect(readingsOf(infos, () => true).map(({ value, label }) => [value, label])).toEqual([
      ['reliability/strict', 'Reliability'], ['reliability/nll', 'Reliability: NLL'], ['text-locality/strict', 'Text locality'], ['text-locality/kl', 'Text locality: KL']])
    expect(readingsOf(infos, metric => metric === 'text-locality').map(({ value, isShare, higherIsBetter }) => [value, isShare, higherIsBetter])).toEqual([['text-locality/strict', true, true], ['text-locality/kl', false, false]])
    expect(readingsOf(infos, () => false)).toEqual([])
  })
})

describe('what is shown of a slice', () => {
  it('has its sign and its unit', () => {
    expect(differenceText(-0.1234, true)).toBe('−12.3')
    expect(differenceText(0.21, false)).toBe('+0.210')
    expect(differenceText(-0.0001, true)).toBe('0.0')
    expect([0.0004, 0.032, 1].map(chanceText)).toEqual(['< 0.001', '0.032', '1.000'])
  })

  it('opens exactly its records, the worst first', () => {
    const slice = { filter: { facets: { question: ['kind'], answer: ['dog'] } } } as unknown as WorstSlice
    const run = { id: 'r1' } as Run
    const [share, , , divergence] = readingsOf(infos, () => true)
    expect(parseAddress(recordsAddress(slice, run, share!) as never)).toMatchObject({ facets: { question: ['kind'], answer: ['dog'] }, run: 'r1', sort: { by: 'reliability/strict', descending: false } })
    expect(parseAddress(recordsAddress(slice, run, divergence!) as never)).toMatchObject({ sort: { by: 'text-locality/kl', descending: true } })
  })
})
