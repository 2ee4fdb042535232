// What annotators say now, from their lines: in any order, after any number of undos, equal to the slow way of keeping every state.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Decision } from '../../../src/preload/contract/decisions.ts'
import { createRandom } from '../../../src/main/base/random.ts'
import { createBook } from '../../../src/main/audits/book.ts'
import type { AuditBook } from '../../../src/main/audits/book.ts'
import { decisionLines, undoLines } from '../../../src/main/audits/new-lines.ts'
import { createReplay, keyOf } from '../../../src/main/audits/replay.ts'
import type { Replay } from '../../../src/main/audits/replay.ts'
import { AuditSettings } from '../../../src/preload/contract/decisions.ts'
import { probesOf, recordId } from './book-of.ts'
import { line } from './study.ts'

const probes = probesOf(3, ['textRephrase'])
const bookOver = (replay: Replay): AuditBook => createBook({ probes, settings: AuditSettings.parse({}), replay, version: '', isAudited: () => true, isAssigned: () => true, notes: [] })

/** What holds, as far as people see it. */
const visible = (said: Decision | undefined): unknown => said && { decision: said.decision, reason: said.reason, fix: said.fix, note: said.note, flag: said.flag }
const people = [['ann', 'annotator'], ['bo', 'annotator'], ['ann', 'adjudicator']] as const
const stateOf = (replay: Replay): unknown => people.map(([annotator, role]) => Array.from({ length: probes.count }, (_, item) => visible(bookOver(replay).own(item, annotator, role))))

type Step = { readonly kind: 'decide', readonly who: number, readonly said: readonly { record: number, decision: Decision['decision'], note?: string, flag?: boolean }[] } | { readonly kind: 'undo', readonly who: number }

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({
    kind: fc.constant('decide' as const),
    who: fc.nat(people.length - 1),
    said: fc.array(fc.record({ record: fc.nat(2), decision: fc.constantFrom('keep', 'reject', 'unsure', 'none'), note: fc.constantFrom('', 'odd'), flag: fc.boolean() }, { requiredKeys: ['record', 'decision'] }), { minLength: 1, maxLength: 4 }),
  }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('undo' as const), who: fc.nat(people.length - 1) }) },
)

