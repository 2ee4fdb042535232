// The queue's plain parts: what is open, what comes next, where a record is, what is read ahead, how long somebody looked.
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import type { AuditItem } from '../../../../../src/preload/contract/audits.ts'
import type { Decision } from '../../../../../src/preload/contract/decisions.ts'
import { probeKinds } from '../../../../../src/preload/contract/records.ts'
import { createActiveClock } from '../../../../../src/renderer/src/features/audit/active-clock.ts'
import { draftOf } from '../../../../../src/renderer/src/features/audit/draft.ts'
import { insertAt, isOpen, locate, nextOpen, openItems, parseJump } from '../../../../../src/renderer/src/features/audit/queue-list.ts'
import { createReadAhead, wantedAround } from '../../../../../src/renderer/src/features/audit/read-ahead.ts'

const item = (number: number, own?: Partial<Decision>): AuditItem => ({
  item: number, record: String(number >> 1).padStart(5, '0'), kind: number % 2 === 0 ? 'textRephrase' : 'imageRephrase', index: 0, content: 'now', findings: [],
  whole: { id: String(number >> 1), index: number >> 1, task: 'e-vqa', edit: { prompt: 'q', form: 'question', expected: 'a' }, stated: '', probes: {} },
  ...(own ? { own: { id: 'decision-1', at: '', annotator: 'Ada', role: 'annotator', record: '', kind: 'textRephrase', index: 0, decision: 'keep', content: 'now', ...own } } : {}),
})

describe('what is open', () => {
  it('is what has no decision about its present content', () => {
    expect([isOpen(item(0)), isOpen(item(0, {})), isOpen(item(0, { decision: 'none', flag: true })), isOpen(item(0, { content: 'before' }))]).toEqual([true, false, true, true])
  })
  it('is found behind the place first, then from the start', () => {
    fc.assert(fc.property(fc.uniqueArray(fc.nat({ max: 300 }), { minLength: 1, maxLength: 60 }), fc.array(fc.boolean(), { minLength: 60, maxLength: 60 }), fc.integer({ min: -1, max: 59 }), (numbers, flags, from) => {
      const at = Math.min(from, numbers.length - 1)
      const places = numbers.map((_, place) => place)
      const slow = [...places.filter(place => place > at), ...places.filter(place => place <= at)].find(place => flags[place]) ?? -1
      expect(nextOpen(Int32Array.from(numbers), at, openItems(numbers.filter((_, place) => flags[place])))).toBe(slow)
    }))
  })
  it('takes one in where it is', () => {
    expect([...insertAt(Int32Array.of(4, 7), 1, 9)]).toEqual([4, 9, 7])
    expect([...insertAt(new Int32Array(), 0, 9)]).toEqual([9])
  })
})

describe('where a record is', () => {
  it('is found among 100,000 with a handful of questions, in any order', async () => {
    const numbers = Int32Array.from({ length: 100_000 }, (_, i) => i).reverse()
    const read = vi.fn((wanted: number[]) => Promise.resolve(wanted.map(one => item(one))))
    const of = (record: number, rest: object = {}): Promise<number> => locate({ items: numbers, index: record, record: String(record).padStart(5, '0'), read, ...rest })
    expect(await of(31_234)).toBe(99_999 - 62_468)
    expect(read.mock.calls.length).toBeLessThan(20)
    expect(await of(31_234, { kind: 'imageRephrase' })).toBe(99_999 - 62_469)
    expect([await of(0), await of(49_999, { kind: 'imageRephrase' })]).toEqual([99_999, 0])
    expect([await of(50_000), await of(7, { kind: 'portability' }), await of(7, { probe: 1, kind: 'textRephrase' })]).toEqual([-1, -1, -1])
  })
  it('is not found where it was filtered out', async () => {
    expect(await locate({ items: Int32Array.of(0, 1, 8, 9), index: 2, record: '00002', read: wanted => Promise.resolve(wanted.map(one => item(one))) })).toBe(-1)
    expect(await locate({ items: new Int32Array(), index: 2, record: '00002', read: wanted => Promise.resolve(wanted.map(one => item(one))) })).toBe(-1)
  })
  it('is told from a number by how it is written', () => {
    expect([parseJump('12', 720), parseJump(' #3 ', 2), parseJump('00012', 720), parseJump('900', 720), parseJump('cat-7', 720), parseJump('  ', 720), parseJump('0', 720)])
      .toEqual([{ place: 11 }, { place: 1 }, { record: '00012' }, { record: '900' }, { record: 'cat-7' }, undefined, { record: '0' }])
  })
})

