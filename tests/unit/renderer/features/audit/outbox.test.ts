// Decisions that are not written yet: kept one by one, in order, through a reload, without writing over another window's.
import { describe, expect, it } from 'vitest'
import type { DecisionDraft } from '../../../../../src/preload/contract/decisions.ts'
import { createOutbox } from '../../../../../src/renderer/src/features/audit/outbox.ts'
import type { Keeper, Person } from '../../../../../src/renderer/src/features/audit/outbox.ts'

function shelf(isFull = false): Keeper & { readonly kept: Map<string, string> } {
  const kept = new Map<string, string>()
  return {
    kept,
    keys: prefix => [...kept.keys()].filter(key => key.startsWith(prefix)),
    read: key => kept.get(key),
    keep(key, value) {
      if (isFull)
        return false
      if (value === undefined)
        kept.delete(key)
      else
        kept.set(key, value)
      return true
    },
  }
}

const ada: Person = { dataset: 'e-vqa', annotator: 'Ada / Ö', role: 'annotator' }
const draft = (id: string, decision: DecisionDraft['decision'] = 'keep'): DecisionDraft => ({ id, record: '00001', kind: 'textRephrase', index: 0, decision })

describe('the outbox', () => {
  it('comes back after a reload, in order, and forgets what was written', () => {
    const keeper = shelf()
    const before = createOutbox(keeper, ada)
    for (const id of ['decision-c', 'decision-a', 'decision-b'])
      before.add([draft(id)])
    const after = createOutbox(keeper, ada)
    expect(after.list().map(({ id }) => id)).toEqual(['decision-c', 'decision-a', 'decision-b'])
    expect(after.list()[0]?.drafts).toEqual([draft('decision-c')])
    after.remove('decision-a')
    expect(createOutbox(keeper, ada).list().map(({ id }) => id)).toEqual(['decision-c', 'decision-b'])
  })
  it('is of one person, role and dataset', () => {
    const keeper = shelf()
    createOutbox(keeper, ada).add([draft('decision-a')])
    for (const other of [{ ...ada, annotator: 'Ada' }, { ...ada, role: 'adjudicator' as const }, { ...ada, dataset: 'e-ic' }])
      expect(createOutbox(keeper, other).list()).toEqual([])
  })
  it('does not write over what another window added', () => {
    const keeper = shelf()
    const one = createOutbox(keeper, ada), two = createOutbox(keeper, ada)
    one.add([draft('decision-a')])
    two.add([draft('decision-b')])
    one.remove('decision-a')
    expect(createOutbox(keeper, ada).list().map(({ id }) => id)).toEqual(['decision-b'])
  })
  it('goes on where nothing can be kept, and past what is broken', () => {
    const full = createOutbox(shelf(true), ada)
    full.add([draft('decision-a')])
    expect(full.list()).toHaveLength(1)
    const keeper = shelf()
    createOutbox(keeper, ada).add([draft('decision-a')])
    const [key = ''] = keeper.kept.keys()
    keeper.kept.set(`${key}2`, '{"id":')
    keeper.kept.set(`${key}3`, '{"id":"x","drafts":[]}')
    expect(createOutbox(keeper, ada).list().map(({ id }) => id)).toEqual(['decision-a'])
  })
})
