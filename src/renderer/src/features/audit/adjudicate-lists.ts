// The work lists that an adjudicator chooses from.
import type { AuditStatus } from '@contract/agreement.ts'
import { disputes } from './adjudicate-store.ts'
import type { WorkList } from './adjudicate-store.ts'

export interface ListChoice {
  readonly value: string
  readonly label: string
  readonly list: WorkList
}

/** Where people differ, what they marked, everything; and for every pair what exactly these two differ in, settled or not. */
export function listChoices(annotators: readonly string[]): ListChoice[] {
  const pairs = annotators.flatMap((a, i) => annotators.slice(i + 1).map(b => [a, b] as const))
  return [
    { value: 'disputed', label: 'Disputed, not settled', list: disputes },
    { value: 'differ', label: 'All differences, settled too', list: { show: 'all', kinds: [], said: [], differ: true } },
    { value: 'flagged', label: 'Flagged by anybody', list: { show: 'all', kinds: [], said: [{ decisions: [], flag: true }] } },
    { value: 'unsure', label: 'Somebody is unsure', list: { show: 'all', kinds: [], said: [{ decisions: ['unsure'] }] } },
    { value: 'decided', label: 'Everything decided', list: { show: 'all', kinds: [], said: [{ decisions: [] }] } },
    ...pairs.map(([a, b]) => ({ value: `pair ${a}/${b}`, label: `${a} and ${b} differ`, list: { show: 'all' as const, kinds: [], said: [{ annotator: a, decisions: [] }, { annotator: b, decisions: [] }], differ: true } })),
  ]
}

/** Names of whoever decided something, in the audit's own order. */
export function annotatorsOf(status: Pick<AuditStatus, 'annotators'> | undefined): string[] {
  return (status?.annotators ?? []).filter(({ decided }) => decided > 0).map(({ annotator }) => annotator)
}

/** Which choice a list is; undefined for one that came from elsewhere, like a cell of the confusion table. */
export function choiceOf(choices: readonly ListChoice[], list: WorkList): ListChoice | undefined {
  const text = JSON.stringify(list)
  return choices.find(choice => JSON.stringify(choice.list) === text)
}