describe('reading ahead', () => {
  it('wants the next three and the one before', () => {
    const numbers = Int32Array.of(10, 11, 12, 13, 14, 15)
    expect([wantedAround(numbers, 2), wantedAround(numbers, 0), wantedAround(numbers, 5)]).toEqual([[12, 13, 14, 15, 11], [10, 11, 12, 13], [15, 14]])
  })
  it('asks for each once, decodes it when it comes, and knows it then', async () => {
    const read = vi.fn((wanted: number[]) => Promise.resolve(wanted.map(one => item(one))))
    const decode = vi.fn()
    const cache = createReadAhead({ read, decode })
    await Promise.all([cache.want([1, 2, 3]), cache.want([2, 3, 4]), cache.ask(3)])
    expect(read.mock.calls.map(([wanted]) => wanted)).toEqual([[1, 2, 3], [4]])
    expect(decode.mock.calls.map(([one]) => (one as AuditItem).item)).toEqual([1, 2, 3, 4])
    expect(cache.get(4)?.item).toBe(4)
    expect(await cache.ask(4)).toBe(cache.get(4))
    expect(read).toHaveBeenCalledTimes(2)
  })
  it('does not let an older answer undo a newer decision, nor fill a list that is gone', async () => {
    let answer: (items: AuditItem[]) => void = () => undefined
    const cache = createReadAhead({ read: () => new Promise<AuditItem[]>(resolve => answer = resolve), decode: () => undefined })
    const asked = cache.want([1, 2])
    cache.set(item(1, { decision: 'reject' }))
    answer([item(1), item(2)])
    await asked
    expect([cache.get(1)?.own?.decision, cache.get(2)?.item]).toEqual(['reject', 2])
    const late = cache.want([5])
    cache.clear()
    answer([item(5)])
    await late
    expect(cache.get(5)).toBeUndefined()
  })
  it('forgets the oldest, and says what could not be read', async () => {
    const cache = createReadAhead({ read: wanted => Promise.resolve(wanted.filter(one => one < 50).map(one => item(one))), decode: () => undefined, most: 3 })
    for (const one of [1, 2, 3, 4])
      await cache.want([one])
    expect([cache.get(1), cache.get(2)?.item]).toEqual([undefined, 2])
    await expect(cache.ask(60)).rejects.toThrow('Probe number 60 is not in the dataset any more.')
    const broken = createReadAhead({ read: () => Promise.reject(new Error('gone')), decode: () => undefined })
    await broken.want([1])
    await expect(broken.ask(1)).rejects.toThrow('gone')
  })
})

describe('a draft', () => {
  const before = item(4, { decision: 'reject', reason: 'unsafe', note: 'hm', flag: true })
  it('keeps note and flag, and leaves the old reason and fix behind', () => {
    expect(draftOf(before, { decision: 'keep' }, 'decision-9', 2)).toEqual({ id: 'decision-9', record: '00002', kind: 'textRephrase', index: 0, decision: 'keep', note: 'hm', flag: true, seconds: 2 })
  })
  it('keeps the decision where only a note or a flag is said', () => {
    expect(draftOf(before, { note: '' }, 'decision-9', 0)).toEqual({ id: 'decision-9', record: '00002', kind: 'textRephrase', index: 0, decision: 'reject', reason: 'unsafe', flag: true })
    expect(draftOf(before, { flag: false }, 'decision-9', 0)).toMatchObject({ decision: 'reject', reason: 'unsafe', note: 'hm' })
    expect(draftOf(before, { flag: false }, 'decision-9', 0)).not.toHaveProperty('flag')
  })
  it('does not carry on what was decided about other content', () => {
    expect(draftOf(item(4, { content: 'before', decision: 'fix', fix: { prompt: 'x' }, note: 'hm' }), { flag: true }, 'decision-9', 0)).toEqual({ id: 'decision-9', record: '00002', kind: 'textRephrase', index: 0, decision: 'none', note: 'hm', flag: true })
  })
  it('is for every kind', () => {
    for (const kind of probeKinds)
      expect(draftOf({ ...item(4), kind }, { decision: 'unsure' }, 'decision-9', 0).kind).toBe(kind)
  })
})

describe('the active clock', () => {
  it('counts while the page is in sight, a long pause as a minute', () => {
    let now = 0
    const clock = createActiveClock(() => now)
    clock.restart()
    now += 5_000
    expect(clock.seconds()).toBe(5)
    clock.setVisible(false)
    now += 600_000
    clock.setVisible(true)
    now += 2_500
    expect(clock.seconds()).toBe(7.5)
    now += 600_000
    clock.touch()
    expect(clock.seconds()).toBe(67.5)
    clock.restart()
    expect(clock.seconds()).toBe(0)
  })
  it('stops at an hour', () => {
    let now = 0
    const clock = createActiveClock(() => now)
    for (let i = 0; i < 200; i++) {
      now += 50_000
      clock.touch()
    }
    expect(clock.seconds()).toBe(3_600)
  })
})
