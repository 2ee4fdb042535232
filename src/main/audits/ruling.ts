// What a policy of the audit makes of a dataset's probes: which leave, which are asked as a fix says, and by whose decisions.
import type { Counts } from '../../preload/contract/comparison.ts'
import type { AuditSettings, Final, ProbeRef } from '../../preload/contract/decisions.ts'
import type { ProbeKind } from '../../preload/contract/records.ts'
import { sha256, stableJson } from '../base/hash.ts'
import type { AuditBook } from './book.ts'
import { fixHash } from './fix-hash.ts'
import type { ProbeList } from './probe-list.ts'
import { standingOf } from './standing.ts'

/** What becomes of a probe; `fix`: it counts as a re-run with the fix of this hash scored it. */
export type Fate = 'stays' | 'leaves' | { readonly fix: string }

/** Kind → what becomes of each of its probes, by index; only kinds of which not all stay. */
export type RecordFates = ReadonlyMap<ProbeKind, readonly Fate[]>

export interface Ruling {
  readonly counts: Counts
  /** What the audit is about; probes of other kinds stay. */
  readonly kinds: readonly ProbeKind[]
  readonly probes: ProbeList
  /** By record; only those of which not all probes stay. */
  readonly fates: ReadonlyMap<string, RecordFates>
  /** Names of those who decided something that stands. */
  readonly annotators: readonly string[]
  /** Probes that an adjudicator settled. */
  readonly adjudications: number
  /** Why a probe leaves, in a few words: "rejected: meaning changed". */
  readonly why: (ref: ProbeRef) => string
  /** Of everything that was decided, twenty hex digits: equal for equal rulings and equal sentences about them. */
  readonly hash: () => string
}

/** Items about which anybody said anything that stands, of the audit's kinds, in order. */
function decidedItems({ probes, replay, settings }: AuditBook): { readonly items: number[], readonly annotators: string[] } {
  const items = new Set<number>()
  const annotators: string[] = []
  for (const role of ['annotator', 'adjudicator'] as const) {
    for (const person of replay.people(role)) {
      let decided = 0
      for (const line of replay.voice(person, role).values()) {
        const item = line.decision === 'none' || !settings.kinds.includes(line.kind) ? undefined : probes.itemOf(line)
        if (item !== undefined) {
          items.add(item)
          decided++
        }
      }
      if (role === 'annotator' && decided > 0)
        annotators.push(person)
    }
  }
  return { items: [...items].sort((a, b) => a - b), annotators }
}

const rulings = new WeakMap<AuditBook, Map<Counts, Ruling>>()

/** Worked out once a book and policy. */
export function rulingOf(book: AuditBook, counts: Counts): Ruling {
  const ofBook = rulings.get(book) ?? new Map<Counts, Ruling>()
  rulings.set(book, ofBook)
  const ruling = ofBook.get(counts) ?? rule(book, counts)
  ofBook.set(counts, ruling)
  return ruling
}

function rule(book: AuditBook, counts: Counts): Ruling {
  const { probes, settings } = book
  const { items, annotators } = decidedItems(book)
  const finals = new Map<number, Final>(items.map(item => [item, book.finalOf(item)]))
  const fates = new Map<string, Map<ProbeKind, Fate[]>>()
  const put = (item: number): void => {
    const standing = standingOf(book, item, counts)
    if (standing === 'stays')
      return
    const fix = standing === 'fixed' ? finals.get(item)?.fix : undefined
    const { record, kind, index } = probes.refOf(item)
    const ofRecord = fates.get(record) ?? new Map<ProbeKind, Fate[]>()
    fates.set(record, ofRecord)
    const ofKind = ofRecord.get(kind) ?? new Array<Fate>(countOf(probes, record, kind)).fill('stays')
    ofRecord.set(kind, ofKind)
    ofKind[index] = fix ? { fix: fixHash(fix) } : 'leaves'
  }
  // Where only double-kept probes count, those that nobody looked at leave too.
  if (counts === 'double-kept') {
    for (let item = 0; item < probes.count; item++)
      put(item)
  }
  else {
    items.forEach(put)
  }
  return {
    counts,
    kinds: settings.kinds,
    probes,
    fates,
    annotators,
    adjudications: [...finals.values()].filter(({ by }) => by === 'adjudicator').length,
    why: (ref) => {
      const item = probes.itemOf(ref)
      return wordsOf(item === undefined ? undefined : finals.get(item), settings.reasons)
    },
    hash: () => sha256(stableJson([settings.kinds, annotators, [...finals].map(([item, final]) => [probes.refOf(item), final])])).slice(0, 20),
  }
}

function wordsOf(final: Final | undefined, reasons: AuditSettings['reasons']): string {
  switch (final?.state) {
    case 'reject': {
      const label = reasons.find(({ id }) => id === final.reason)?.label ?? final.reason
      return label === undefined ? 'rejected' : `rejected: ${label.charAt(0).toLowerCase()}${label.slice(1)}`
    }
    case 'fix': return 'needs its fix'
    case 'keep': return final.by === 'adjudicator' ? 'kept by an adjudicator, not by two annotators' : 'kept by one annotator only'
    case 'disputed': return 'annotators disagree'
    case 'unsure': return 'unsure'
    case 'stale': return 'decided about other content'
    default: return 'not decided'
  }
}

function countOf(probes: ProbeList, record: string, kind: ProbeKind): number {
  const { from, to } = probes.itemsOf(record)
  let count = 0
  for (let item = from; item < to; item++)
    count += probes.kindOf(item) === kind ? 1 : 0
  return count
}
