import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CheckInfo, MadeCheck } from '../../../../../src/preload/contract/findings.ts'
import { lineAt, lineCount, lineOfCheck, sectionsOf } from '../../../../../src/renderer/src/features/audit/findings-list.ts'

const check = (id: string, severity: CheckInfo['severity']): CheckInfo => ({ id, label: id, summary: '', severity, needsModel: false })
const made = (id: string, count: number): MadeCheck => ({ check: id, at: '', count, seconds: 1, isCurrent: true, notes: [] })
const checks = [check('a', 'look'), check('b', 'broken'), check('c', 'likely'), check('d', 'broken')]

describe('findings as one list', () => {
  it('groups them by check, the gravest first, without checks that found nothing or were not run', () => {
    expect(sectionsOf(checks, [made('a', 3), made('b', 2), made('d', 0)], new Set(['a']))).toEqual([{ check: 'b', count: 2, isOpen: true }, { check: 'a', count: 3, isOpen: false }])
  })

  it('knows what stands at every line, as writing them out does', () => {
    fc.assert(fc.property(fc.array(fc.record({ count: fc.integer({ min: 1, max: 30 }), isOpen: fc.boolean() }), { maxLength: 9 }), (drawn) => {
      const sections = drawn.map((one, i) => ({ ...one, check: `check-${i}` }))
      const slow = sections.flatMap(section => [`${section.check} head`, ...section.isOpen ? Array.from({ length: section.count }, (_, place) => `${section.check} ${place}`) : []])
      expect(lineCount(sections)).toBe(slow.length)
      expect(slow.map((_, line) => {
        const found = lineAt(sections, line)
        return found && `${found.section.check} ${found.kind === 'head' ? 'head' : found.place}`
      })).toEqual(slow)
      expect(lineAt(sections, slow.length)).toBeUndefined()
      expect(sections.map(section => lineOfCheck(sections, section.check))).toEqual(sections.map(section => slow.indexOf(`${section.check} head`)))
    }))
    expect(lineOfCheck([], 'a')).toBeUndefined()
  })
})
