import { describe, expect, it } from 'vitest'
import { Decision } from '../../../../../src/preload/contract/decisions.ts'
import { annotatorsOf, choiceOf, listChoices } from '../../../../../src/renderer/src/features/audit/adjudicate-lists.ts'
import { orderFor, takeOver, voicesOf } from '../../../../../src/renderer/src/features/audit/adjudicate-voices.ts'

const ref = { record: '00042', kind: 'textRephrase' as const, index: 0 }
let count = 0
const line = (annotator: string, part: Partial<Decision>): Decision => Decision.parse({ ...ref, id: `line-${String(count++).padStart(6, '0')}`, at: '2026-11-22T10:00:00.000Z', annotator, decision: 'keep', content: 'now', ...part })
const item = (decisions: Decision[]) => ({ ...ref, content: 'now', decisions })

describe('what annotators say, side by side', () => {
  it('gives every one of them a letter that stays with the probe and says nothing about the person', () => {
    const names = ['ann', 'ben', 'cleo', 'dora']
    expect(orderFor(names, ref)).toEqual(orderFor([...names].reverse(), ref))
    expect([...orderFor(names, ref)].sort()).toEqual(names)
    const firsts = new Set(Array.from({ length: 40 }, (_, i) => orderFor(names, { ...ref, record: String(i).padStart(5, '0') })[0]))
    expect(firsts.size).toBe(4)
  })

  it('shows names only where they are asked for', () => {
    const voices = (hasNames: boolean) => voicesOf(item([line('ann', {}), line('ben', { decision: 'reject' })]), [], hasNames).map(({ letter, name }) => [letter, name])
    expect(voices(false)).toEqual([['A', 'Annotator A'], ['B', 'Annotator B']])
    expect(voices(true).map(([, name]) => name).sort()).toEqual(['ann', 'ben'])
  })

  it('leaves adjudicators and people who said nothing out, keeps notes, and marks what is about other content', () => {
    const lines = [line('ann', { content: 'before' }), line('ben', { decision: 'none' }), line('cleo', { decision: 'none', note: 'See the picture.' }), line('dora', { role: 'adjudicator' })]
    const voices = voicesOf(item(lines), [], true)
    expect(voices.map(({ name, isStale }) => [name, isStale]).sort()).toEqual([['ann', true], ['cleo', false]])
  })

  it('tells what each of them said before', () => {
    const now = line('ann', { decision: 'reject' })
    const lines = [line('ann', { decision: 'unsure' }), line('ben', {}), now, line('ann', { role: 'adjudicator' })]
    const [voice] = voicesOf(item([now]), lines, false)
    expect(voice?.earlier.map(({ decision }) => decision)).toEqual(['unsure'])
  })

  it('takes a decision over with its reason and fix, without its note', () => {
    const [reject] = voicesOf(item([line('ann', { decision: 'reject', reason: 'unsafe', note: 'No.' })]), [], false)
    expect(takeOver(reject!)).toEqual({ decision: 'reject', reason: 'unsafe', fix: undefined })
    const [note] = voicesOf(item([line('ann', { decision: 'none', note: 'Hm.' })]), [], false)
    expect(takeOver(note!)).toBeUndefined()
  })
})

describe('work lists', () => {
  it('offer every pair, and know which one is chosen', () => {
    const choices = listChoices(['ann', 'ben', 'cleo'])
    expect(choices.filter(({ value }) => value.startsWith('pair')).map(({ label }) => label)).toEqual(['ann and ben differ', 'ann and cleo differ', 'ben and cleo differ'])
    expect(new Set(choices.map(({ value }) => value)).size).toBe(choices.length)
    for (const choice of choices)
      expect(choiceOf(choices, structuredClone(choice.list))?.value).toBe(choice.value)
    expect(choiceOf(choices, { show: 'all', kinds: [], said: [{ annotator: 'ann', decisions: ['keep'] }], title: 'A cell' })).toBeUndefined()
  })

  it('name only people who decided something', () => {
    expect(annotatorsOf({ annotators: [{ annotator: 'ann', assigned: 9, decided: 2 }, { annotator: 'ben', assigned: 9, decided: 0 }] })).toEqual(['ann'])
    expect(annotatorsOf(undefined)).toEqual([])
  })
})
