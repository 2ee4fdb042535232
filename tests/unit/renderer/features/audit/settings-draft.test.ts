import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AuditSettings } from '../../../../../src/preload/contract/decisions.ts'
import { assign } from '../../../../../src/main/audits/assignment.ts'
import { draftOf, isChanged, moved, namesOf, problemsOf, reasonId, settingsOf, sharesOf } from '../../../../../src/renderer/src/features/audit/settings-draft.ts'

const saved = AuditSettings.parse({})
const draft = draftOf(saved)

describe('settings that are edited', () => {
  it('come back as they were, and say when something was changed', () => {
    const full = AuditSettings.parse({ kinds: ['portability'], questions: { portability: 'Does it follow?' }, guidelines: 'Keep calm.', blind: false, assignment: { annotators: ['Ann', 'Ben'], each: 1, sample: 40, seed: 3 } })
    for (const one of [saved, full]) {
      expect(AuditSettings.parse(settingsOf(draftOf(one)))).toEqual(one)
      expect(isChanged(draftOf(one), one)).toBe(false)
    }
    expect(isChanged({ ...draft, blind: false }, saved)).toBe(true)
    expect(isChanged({ ...draft, questions: { textRephrase: '  ' } }, saved)).toBe(false)
    expect(isChanged({ ...draft, names: 'Ann', isAssigned: false }, saved)).toBe(false)
  })

  it('keep a saved reason\'s id under another name, and make new ones of names', () => {
    const [first, ...rest] = draft.reasons
    const settings = settingsOf({ ...draft, reasons: [...rest, { ...first!, label: ' Asks something else ' }, { id: undefined, label: 'Wrong answer!' }, { id: undefined, label: 'Über-alt' }] })
    expect(settings.reasons.slice(-3)).toEqual([{ id: 'meaning-changed', label: 'Asks something else' }, { id: 'wrong-answer-2', label: 'Wrong answer!' }, { id: 'uber-alt', label: 'Über-alt' }])
    expect(reasonId('???', new Set(['reason']))).toBe('reason-2')
  })

  it('are refused with a sentence that names what is wrong', () => {
    expect(problemsOf(draft)).toEqual({})
    expect(problemsOf({ ...draft, kinds: [] }).kinds).toContain('at least one kind')
    expect(problemsOf({ ...draft, reasons: [] }).reasons).toContain('at least one')
    expect(problemsOf({ ...draft, reasons: [...draft.reasons, { id: undefined, label: ' ' }] }).reasons).toContain('no name')
    expect(problemsOf({ ...draft, reasons: [...draft.reasons, { id: undefined, label: 'unsafe ' }] }).reasons).toContain('\'unsafe\'')
    expect(problemsOf({ ...draft, isAssigned: true }).assignment).toContain('Nobody is named')
    expect(problemsOf({ ...draft, isAssigned: true, names: 'Ann' }).assignment).toContain('only 1 is named')
    expect(problemsOf({ ...draft, isAssigned: true, names: 'x'.repeat(90), each: 1 }).assignment).toContain('90 letters')
    expect(problemsOf({ ...draft, isAssigned: true, names: 'Ann\nBen' })).toEqual({})
  })

  it('whatever passes the page\'s own check passes the contract', () => {
    fc.assert(fc.property(fc.array(fc.string({ maxLength: 30 }), { maxLength: 22 }), fc.string({ maxLength: 90 }), fc.integer({ min: 1, max: 10 }), (labels, names, each) => {
      const one = { ...draft, reasons: labels.slice(0, 20).map(label => ({ id: undefined, label })), isAssigned: true, names, each }
      fc.pre(Object.keys(problemsOf(one)).length === 0)
      const settings = AuditSettings.parse(settingsOf(one))
      expect(new Set(settings.reasons.map(({ id }) => id)).size).toBe(settings.reasons.length)
    }), { numRuns: 300 })
  })

  it('move a reason a step, and not past the ends', () => {
    expect([moved(['a', 'b', 'c'], 1, -1), moved(['a', 'b', 'c'], 1, 1), moved(['a', 'b', 'c'], 2, 1), moved(['a', 'b', 'c'], 0, -1)]).toEqual([['b', 'a', 'c'], ['a', 'c', 'b'], ['a', 'b', 'c'], ['a', 'b', 'c']])
  })
})

describe('what an assignment comes to', () => {
  it('is what the backend deals', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 }), fc.integer({ min: 0, max: 60 }), fc.option(fc.integer({ min: 1, max: 70 }), { nil: undefined }), fc.nat(50), (people, each, available, sample, seed) => {
      const annotators = Array.from({ length: people }, (_, i) => `person ${i}`)
      const items = Array.from({ length: available }, (_, i) => i)
      const dealt = assign(items, { annotators, each, seed, ...(sample === undefined ? {} : { sample }) })
      const loads = annotators.map(name => items.filter(item => dealt.isAssigned(item, name)).length)
      const shares = sharesOf({ names: annotators.join('\n'), each, sample }, available)!
      expect(shares.probes).toBe(items.filter(dealt.isAudited).length)
      expect(loads.reduce((sum, load) => sum + load, 0)).toBe(shares.judgements)
      expect(loads.filter(load => load === shares.least + 1)).toHaveLength(shares.more)
      expect(loads.filter(load => load === shares.least)).toHaveLength(people - shares.more)
    }), { numRuns: 60 })
  })

  it('names each person once, and is nothing without people', () => {
    expect(namesOf(' Ann \n\nBen\nAnn')).toEqual(['Ann', 'Ben'])
    expect(sharesOf({ names: ' \n', each: 2, sample: undefined }, 10)).toBeUndefined()
  })
})
