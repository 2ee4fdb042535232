// The verdicts' boundaries, and that their definitions say the thresholds they use.
import { describe, expect, it } from 'vitest'
import { verdicts } from '../../../src/preload/contract/methods.ts'
import { thresholds, verdictInfos, verdictOf } from '../../../src/main/metrics/verdict.ts'

const scores = (reliability: number, text: number, image: number, textLocality: number, imageLocality: number) => ({
  'reliability': { strict: reliability }, 'text-generality': { strict: text }, 'image-generality': { strict: image },
  'text-locality': { strict: textLocality }, 'image-locality': { strict: imageLocality },
})

describe('verdictOf', () => {
  it.each([
    ['proper', scores(1, 1, 1, 1, 1)],
    ['proper', scores(1, 0.5, 0.5, 0.9, 0.9)],
    ['under', scores(1, 1, 0.49, 1, 1)],
    ['under', scores(1, 0, 1, 1, 1)],
    ['over', scores(1, 1, 1, 1, 0.89)],
    ['over', scores(1, 1, 1, 0, 1)],
    ['entangled', scores(1, 0, 0, 0, 0)],
    ['entangled', scores(1, 1, 0, 1, 0.5)],
    ['failed', scores(0, 1, 1, 1, 1)],
  ])('%s', (verdict, given) => {
    expect(verdictOf(given)).toBe(verdict)
  })

  it('judges by what was measured, and not at all without a generality or a locality', () => {
    const all = scores(1, 1, 0, 1, 0)
    expect(verdictOf({ 'reliability': all.reliability, 'text-generality': all['text-generality'], 'text-locality': all['text-locality'] })).toBe('proper')
    expect(verdictOf({ 'reliability': all.reliability, 'text-locality': all['text-locality'] })).toBeUndefined()
    expect(verdictOf({ 'reliability': all.reliability, 'text-generality': all['text-generality'] })).toBeUndefined()
    expect(verdictOf({ 'text-generality': all['text-generality'], 'text-locality': all['text-locality'] })).toBeUndefined()
  })
})

describe('verdictInfos', () => {
  it('defines every verdict once, with its thresholds', () => {
    expect(verdictInfos.map(({ id }) => id)).toEqual([...verdicts])
    expect(verdictInfos[0]?.summary).toContain(`${thresholds.generalises * 100} %`)
    expect(verdictInfos[0]?.summary).toContain(`${thresholds.local * 100} %`)
  })
})
