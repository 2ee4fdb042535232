import { describe, expect, it } from 'vitest'
import { decisionsOf, largestOf, probesOfCell, shadeOf, summaryOf, totalOf } from '../../../../../src/renderer/src/features/audit/confusion.ts'

const table = { annotators: ['ann', 'ben'], labels: ['keep', 'reject', 'fix', 'unsure'], counts: [[20, 3, 0, 1], [2, 9, 0, 0], [0, 1, 4, 0], [0, 0, 0, 0]] }

describe('a confusion table', () => {
  it('colours nothing where there is nothing, few so that they are seen, and the most fully', () => {
    expect(shadeOf(0, 20)).toBe(0)
    expect(shadeOf(5, 0)).toBe(0)
    expect(shadeOf(20, 20)).toBe(1)
    expect(shadeOf(5, 20)).toBe(0.5)
    expect(shadeOf(1, 20)).toBeGreaterThan(0.2)
    expect(largestOf(table)).toBe(20)
    expect(largestOf({ counts: [] })).toBe(0)
    expect(totalOf(table)).toBe(40)
  })

  it('names the decisions behind a label of either reading', () => {
    expect(decisionsOf('Unsure')).toEqual(['unsure'])
    expect(decisionsOf('fair')).toEqual(['keep'])
    expect(decisionsOf('unfair')).toEqual(['reject', 'fix'])
  })

  it('asks for the probes of a cell: rows are the first one\'s decisions', () => {
    expect(probesOfCell({ ...table, kind: 'imageRephrase' }, 0, 1)).toEqual({ kinds: ['imageRephrase'], said: [{ annotator: 'ann', decisions: ['keep'] }, { annotator: 'ben', decisions: ['reject'] }] })
    expect(probesOfCell(table, 2, 2).kinds).toEqual([])
  })

  it('says how often both agree, and what they differ in most', () => {
    expect(summaryOf(table)).toEqual(['ann and ben say the same about 33 of 40 probes (82.5 %).', 'Most often ann says keep where ben says reject: 3 probes.'])
    expect(summaryOf({ ...table, counts: [[2, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]] })).toEqual(['ann and ben say the same about 2 of 2 probes (100.0 %).'])
    expect(summaryOf({ ...table, counts: [[0, 0], [0, 0]], labels: ['fair', 'unfair'] })).toEqual(['ann and ben have not judged the same probes yet.'])
  })
})
