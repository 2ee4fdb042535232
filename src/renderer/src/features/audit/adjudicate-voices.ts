// Who said what about a disputed probe, under letters that do not give names away.
import type { AuditItem } from '@contract/audits.ts'
import type { Decision } from '@contract/decisions.ts'
import type { ProbeRef } from '@contract/decisions.ts'
import type { Change } from './draft.ts'

export interface Voice {
  readonly letter: string
  /** "Annotator A", or the name. */
  readonly name: string
  /** The line that holds. */
  readonly line: Decision
  /** What it was before, oldest first. */
  readonly earlier: readonly Decision[]
  /** It is about what the dataset no longer holds. */
  readonly isStale: boolean
}

/** FNV-1a: small and the same everywhere; nothing depends on its quality but the order of a few names. */
function mix(text: string): number {
  let hash = 0x811C9DC5
  for (let i = 0; i < text.length; i++)
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0
  return hash
}

/** Another order for every probe, the same one whenever it is looked at: a letter says nothing about the person. */
export function orderFor(annotators: readonly string[], { record, kind, index }: ProbeRef): string[] {
  const rank = new Map(annotators.map(name => [name, mix(`${record}/${kind}/${index}/${name}`)]))
  return [...annotators].sort((a, b) => rank.get(a)! - rank.get(b)! || (a < b ? -1 : 1))
}

const letterOf = (place: number): string => place < 26 ? String.fromCharCode(65 + place) : `${place + 1}`

/** Annotators who said something about the item, in the order of their letters. `history`: every line about it, oldest first. */
export function voicesOf(item: Pick<AuditItem, 'record' | 'kind' | 'index' | 'content' | 'decisions'>, history: readonly Decision[], hasNames: boolean): Voice[] {
  const lines = (item.decisions ?? []).filter(line => line.role === 'annotator' && (line.decision !== 'none' || line.note || line.flag))
  const byName = new Map(lines.map(line => [line.annotator, line]))
  return orderFor([...byName.keys()], item).map((annotator, place) => {
    const line = byName.get(annotator)!
    const letter = letterOf(place)
    return {
      letter,
      name: hasNames ? annotator : `Annotator ${letter}`,
      line,
      earlier: history.filter(one => one.role === 'annotator' && one.annotator === annotator && one.id !== line.id),
      isStale: line.content !== item.content,
    }
  })
}

/** The adjudicator's decision that says the same as an annotator's; undefined where there is nothing to take. */
export function takeOver({ line }: Voice): Change | undefined {
  return line.decision === 'none' ? undefined : { decision: line.decision, reason: line.reason, fix: line.fix }
}
