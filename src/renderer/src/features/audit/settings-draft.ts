// The audit's settings while somebody edits them: drafted, checked, and put back together.
import type { AuditSettings } from '@contract/decisions.ts'
import type { ProbeKind } from '@contract/records.ts'

export interface ReasonDraft {
  /** Undefined: made here. One that was saved keeps its id whatever it is called now, because decisions name it. */
  readonly id: string | undefined
  readonly label: string
}

export interface SettingsDraft {
  readonly kinds: readonly ProbeKind[]
  readonly questions: Readonly<Partial<Record<ProbeKind, string>>>
  readonly reasons: readonly ReasonDraft[]
  readonly guidelines: string
  readonly blind: boolean
  readonly isAssigned: boolean
  /** One name a line. */
  readonly names: string
  readonly each: number
  readonly sample: number | undefined
  readonly seed: number
}

export type SettingsField = 'kinds' | 'reasons' | 'assignment'

export const mostReasons = 20
export const mostAnnotators = 50
const mostEach = 10

export function draftOf({ kinds, questions, reasons, guidelines, blind, assignment }: AuditSettings): SettingsDraft {
  return {
    kinds, questions, reasons, guidelines, blind,
    isAssigned: assignment !== undefined,
    names: (assignment?.annotators ?? []).join('\n'),
    each: assignment?.each ?? 2,
    sample: assignment?.sample,
    seed: assignment?.seed ?? 0,
  }
}

/** Names in the order they were written, each once. */
export function namesOf(text: string): string[] {
  return [...new Set(text.split('\n').map(name => name.trim()).filter(name => name !== ''))]
}

/** `Meaning changed!` → `meaning-changed`; with a number behind it where that is taken. */
export function reasonId(label: string, taken: ReadonlySet<string>): string {
  const plain = label.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 70) || 'reason'
  for (let number = 1; ; number++) {
    const id = number === 1 ? plain : `${plain}-${number}`
    if (!taken.has(id))
      return id
  }
}

/** Settings to save; only for a draft without problems. */
export function settingsOf(draft: SettingsDraft): AuditSettings {
  const taken = new Set(draft.reasons.flatMap(({ id }) => id ?? []))
  const reasons = draft.reasons.map(({ id, label }) => {
    const own = id ?? reasonId(label, taken)
    taken.add(own)
    return { id: own, label: label.trim() }
  })
  const questions = Object.fromEntries(Object.entries(draft.questions).map(([kind, text]) => [kind, text.trim()]).filter(([, text]) => text !== ''))
  return {
    kinds: [...draft.kinds],
    questions,
    reasons,
    guidelines: draft.guidelines,
    blind: draft.blind,
    ...(draft.isAssigned ? { assignment: { annotators: namesOf(draft.names), each: draft.each, seed: draft.seed, ...(draft.sample === undefined ? {} : { sample: draft.sample }) } } : {}),
  }
}

/** What must be put right before it can be saved, by field, as sentences. */
export function problemsOf({ kinds, reasons, isAssigned, names, each }: SettingsDraft): Partial<Record<SettingsField, string>> {
  const labels = reasons.map(({ label }) => label.trim().toLowerCase())
  const twice = labels.find((label, at) => label !== '' && labels.indexOf(label) !== at)
  const people = namesOf(names)
  const tooLong = people.find(name => name.length > 80)
  const reason = reasons.length === 0
    ? 'Without a reason nothing can be rejected for one: keep at least one.'
    : labels.includes('')
      ? 'A reason has no name. Write one, or remove it.'
      : twice === undefined ? undefined : `Two reasons are called '${twice}'. Rename one, so that they can be told apart.`
  const assignment = !isAssigned
    ? undefined
    : people.length === 0
      ? 'Nobody is named. Write a name a line, or let everybody judge everything.'
      : people.length > mostAnnotators
        ? `${people.length} people are named; an audit is shared by ${mostAnnotators} at most.`
        : tooLong !== undefined
          ? `The name '${tooLong.slice(0, 20)}…' has ${tooLong.length} letters; 80 is the most.`
          : each > Math.min(mostEach, people.length) ? `Every probe should go to ${each} people, but only ${people.length} ${people.length === 1 ? 'is' : 'are'} named.` : undefined
  return {
    ...(kinds.length === 0 ? { kinds: 'The audit is about nothing: tick at least one kind of probe.' } : {}),
    ...(reason === undefined ? {} : { reasons: reason }),
    ...(assignment === undefined ? {} : { assignment }),
  }
}

export function isChanged(draft: SettingsDraft, saved: AuditSettings): boolean {
  return JSON.stringify(settingsOf(draft)) !== JSON.stringify(settingsOf(draftOf(saved)))
}

/** The list with one of its parts a step earlier (−1) or later (+1). */
export function moved<T>(list: readonly T[], at: number, step: -1 | 1): T[] {
  const next = [...list]
  const [one] = next.splice(at, 1)
  if (one !== undefined)
    next.splice(Math.min(Math.max(at + step, 0), list.length - 1), 0, one)
  return next
}

export interface Shares {
  /** Probes that are judged. */
  readonly probes: number
  /** Judgements in all. */
  readonly judgements: number
  /** Everybody gets this many, `more` of them one more. */
  readonly least: number
  readonly more: number
}

/** What an assignment comes to: the backend deals probes so that loads differ by one at most. `available`: probes of the chosen kinds. */
export function sharesOf({ names, each, sample }: Pick<SettingsDraft, 'names' | 'each' | 'sample'>, available: number): Shares | undefined {
  const people = namesOf(names).length
  if (people === 0)
    return undefined
  const probes = Math.min(sample ?? available, available)
  const judgements = probes * Math.min(each, people)
  return { probes, judgements, least: Math.floor(judgements / people), more: judgements % people }
}
