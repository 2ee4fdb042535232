// Which probes are in the queue and in which order.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { QueueRequest } from '../../../src/preload/contract/audits.ts'
import type { Queue } from '../../../src/preload/contract/audits.ts'
import type { Finding } from '../../../src/preload/contract/findings.ts'
import type { AuditBook } from '../../../src/main/audits/book.ts'
import { disagreementOf } from '../../../src/main/audits/disagreement.ts'
import { findingsOf } from '../../../src/main/audits/item-findings.ts'
import { queueOf } from '../../../src/main/audits/queue.ts'
import type { QueueParts } from '../../../src/main/audits/queue.ts'
import { bookOf, lineAbout, linesOf, probesOf, recordId } from './book-of.ts'

const probes = probesOf(4, ['textRephrase', 'imageRephrase', 'unrelatedText'])
/** Items 0, 1, 2 are of record 0, and so on; the third of each is not of the audit. */
const audited = [0, 1, 3, 4, 6, 7, 9, 10]

const gravityOf = (check: string): number => ({ broken: 0, likely: 1 })[check] ?? 2
function ask(book: AuditBook, request: Partial<QueueRequest> = {}, parts: Partial<QueueParts> = {}): Queue {
  return queueOf({ book, request: QueueRequest.parse({ dataset: 'd', annotator: 'ann', ...request }), findings: new Map(), gravityOf, ...parts })
}

const finding = (check: string, row: number, change: Partial<Finding> = {}): Finding => ({ check, record: recordId(row), sentence: '…', ...change })
const byRecord = (...findings: Finding[]): Map<string, Finding[]> => new Map(findings.map(({ record }) => [record, findings.filter(other => other.record === record)]))

describe('who sees which probes', () => {
  const ann = linesOf(probes, 'ann', 'kr f')
  const bo = linesOf(probes, 'bo', 'kk u')
  const cy = linesOf(probes, 'cy', ' k', 'adjudicator')
  const book = bookOf(probes, [...ann, ...bo, ...cy])

  it('shows an annotator the audit\'s probes, and counts those that are decided', () => {
    expect(ask(book)).toEqual({ items: audited, assigned: 8, decided: 3, firstOpen: 3, notes: [] })
    expect(ask(book, { annotator: 'dee' })).toMatchObject({ items: audited, decided: 0, firstOpen: 0 })
    expect(ask(book, { annotator: undefined })).toMatchObject({ items: audited, decided: 0, firstOpen: 0 })
  })

  it.each([
    ['open', [4, 6, 7, 9, 10]], ['decided', [0, 1, 3]], ['keep', [0]], ['reject', [1]], ['fix', [3]], ['unsure', []], ['flagged', []],
  ] as const)('filters by the own decision: %s', (show, items) => {
    expect(ask(book, { show })).toMatchObject({ items, assigned: 8, decided: 3, firstOpen: show === 'open' ? 0 : -1 })
  })

  it('counts a decision about other content as open, and a flag as no decision', () => {
    const again = bookOf(probes, [lineAbout(probes, 0, 'ann', 'keep', { content: 'of before' }), lineAbout(probes, 1, 'ann', 'none', { flag: true }), lineAbout(probes, 3, 'ann', 'none', { note: 'n' })])
    expect(ask(again)).toMatchObject({ decided: 0, firstOpen: 0 })
    expect(ask(again, { show: 'keep' }).items).toEqual([])
    expect(ask(again, { show: 'flagged' }).items).toEqual([1])
    expect(ask(again, { show: 'stale', role: 'adjudicator' }).items).toEqual([0])
  })

  it('gives an adjudicator what is disputed, without what is settled', () => {
    expect(ask(book, { role: 'adjudicator', annotator: 'cy', show: 'disputed' })).toEqual({ items: [3], assigned: 8, decided: 1, firstOpen: 0, notes: [] })
    expect(ask(book, { role: 'adjudicator', annotator: 'cy', show: 'decided' }).items).toEqual([1])
    expect(ask(book, { role: 'adjudicator', annotator: 'cy' })).toMatchObject({ firstOpen: 0, decided: 1 })
  })

  it('does not tell annotators of a blind audit what others said', () => {
    for (const request of [{ show: 'disputed' }, { show: 'stale' }, { sort: 'disagreement' }, { differ: true }, { said: [{ annotator: 'bo', decisions: [] }] }] as const)
      expect(() => ask(book, request as Partial<QueueRequest>)).toThrow(/shows what other annotators said, and this audit is blind\. Ask as adjudicator, or turn 'blind' off/)
    const open = bookOf(probes, [...ann, ...bo], { blind: false })
    expect(ask(open, { show: 'disputed' }).items).toEqual([1, 3])
  })

  it('finds what annotators say now, and where they differ', () => {
    const asked = (request: Partial<QueueRequest>): number[] => ask(book, { role: 'adjudicator', ...request }).items
    expect(asked({ said: [{ annotator: 'ann', decisions: [] }, { annotator: 'bo', decisions: [] }] })).toEqual([0, 1, 3])
    expect(asked({ said: [{ annotator: 'ann', decisions: ['reject'] }, { annotator: 'bo', decisions: ['keep'] }] })).toEqual([1])
    expect(asked({ said: [{ decisions: ['unsure'] }] })).toEqual([3])
    expect(asked({ differ: true })).toEqual([1, 3])
  })

  it('keeps to the annotator\'s own share where probes are dealt out', () => {
    const dealt = bookOf(probes, ann, { assignment: { annotators: ['ann', 'bo'], each: 1, seed: 3 } })
    const [a, b] = ['ann', 'bo'].map(annotator => ask(dealt, { annotator }).items) as [number[], number[]]
    expect([a.length, b.length]).toEqual([4, 4])
    expect([...a, ...b].sort((x, y) => x - y)).toEqual(audited)
    expect(ask(dealt, { annotator: 'ann' }).assigned).toBe(4)
    expect(ask(dealt, { annotator: 'stranger' })).toMatchObject({ items: [], assigned: 0, firstOpen: -1 })
    expect(ask(dealt, { annotator: 'ann', role: 'adjudicator' }).items).toEqual(audited)
  })

  it('filters by kind, by check and by records', () => {
    expect(ask(book, { kinds: ['imageRephrase'] }).items).toEqual([1, 4, 7, 10])
    const findings = byRecord(finding('broken', 1), finding('likely', 2, { kind: 'imageRephrase', index: 0 }), finding('likely', 3, { kind: 'imageRephrase', index: 1 }))
    expect(ask(book, { checks: ['broken'] }, { findings }).items).toEqual([3, 4])
    expect(ask(book, { checks: ['likely'] }, { findings }).items).toEqual([7])
    expect(ask(book, { checks: ['broken', 'likely'], kinds: ['imageRephrase'] }, { findings }).items).toEqual([4, 7])
    expect(ask(book, {}, { records: new Set([recordId(3), 'gone']) }).items).toEqual([9, 10])
    expect(findingsOf(probes, findings, 8)).toEqual([])
    expect(findingsOf(probes, findings, 4)).toHaveLength(1)
  })
})

