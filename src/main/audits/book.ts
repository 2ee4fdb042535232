// An audit in memory: the dataset's probes, everybody's decisions about them, and what they come to.
import type { AuditSettings, Decision, Final, Role } from '../../preload/contract/decisions.ts'
import { finalOf } from './final.ts'
import type { ProbeList } from './probe-list.ts'
import { keyOf } from './replay.ts'
import type { About, Replay } from './replay.ts'

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

const undecided: Final = { state: 'undecided', by: 'nobody', keptBy: 0 }

/** Keys of a dataset's probes, each made once: 100,000 of them are asked for again and again. */
const keysOf = new WeakMap<ProbeList, string[]>()

/** A book over these parts as they are now; a new one is made when they change. */
export function createBook(parts: BookParts): AuditBook {
  const { probes, replay } = parts
  const keys = keysOf.get(probes) ?? []
  keysOf.set(probes, keys)
  const about = (item: number): About | undefined => replay.about(keys[item] ??= keyOf(probes.refOf(item)))
  return {
    ...parts,
    own: (item, annotator, role) => about(item)?.[role].find(line => line.annotator === annotator),
    said: (item, role) => [...about(item)?.[role] ?? []],
    finalOf(item) {
      const known = about(item)
      if (!known)
        return undecided
      const content = probes.contentOf(item)
      if (known.final?.content !== content)
        known.final = { content, final: finalOf(known.annotator, known.adjudicator, content) }
      return known.final.final
    },
  }
}
