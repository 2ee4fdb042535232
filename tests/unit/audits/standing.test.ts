// What every policy makes of every state of a probe, written out; and a record cleaned by it, against a slow reading of the same table.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cleanRecord } from '../../../src/main/audits/clean.ts'
import { createProbeList } from '../../../src/main/audits/probe-list.ts'
import { standingOf } from '../../../src/main/audits/standing.ts'
import type { Standing } from '../../../src/main/audits/standing.ts'
import { refusedByMmedit } from '../../../src/main/datasets/formats/write-mmedit.ts'
import type { Counts } from '../../../src/preload/contract/comparison.ts'
import { AuditSettings, finalStates } from '../../../src/preload/contract/decisions.ts'
import type { Final } from '../../../src/preload/contract/decisions.ts'
import { probeKinds } from '../../../src/preload/contract/records.ts'
import type { EditRecord } from '../../../src/preload/contract/records.ts'

const image = { root: 'image', path: 'a.png' }
const edit = { prompt: 'What is it?', form: 'question' as const, image, expected: 'cat' }
const record: EditRecord = {
  id: '00007', index: 7, task: 'e-vqa', edit, stated: 'dog',
  probes: {
    textRephrase: [{ ...edit, prompt: 'What is this?' }],
    imageRephrase: [{ ...edit, image: { root: 'rephrase', path: 'b.png' } }],
    unrelatedText: [{ prompt: 'nq question: who', form: 'plain', expected: 'nobody' }],
    unrelatedImage: [{ prompt: 'Which?', form: 'question', image: { root: 'image', path: 'c.png' }, expected: 'that' }],
    portability: [{ prompt: 'Why?', form: 'question', image, expected: 'so', label: '1-hop' }, { prompt: 'Where?', form: 'question', image, expected: 'there' }],
  },
}
const list = createProbeList()
list.add(record)
const probes = list.list()

const standings: readonly (readonly [Final['state'], Record<Exclude<Counts, 'all'>, Standing>])[] = [
  ['undecided', { 'without-rejected': 'stays', 'with-fixes': 'stays', 'double-kept': 'leaves' }],
  ['keep', { 'without-rejected': 'stays', 'with-fixes': 'stays', 'double-kept': 'leaves' }],
  ['reject', { 'without-rejected': 'leaves', 'with-fixes': 'leaves', 'double-kept': 'leaves' }],
  ['fix', { 'without-rejected': 'leaves', 'with-fixes': 'fixed', 'double-kept': 'leaves' }],
  ['unsure', { 'without-rejected': 'stays', 'with-fixes': 'stays', 'double-kept': 'leaves' }],
  ['disputed', { 'without-rejected': 'stays', 'with-fixes': 'stays', 'double-kept': 'leaves' }],
  ['stale', { 'without-rejected': 'stays', 'with-fixes': 'stays', 'double-kept': 'leaves' }],
]
const policies = ['without-rejected', 'with-fixes', 'double-kept'] as const

describe('standing', () => {
  it.each(standings)('of %s', (state, expected) => {
    const book = { settings: AuditSettings.parse({}), probes, finalOf: (): Final => ({ state, by: 'one', keptBy: 0 }) }
    const item = probes.itemOf({ record: '00007', kind: 'textRephrase', index: 0 })!
    for (const counts of policies)
      expect(standingOf(book, item, counts), counts).toBe(expected[counts])
    expect(standingOf(book, item, 'all')).toBe('stays')
    // The audit is not about it.
    const other = probes.itemOf({ record: '00007', kind: 'portability', index: 1 })!
    for (const counts of policies)
      expect(standingOf(book, other, counts), counts).toBe('stays')
  })

  it.each<[Final['by'], number, Standing]>([['agreement', 2, 'stays'], ['agreement', 3, 'stays'], ['one', 1, 'leaves'], ['adjudicator', 1, 'leaves'], ['adjudicator', 2, 'stays']])('double-kept by %s, %i of them', (by, keptBy, expected) => {
    expect(standingOf({ settings: AuditSettings.parse({}), probes, finalOf: () => ({ state: 'keep', by, keptBy }) }, 0, 'double-kept')).toBe(expected)
  })

  it('names every state', () => {
    expect(new Set(standings.map(([state]) => state))).toEqual(new Set(finalStates))
  })
})

describe('a cleaned record', () => {
  const final = fc.record({ state: fc.constantFrom(...finalStates), by: fc.constantFrom<Final['by']>('one', 'agreement', 'adjudicator'), keptBy: fc.nat(3) })
    .map((one): Final => ({ ...one, ...(one.state === 'fix' ? { fix: { prompt: `${one.by} ${one.keptBy}` } } : {}) }))

  it('keeps what stays, in its order, and can be written', () => {
    fc.assert(fc.property(fc.array(final, { minLength: probes.count, maxLength: probes.count }), fc.subarray([...probeKinds], { minLength: 1 }), fc.constantFrom(...policies), (finals, kinds, counts) => {
      const book = { settings: AuditSettings.parse({ kinds }), probes, finalOf: (item: number) => finals[item]! }
      const { record: cleaned, changes } = cleanRecord(record, { book, counts, pathOf: () => undefined, refuses: refusedByMmedit })
      let item = 0
      const expected: EditRecord['probes'] = {}
      let changed = 0
      for (const kind of probeKinds) {
        for (const probe of record.probes[kind]!) {
          const { state, keptBy, fix } = finals[item++]!
          const isKept = state === 'keep' && keptBy > 1
          const isOut = kinds.includes(kind) && (counts === 'double-kept' ? !isKept : state === 'reject' || (state === 'fix' && (counts === 'without-rejected' || kind === 'imageRephrase')))
          const isFixed = kinds.includes(kind) && counts === 'with-fixes' && state === 'fix'
          changed += isOut || isFixed ? 1 : 0
          if (!isOut)
            expected[kind] = [...expected[kind] ?? [], isFixed ? { ...probe, prompt: fix!.prompt! } : probe]
        }
      }
      expect(cleaned).toEqual({ ...record, probes: expected })
      expect(Object.keys(cleaned.probes)).toEqual(probeKinds.filter(kind => expected[kind]))
      expect(changes).toHaveLength(changed)
      expect(refusedByMmedit(cleaned)).toBeUndefined()
      expect(changes.filter(({ after }) => after === undefined)).toHaveLength(6 - Object.values(cleaned.probes).flat().length)
    }))
  })
})
