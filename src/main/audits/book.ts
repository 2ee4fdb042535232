// An audit in memory: the dataset's probes, everybody's decisions about them, and what they come to.
import type { AuditSettings, Decision, Final, Role } from '../../preload/contract/decisions.ts'
import { finalOf } from './final.ts'
import type { ProbeList } from './probe-list.ts'
import type { Replay } from './replay.ts'

export interface AuditBook {
  readonly probes: ProbeList
  readonly settings: AuditSettings
  readonly replay: Replay
  /** Changes with every line, setting and import: what was worked out of the book under the same version still holds. */
  readonly version: string
  /** Is this probe of the audit's kinds (and of its sample, where one is drawn)? */
  readonly isAudited: (item: number) => boolean
  /** Is it this annotator's to judge? Without an assignment everything audited is. */
  readonly isAssigned: (item: number, annotator: string) => boolean
  /** The line that holds, also a stale one. */
  readonly own: (item: number, annotator: string, role: Role) => Decision | undefined
  /** The lines that hold of everybody in this role, by name. */
  readonly said: (item: number, role: Role) => Decision[]
  /** Worked out once a version. */
  readonly finalOf: (item: number) => Final
  /** Sentences: repaired files, lines that cannot be used, decisions about probes that are gone. */
  readonly notes: readonly string[]
}

export interface BookParts extends Pick<AuditBook, 'probes' | 'settings' | 'replay' | 'version' | 'isAudited' | 'isAssigned' | 'notes'> {}

const nothing: readonly Decision[] = []
const undecided: Final = { state: 'undecided', by: 'nobody', keptBy: 0 }

/** A book over these parts as they are now; a new one is made when they change. */
export function createBook(parts: BookParts): AuditBook {
  const { probes, replay } = parts
  const abouts = replay.abouts(probes)
  return {
    ...parts,
    own(item, annotator, role) {
      for (const line of abouts[item]?.[role] ?? nothing) {
        if (line.annotator === annotator)
          return line
      }
      return undefined
    },
    said: (item, role) => [...abouts[item]?.[role] ?? nothing],
    finalOf(item) {
      const known = abouts[item]
      if (!known)
        return undecided
      const content = probes.contentOf(item)
      if (known.final?.content !== content)
        known.final = { content, final: finalOf(known.annotator, known.adjudicator, content) }
      return known.final.final
    },
  }
}