describe('the order', () => {
  const large = probesOf(300)

  it('puts the gravest findings first, then the most', () => {
    const findings = byRecord(finding('look', 0), finding('look', 0), finding('broken', 2, { kind: 'imageRephrase' }), finding('likely', 1, { kind: 'textRephrase', index: 0 }), finding('likely', 2), finding('unheard-of', 3))
    expect(ask(bookOf(probes, []), { sort: 'findings' }, { findings }).items).toEqual([7, 3, 6, 0, 1, 9, 10, 4])
  })

  it('puts the most influential first and the unknown last', () => {
    const influence = new Float64Array(probes.count).fill(NaN)
    influence.set([0.1, 0.5, 9, 0.1], 0)
    expect(ask(bookOf(probes, []), { sort: 'influence' }, { influence }).items).toEqual([1, 0, 3, 4, 6, 7, 9, 10])
  })

  it('puts those first about whom annotators differ most', () => {
    const book = bookOf(probes, [...linesOf(probes, 'ann', 'kk kk'), ...linesOf(probes, 'bo', 'kr ru'), ...linesOf(probes, 'cy', 'k  kr')])
    expect([0, 1, 3, 4, 6].map(item => disagreementOf(book, item))).toEqual([0, 1, 2 / 3, 1, -1])
    expect(ask(book, { sort: 'disagreement', role: 'adjudicator' }).items).toEqual([1, 4, 3, 0, 6, 7, 9, 10])
  })

  it('is random by the seed, and the same however much is filtered', () => {
    const book = bookOf(large, linesOf(large, 'ann', 'kkk k'))
    const one = ask(book, { sort: 'random', seed: 5 }).items
    expect(ask(book, { sort: 'random', seed: 5 }).items).toEqual(one)
    expect(ask(book, { sort: 'random', seed: 6 }).items).not.toEqual(one)
    expect([...one].sort((a, b) => a - b)).toEqual(Array.from({ length: 600 }, (_, item) => item))
    const open = new Set(ask(book, { show: 'open' }).items)
    expect(ask(book, { sort: 'random', seed: 5, show: 'open' }).items).toEqual(one.filter(item => open.has(item)))
  })

  it('draws a sample that stays as it is while it is decided', () => {
    const sampled = { sample: 20, seed: 1 }
    const drawn = ask(bookOf(large, []), sampled).items
    expect(drawn).toHaveLength(20)
    expect(drawn).toEqual([...drawn].sort((a, b) => a - b))
    const lines = drawn.slice(0, 7).map(item => lineAbout(large, item, 'ann', 'keep'))
    expect(ask(bookOf(large, lines), sampled)).toMatchObject({ items: drawn, assigned: 600, decided: 7, firstOpen: 7 })
    expect(ask(bookOf(large, lines), { ...sampled, show: 'open' }).items).toEqual(drawn.slice(7))
    expect(ask(bookOf(large, []), { ...sampled, seed: 2 }).items).not.toEqual(drawn)
    expect(ask(bookOf(large, []), { sample: 100_000 }).items).toHaveLength(600)
  })

  it('is a permutation of what is filtered, in every order', () => {
    const letters = fc.string({ unit: fc.constantFrom('k', 'r', 'f', 'u', ' '), maxLength: 12 })
    fc.assert(fc.property(letters, letters, fc.constantFrom('all', 'open', 'decided', 'keep') as fc.Arbitrary<QueueRequest['show']>, fc.nat(5), (a, b, show, seed) => {
      const book = bookOf(probes, [...linesOf(probes, 'ann', a), ...linesOf(probes, 'bo', b)])
      const plain = ask(book, { show, role: 'adjudicator' })
      for (const sort of ['findings', 'disagreement', 'influence', 'random'] as const) {
        const { items, firstOpen } = ask(book, { show, role: 'adjudicator', sort, seed }, { influence: Float64Array.from({ length: probes.count }, (_, item) => item * 7 % 5), findings: byRecord(finding('look', seed % 4)) })
        expect([...items].sort((x, y) => x - y)).toEqual(plain.items)
        expect(firstOpen === -1).toBe(plain.firstOpen === -1)
      }
    }), { numRuns: 50 })
  })
})