describe('replaying decisions', () => {
  it('equals keeping every former state, also from the lines alone, in any order, in several files', () => {
    fc.assert(fc.property(fc.array(step, { maxLength: 30 }), fc.integer(), (steps, seed) => {
      const replay = createReplay()
      const written: Decision[] = []
      /** The slow way: of every person a stack of what they said of everything. */
      const stacks = people.map(() => [Array.from({ length: probes.count }, (): unknown => undefined)])
      steps.forEach((one, i) => {
        const [annotator, role] = people[one.who]!
        const book = bookOver(replay)
        const stack = stacks[one.who]!
        let lines: Decision[]
        if (one.kind === 'undo') {
          lines = undoLines(book, annotator, replay.lastStroke(annotator, role))
          if (stack.length > 1)
            stack.pop()
        }
        else {
          const decisions = one.said.map(({ record, ...said }, j) => ({ record: recordId(record), kind: 'textRephrase' as const, index: 0, id: `step-${i}-${j}-long`, batch: `batch ${i}`, ...said }))
          lines = decisionLines(book, { annotator, role, decisions })
          const state = [...stack.at(-1)!]
          for (const { record, decision, note, flag } of one.said)
            state[record] = decision !== 'none' || flag || note ? { decision, reason: undefined, fix: undefined, note, flag } : undefined
          stack.push(state)
        }
        replay.add(lines)
        written.push(...lines)
        expect(stateOf(replay)).toEqual(stacks.map(all => all.at(-1)))
      })
      const times = written.filter(({ annotator }) => annotator === 'ann').map(({ at }) => at)
      expect(times).toEqual([...new Set(times)].sort())
      // What is on the disk is all that a restart has: lines in any order, in pieces, some twice.
      const again = createReplay()
      const shuffled = createRandom(seed).shuffle([...written, ...written.slice(0, 3)])
      for (let i = 0; i < shuffled.length; i += 4)
        again.add(shuffled.slice(i, i + 4))
      expect(stateOf(again)).toEqual(stateOf(replay))
      expect(again.revision()).toBe(replay.revision())
      expect(again.count()).toBe(written.length)
      for (const [annotator, role] of people)
        expect(again.lastStroke(annotator, role)).toEqual(replay.lastStroke(annotator, role))
    }), { numRuns: 150 })
  })

  it('takes a batch back as one, and a probe that it names twice to what was said before the batch', () => {
    const replay = createReplay()
    replay.add([line({ id: 'first-line', decision: 'keep' }), line({ id: 'batch-one', decision: 'reject', batch: 'b' }), line({ id: 'batch-two', decision: 'unsure', batch: 'b' }), line({ id: 'batch-three', record: '00001', batch: 'b' })])
    const book = bookOver(replay)
    const lines = undoLines(book, 'ann', replay.lastStroke('ann', 'annotator'))
    expect(lines.map(({ undoes }) => undoes)).toEqual(['batch-three', 'batch-two', 'batch-one'])
    replay.add(lines)
    expect(book.own(0, 'ann', 'annotator')?.decision).toBe('keep')
    expect(book.own(1, 'ann', 'annotator')).toBeUndefined()
    replay.add(undoLines(book, 'ann', replay.lastStroke('ann', 'annotator')))
    expect(book.own(0, 'ann', 'annotator')).toBeUndefined()
    expect(replay.lastStroke('ann', 'annotator')).toEqual([])
    expect(undoLines(book, 'ann', [])).toEqual([])
  })

  it('puts an older line of another machine in its place in time', () => {
    const replay = createReplay()
    const [older, newer] = [line({ decision: 'reject' }), line({ decision: 'keep' })]
    replay.add([newer])
    replay.add([older, line({ annotator: 'bo', at: '2025-01-01T00:00:00.000Z' })])
    const book = bookOver(replay)
    expect(book.own(0, 'ann', 'annotator')).toBe(newer)
    expect(replay.lastStroke('ann', 'annotator')).toEqual([{ line: newer, before: older }])
    expect(replay.history(keyOf(newer)).map(({ annotator, decision }) => [annotator, decision])).toEqual([['bo', 'keep'], ['ann', 'reject'], ['ann', 'keep']])
    expect(book.said(0, 'annotator').map(({ annotator }) => annotator)).toEqual(['ann', 'bo'])
    expect(replay.people('annotator')).toEqual(['ann', 'bo'])
    expect(replay.lastAt('ann')).toBe(newer.at)
  })

  it('goes on after the last line of a person whose clock was ahead', () => {
    const replay = createReplay()
    replay.add([line({ at: '2099-05-01T00:00:00.000Z', role: 'adjudicator' })])
    const [next, after] = decisionLines(bookOver(replay), { annotator: 'ann', role: 'annotator', decisions: ['a', 'b'].map(id => ({ record: '00000', kind: 'textRephrase', index: 0, id: `${id}-decision`, decision: 'keep' })) })
    expect([next?.at, after?.at]).toEqual(['2099-05-01T00:00:00.001Z', '2099-05-01T00:00:00.002Z'])
  })

  it('forgets what it made of a probe when something new is said of it', () => {
    const replay = createReplay()
    const book = bookOver(replay)
    const content = probes.contentOf(0)
    expect(book.finalOf(0)).toEqual({ state: 'undecided', by: 'nobody', keptBy: 0 })
    replay.add([line({ content })])
    expect(book.finalOf(0)).toMatchObject({ state: 'keep', by: 'one' })
    expect(book.finalOf(0)).toBe(book.finalOf(0))
    replay.add([line({ content, annotator: 'bo', decision: 'unsure' })])
    expect(book.finalOf(0).state).toBe('disputed')
    replay.add([line({ content, annotator: 'cy', role: 'adjudicator', decision: 'reject' })])
    expect(book.finalOf(0)).toMatchObject({ state: 'reject', by: 'adjudicator', keptBy: 1 })
  })
})
