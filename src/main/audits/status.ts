// An audit at a glance: how many probes stand where, who has done how much.
import type { AuditStatus } from '../../preload/contract/agreement.ts'
import type { Dataset } from '../../preload/contract/datasets.ts'
import type { AuditBook } from './book.ts'
import { isCurrent } from './disagreement.ts'

const noStates = (): AuditStatus['states'] => ({ undecided: 0, keep: 0, reject: 0, fix: 0, unsure: 0, disputed: 0, stale: 0 })

export function statusOf(book: AuditBook, { id, name }: Pick<Dataset, 'id' | 'name'>, findings: number): AuditStatus {
  const { probes, replay, settings } = book
  const names = [...new Set([...settings.assignment?.annotators ?? [], ...replay.people('annotator')])].sort()
  const annotators = names.map(annotator => ({ annotator, assigned: 0, decided: 0 }))
  const states = noStates()
  let [audited, double] = [0, 0]
  for (let item = 0; item < probes.count; item++) {
    if (!book.isAudited(item))
      continue
    audited++
    states[book.finalOf(item).state]++
    const votes = book.said(item, 'annotator').filter(line => line.decision !== 'none' && isCurrent(book, item, line))
    if (votes.length > 1)
      double++
    for (const person of annotators) {
      if (book.isAssigned(item, person.annotator))
        person.assigned++
      if (votes.length > 0 && votes.some(({ annotator }) => annotator === person.annotator))
        person.decided++
    }
  }
  return { dataset: id, name, probes: audited, states, double, decisions: replay.count(), annotators, findings, notes: [...book.notes] }
}

/** Of a dataset that cannot be opened. */
export function brokenStatus({ id, name }: Pick<Dataset, 'id' | 'name'>, reason: string): AuditStatus {
  return { dataset: id, name, probes: 0, states: noStates(), double: 0, decisions: 0, annotators: [], findings: 0, notes: [reason] }
}
