import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Decision, Final, Fix } from '../../../src/preload/contract/decisions.ts'
import { finalOf } from '../../../src/main/audits/final.ts'

const content = 'now'
let stroke = 0
function line(decision: Decision['decision'], more: Partial<Decision> = {}): Decision {
  stroke++
  return { record: '00001', kind: 'textRephrase', index: 0, id: `line-${String(stroke).padStart(4, '0')}`, at: new Date(1e12 + stroke).toISOString(), annotator: 'anna', role: 'annotator', decision, content, ...more }
}
const image = 'b'.repeat(64) as NonNullable<Fix['image']>

describe('what holds for a probe', () => {
  it('is what the only one says', () => {
    expect(finalOf([], [], content)).toEqual({ state: 'undecided', by: 'nobody', keptBy: 0 })
    expect(finalOf([line('keep')], [], content)).toEqual({ state: 'keep', by: 'one', keptBy: 1 })
    expect(finalOf([line('unsure')], [], content)).toEqual({ state: 'unsure', by: 'one', keptBy: 0 })
    expect(finalOf([line('reject', { reason: 'unreadable' })], [], content)).toEqual({ state: 'reject', by: 'one', keptBy: 0, reason: 'unreadable' })
    expect(finalOf([line('fix', { fix: { prompt: 'x' }, reason: 'other' })], [], content)).toEqual({ state: 'fix', by: 'one', keptBy: 0, fix: { prompt: 'x' } })
  })
  it('is what all say alike; of fixes, the same fix', () => {
    expect(finalOf([line('keep'), line('keep'), line('keep')], [], content)).toEqual({ state: 'keep', by: 'agreement', keptBy: 3 })
    expect(finalOf([line('fix', { fix: { prompt: 'x' } }), line('fix', { fix: { prompt: 'x' } })], [], content)).toEqual({ state: 'fix', by: 'agreement', keptBy: 0, fix: { prompt: 'x' } })
    expect(finalOf([line('fix', { fix: { prompt: 'x' } }), line('fix', { fix: { prompt: 'y' } })], [], content).state).toBe('disputed')
    expect(finalOf([line('fix', { fix: { prompt: 'x' } }), line('fix', { fix: { prompt: 'x', image } })], [], content).state).toBe('disputed')
  })
  it('is disputed where they differ, counting who keeps', () => {
    expect(finalOf([line('keep'), line('unsure'), line('keep')], [], content)).toEqual({ state: 'disputed', by: 'nobody', keptBy: 2 })
  })
  it('has the reason only if it is everybody\'s', () => {
    expect(finalOf([line('reject', { reason: 'unsafe' }), line('reject', { reason: 'unsafe' })], [], content).reason).toBe('unsafe')
    expect(finalOf([line('reject', { reason: 'unsafe' }), line('reject', { reason: 'other' })], [], content)).toEqual({ state: 'reject', by: 'agreement', keptBy: 0 })
    expect(finalOf([line('reject'), line('reject', { reason: 'other' })], [], content)).toEqual({ state: 'reject', by: 'agreement', keptBy: 0 })
  })
  it('is what the last adjudicator says, whoever else agrees', () => {
    const earlier = line('reject', { role: 'adjudicator', annotator: 'zoe' })
    const later = line('keep', { role: 'adjudicator', annotator: 'abe' })
    for (const verdicts of [[earlier, later], [later, earlier]])
      expect(finalOf([line('reject'), line('reject')], verdicts, content)).toEqual({ state: 'keep', by: 'adjudicator', keptBy: 0 })
    expect(finalOf([line('keep')], [earlier], content)).toEqual({ state: 'reject', by: 'adjudicator', keptBy: 1 })
  })
  it('leaves out what is about other content, and is stale if nothing else was said', () => {
    const old = { content: 'before' }
    expect(finalOf([line('keep', old)], [], content)).toEqual({ state: 'stale', by: 'nobody', keptBy: 0 })
    expect(finalOf([], [line('keep', { ...old, role: 'adjudicator' })], content).state).toBe('stale')
    expect(finalOf([line('keep', old), line('reject')], [line('keep', old)], content)).toEqual({ state: 'reject', by: 'one', keptBy: 0 })
  })
  it('does not count notes, flags and what was taken back', () => {
    expect(finalOf([line('none', { note: 'odd' }), line('keep')], [line('none', { flag: true })], content)).toEqual({ state: 'keep', by: 'one', keptBy: 1 })
    expect(finalOf([line('none', { flag: true, content: 'before' })], [], content).state).toBe('undecided')
  })
})

/** The contract's sentences, one after the other. */
function slowFinal(said: readonly Decision[], settled: readonly Decision[]): Final {
  const isVote = (each: Decision): boolean => each.decision !== 'none'
  const now = said.filter(each => isVote(each) && each.content === content)
  const keptBy = now.filter(each => each.decision === 'keep').length
  const verdict = [...settled].filter(each => isVote(each) && each.content === content).sort((a, b) => a.at < b.at ? 1 : -1)[0]
  const heard = verdict ? [verdict] : now
  if (heard.length === 0)
    return { state: [...said, ...settled].some(isVote) ? 'stale' : 'undecided', by: 'nobody', keptBy }
  const different = new Set(heard.map(each => JSON.stringify([each.decision, each.decision === 'fix' ? [each.fix?.prompt, each.fix?.image] : 0])))
  if (different.size > 1)
    return { state: 'disputed', by: 'nobody', keptBy }
  const reasons = new Set(heard.map(each => each.reason))
  const { decision, reason, fix } = heard[0]!
  return {
    state: decision === 'none' ? 'undecided' : decision, by: verdict ? 'adjudicator' : heard.length === 1 ? 'one' : 'agreement', keptBy,
    ...(decision === 'reject' && reasons.size === 1 && reason !== undefined ? { reason } : {}), ...(decision === 'fix' && fix ? { fix } : {}),
  }
}

it('agrees with its slow version, whatever the order of annotators', () => {
  const drawn = fc.record({
    decision: fc.constantFrom('keep', 'reject', 'fix', 'unsure', 'none'), content: fc.constantFrom(content, content, 'before'),
    reason: fc.constantFrom('a', 'b', undefined), prompt: fc.constantFrom('x', 'y'),
  })
  const toLine = ({ decision, reason, prompt, content: about }: { decision: Decision['decision'], content: string, reason: string | undefined, prompt: string }): Decision =>
    line(decision, { content: about, ...(reason === undefined ? {} : { reason }), ...(decision === 'fix' ? { fix: { prompt } } : {}) })
  fc.assert(fc.property(fc.array(drawn, { maxLength: 4 }), fc.array(drawn, { maxLength: 2 }), (said, settled) => {
    const [votes, verdicts] = [said.map(toLine), settled.map(toLine)]
    expect(finalOf(votes, verdicts, content)).toEqual(slowFinal(votes, verdicts))
    expect(finalOf([...votes].reverse(), [...verdicts].reverse(), content)).toEqual(finalOf(votes, verdicts, content))
  }), { numRuns: 500 })
})
