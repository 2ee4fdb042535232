// What is written when somebody decides or takes back: whole lines, each later than all that this person said before.
import { randomUUID } from 'node:crypto'
import type { Decision, DecisionDraft, Role } from '../../preload/contract/decisions.ts'
import { now } from '../base/log.ts'
import type { AuditBook } from './book.ts'
import type { Stroke } from './replay.ts'

export interface Sent { readonly annotator: string, readonly role: Role, readonly decisions: readonly DecisionDraft[] }

/** Times that grow with every call, later than the person's last line, also where that came from a machine whose clock is ahead. */
function clockOf(book: AuditBook, annotator: string): () => string {
  const last = book.replay.lastAt(annotator)
  let at = Math.max(now(), last === undefined ? 0 : Date.parse(last) + 1) - 1
  return () => new Date(++at).toISOString()
}

const about = ({ record, kind, index }: Pick<Decision, 'record' | 'kind' | 'index'>): string => `record '${record}', probe '${kind}' number ${index}`

/** The lines that these drafts become; one that is known by its id is the line that was written then. Throws a sentence where one cannot be decided. */
export function decisionLines(book: AuditBook, { annotator, role, decisions }: Sent): Decision[] {
  const next = clockOf(book, annotator)
  const made = new Map<string, Decision>()
  return decisions.map((draft) => {
    const known = book.replay.get(draft.id) ?? made.get(draft.id)
    if (known) {
      if (known.annotator !== annotator || known.role !== role || about(known) !== about(draft))
        throw new Error(`Decision '${draft.id}' was made before, by '${known.annotator}' about ${about(known)}. Send this one under an id of its own.`)
      return known
    }
    const line = lineOf(book, draft, { annotator, role, at: next() })
    made.set(line.id, line)
    return line
  })
}

function lineOf({ probes, settings }: AuditBook, draft: DecisionDraft, said: Pick<Decision, 'annotator' | 'role' | 'at'>): Decision {
  const item = probes.itemOf(draft)
  if (item === undefined)
    throw new Error(`Record '${draft.record}' has no probe '${draft.kind}' number ${draft.index}. Open the queue again: the dataset may have been imported anew.`)
  const { reason, fix, ...rest } = draft
  if (rest.decision === 'fix' && !fix)
    throw new Error(`The fix of ${about(draft)} has neither a text nor a picture. Type the corrected text or drop a picture.`)
  if (rest.decision === 'reject' && reason !== undefined && !settings.reasons.some(({ id }) => id === reason))
    throw new Error(`Reason '${reason}' is not one of this audit's: ${settings.reasons.map(({ id }) => id).join(', ')}. Choose one, or add it in the audit's settings.`)
  return {
    ...rest,
    ...(rest.decision === 'reject' && reason !== undefined ? { reason } : {}),
    ...(rest.decision === 'fix' && fix ? { fix } : {}),
    ...said,
    content: probes.contentOf(item),
  }
}

const unsaid = (line: Decision): Pick<Decision, 'decision' | 'content'> => ({ decision: 'none', content: line.content })

/** What a line says of its probe, without when, how fast and in which batch. */
function saidBy({ decision, reason, fix, note, flag, content }: Decision): Pick<Decision, 'decision' | 'reason' | 'fix' | 'note' | 'flag' | 'content'> {
  return { decision, content, ...(reason === undefined ? {} : { reason }), ...(fix ? { fix } : {}), ...(note === undefined ? {} : { note }), ...(flag === undefined ? {} : { flag }) }
}

/** Lines that say again what was said before the stroke, the last line first: a batch may name a probe twice. */
export function undoLines(book: AuditBook, annotator: string, stroke: readonly Stroke[]): Decision[] {
  const next = clockOf(book, annotator)
  return stroke.toReversed().map(({ line, before }) => {
    const { record, kind, index, role } = line
    return { record, kind, index, id: randomUUID(), at: next(), annotator, role, ...before ? saidBy(before) : unsaid(line), undoes: line.id }
  })
}
