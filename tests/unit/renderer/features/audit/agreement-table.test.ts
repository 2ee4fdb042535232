import { describe, expect, it } from 'vitest'
import { coefficients } from '../../../../../src/preload/contract/agreement.ts'
import type { AgreementRow, Coefficient } from '../../../../../src/preload/contract/agreement.ts'
import { axisFrom, csvOf, explanations, groupsOf, peopleText, rangeText, valueText, whiskerOf } from '../../../../../src/renderer/src/features/audit/agreement-table.ts'

const one = (id: Coefficient['id'], value: number | null, low: number | null = null, high: number | null = null): Coefficient => ({ id, label: `The "${id}"`, value, low, high })
const row = (annotators: string[], kind?: AgreementRow['kind'], ...all: Coefficient[]): AgreementRow => ({ annotators, n: 30, coefficients: all, ...(kind === undefined ? {} : { kind }) })

describe('the agreement table', () => {
  it('puts all kinds and everybody together first', () => {
    const groups = groupsOf([row(['a', 'b'], 'textRephrase'), row(['a', 'b']), row(['a', 'b', 'c'], 'textRephrase'), row(['a', 'b', 'c'])])
    expect(groups.map(({ label, rows }) => [label, ...rows.map(({ annotators }) => annotators.length)])).toEqual([['All kinds', 3, 2], ['Text rephrase', 3, 2]])
    expect([['a', 'b'], ['a', 'b', 'c']].map(peopleText)).toEqual(['a and b', 'All 3 together'])
  })

  it('writes shares in percent, coefficients with three digits, and a dash where there is none', () => {
    expect([valueText('percent', 0.76666), valueText('gwet', 0.6566), valueText('cohen', -0.0871), valueText('cohen', null)]).toEqual(['76.7 %', '0.657', '−0.087', '–'])
    expect([rangeText(one('percent', 0.7, 0.6, 0.8)), rangeText(one('cohen', 0, -0.2, 0.4)), rangeText(one('cohen', null))]).toEqual(['60.0 to 80.0', '−0.200 to 0.400', ''])
  })

  it('draws intervals on an axis that holds all of them', () => {
    const rows = [row(['a', 'b'], undefined, one('cohen', 0.5, 0, 1)), row(['a', 'c'], undefined, one('cohen', 0.1, -0.3, 0.4))]
    expect([axisFrom(rows, 'cohen'), axisFrom(rows.slice(0, 1), 'cohen'), axisFrom([row(['a', 'b'], undefined, one('cohen', -0.9))], 'cohen'), axisFrom(rows, 'gwet')]).toEqual([-0.5, 0, -1, 0])
    expect(whiskerOf(one('cohen', 0.25, -0.5, 1), -0.5)).toEqual({ low: 0, high: 1, at: 0.5 })
    expect(whiskerOf(one('cohen', 0.5, -2, 3), 0)).toEqual({ low: 0, high: 1, at: 0.5 })
    expect(whiskerOf(one('cohen', null), 0)).toBeUndefined()
  })

  it('becomes CSV with every digit, a line for every coefficient', () => {
    const text = csvOf({ by: 'fair', rows: [row(['a, senior', 'b'], undefined, one('cohen', 0.30000000000000004, null, 1), one('gwet', null))], confusions: [], annotators: [], notes: [] })
    expect(text).toBe('by,kind,annotators,n,coefficient,value,low,high\nfair,All kinds,"a, senior + b",30,"The ""cohen""",0.30000000000000004,,1\nfair,All kinds,"a, senior + b",30,"The ""gwet""",,,\n')
  })

  it('explains every coefficient of the contract in one line', () => {
    expect(Object.keys(explanations).sort()).toEqual([...coefficients].sort())
    expect(Object.values(explanations).every(text => text.endsWith('.') && text.length < 220)).toBe(true)
  })
})
