// What a decision says about a probe: everything that held before and is not said anew.
import type { AuditItem } from '@contract/audits.ts'
import type { Decision, DecisionDraft, Fix } from '@contract/decisions.ts'

export interface Change {
  readonly decision?: Decision['decision']
  readonly reason?: string | undefined
  readonly fix?: Fix | undefined
  readonly note?: string
  readonly flag?: boolean
}

/** A new decision takes the old reason and fix away; notes and flags stay until they are changed themselves. */
export function draftOf({ record, kind, index, own, content }: Pick<AuditItem, 'record' | 'kind' | 'index' | 'own' | 'content'>, change: Change, id: string, seconds: number): DecisionDraft {
  // What was decided about other content does not hold for this one; a note and a flag still do.
  const before = own?.content === content ? own : undefined
  const said = change.decision === undefined
    ? { decision: before?.decision ?? 'none' as const, reason: before?.reason, fix: before?.fix }
    : { decision: change.decision, reason: change.reason, fix: change.fix }
  const note = change.note ?? own?.note
  const flag = change.flag ?? own?.flag
  return {
    id, record, kind, index,
    decision: said.decision,
    ...(said.reason === undefined ? {} : { reason: said.reason }),
    ...(said.fix === undefined ? {} : { fix: said.fix }),
    ...(note === undefined || note === '' ? {} : { note }),
    ...(flag ? { flag } : {}),
    ...(seconds > 0 ? { seconds } : {}),
  }
}
