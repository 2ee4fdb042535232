// Lines of decisions → what each annotator says now. The last line about a probe counts; a line that undoes restores the one before.
import type { Decision, Final, Role } from '../../preload/contract/decisions.ts'
import type { ProbeList } from './probe-list.ts'

/** What one person says in one role: probe key → line that holds. Lines with nothing in them are not kept. */
export type Voice = Map<string, Decision>

/** All that is known of one probe. */
export interface About {
  /** Lines that hold, by the annotator's name. */
  readonly annotator: readonly Decision[]
  readonly adjudicator: readonly Decision[]
  /** Kept by whoever works it out, until something new is said. */
  final: { readonly content: string, readonly final: Final } | undefined
}

export interface Replay {
  /** Adds lines in any order; known ids are left out. */
  readonly add: (lines: readonly Decision[]) => void
  readonly has: (id: string) => boolean
  /** The line of this id. */
  readonly get: (id: string) => Decision | undefined
  readonly voice: (annotator: string, role: Role) => ReadonlyMap<string, Decision>
  /** Undefined: nobody ever said anything about it. */
  readonly about: (key: string) => About | undefined
  /** The same by the number of the probe, as a list that goes on being kept: for whoever asks about all of them. */
  readonly abouts: (probes: Pick<ProbeList, 'count' | 'itemOf'>) => readonly (About | undefined)[]
  /** All that a person said in this role, taken back or not, in the order of time. */
  readonly lines: (annotator: string, role: Role) => readonly Decision[]
  /** Names of those who said anything in this role, sorted. */
  readonly people: (role: Role) => string[]
  /** Time of the annotator's latest line in either role, as in the line; undefined before the first. */
  readonly lastAt: (annotator: string) => string | undefined
  /** What an undo would take back: the lines of the last stroke that still stand, and what each probe said before it. */
  readonly lastStroke: (annotator: string, role: Role) => readonly Stroke[]
  /** Every line about a probe, oldest first. */
  readonly history: (key: string) => readonly Decision[]
  readonly count: () => number
  /** Equal for the same lines, whatever order they came in. */
  readonly revision: () => string
}

export interface Stroke { readonly line: Decision, readonly before: Decision | undefined }

export const keyOf = ({ record, kind, index }: Pick<Decision, 'record' | 'kind' | 'index'>): string => `${kind}/${index}/${record}`

const says = ({ decision, note, flag }: Decision): boolean => decision !== 'none' || flag === true || (note ?? '') !== ''

interface Person {
  readonly annotator: string
  readonly role: Role
  readonly lines: Decision[]
  readonly voice: Voice
  /** Lines that still stand, in order, each with what it replaced. */
  readonly strokes: Stroke[]
}

interface Known { readonly key: string, annotator: readonly Decision[], adjudicator: readonly Decision[], readonly history: Decision[], final: About['final'] }

interface Fresh { readonly line: Decision, readonly known: Known }

/** By time, then by id: the same order whatever order the files were read in. */
const inTime = (a: Decision, b: Decision): number => a.at < b.at ? -1 : a.at > b.at ? 1 : a.id < b.id ? -1 : a.id > b.id ? 1 : 0

const nothing: readonly Decision[] = []

/** The list with this annotator's line replaced, added in its place by name, or taken out. */
function withLine(lines: readonly Decision[], annotator: string, line: Decision | undefined): readonly Decision[] {
  if (lines.length === 0 || (lines.length === 1 && lines[0]!.annotator === annotator))
    return line ? [line] : nothing
  const others = lines.filter(other => other.annotator !== annotator)
  if (!line)
    return others
  const place = others.findIndex(other => other.annotator > annotator)
  return place < 0 ? [...others, line] : [...others.slice(0, place), line, ...others.slice(place)]
}

/** FNV-1a of a text, unsigned. */
function hash32(text: string): number {
  let h = 0x811C9DC5
  for (let i = 0; i < text.length; i++)
    h = Math.imul(h ^ text.charCodeAt(i), 0x01000193)
  return h >>> 0
}

export function createReplay(): Replay {
  const byId = new Map<string, Decision>()
  const byKey = new Map<string, Known>()
  const people = new Map<string, Person>()
  const lists = new Map<Pick<ProbeList, 'count' | 'itemOf'>, (Known | undefined)[]>()
  let [sum, mixed] = [0, 0]

  const personKey = (annotator: string, role: Role): string => `${role}/${annotator}`
  function personOf({ annotator, role }: Decision): Person {
    const key = personKey(annotator, role)
    let person = people.get(key)
    if (!person)
      people.set(key, person = { annotator, role, lines: [], voice: new Map(), strokes: [] })
    return person
  }

  function hear(line: Decision): Known {
    const key = keyOf(line)
    const known = byKey.get(key)
    if (known) {
      known.history.push(line)
      return known
    }
    const made: Known = { key, annotator: nothing, adjudicator: nothing, history: [line], final: undefined }
    byKey.set(key, made)
    for (const [probes, abouts] of lists)
      enter(probes, abouts, made)
    return made
  }

  function enter(probes: Pick<ProbeList, 'itemOf'>, abouts: (Known | undefined)[], known: Known): void {
    const item = probes.itemOf(known.history[0]!)
    if (item !== undefined)
      abouts[item] = known
  }

  function apply({ annotator, role, lines, voice, strokes }: Person, line: Decision, known: Known): void {
    lines.push(line)
    const { key } = known
    const before = voice.get(key)
    const standing = says(line) ? line : undefined
    if (standing)
      voice.set(key, standing)
    else
      voice.delete(key)
    known[role] = withLine(known[role], annotator, standing)
    known.final = undefined
    if (line.undoes === undefined) {
      strokes.push({ line, before })
      return
    }
    const undone = strokes.findLastIndex(stroke => stroke.line.id === line.undoes)
    if (undone >= 0)
      strokes.splice(undone, 1)
  }

  /** Lines older than what is known of the person (from another machine): told again from the beginning. Others' lines are not touched by it. */
  function retell(person: Person, fresh: readonly Fresh[]): void {
    for (const key of person.voice.keys()) {
      const known = byKey.get(key)!
      known[person.role] = withLine(known[person.role], person.annotator, undefined)
    }
    const lines = [...person.lines, ...fresh.map(({ line }) => line)].sort(inTime)
    person.lines.length = 0
    person.strokes.length = 0
    person.voice.clear()
    for (const line of lines)
      apply(person, line, byKey.get(keyOf(line))!)
  }

  return {
    add(added) {
      const fresh = new Map<Person, Fresh[]>()
      for (const line of added) {
        if (byId.has(line.id))
          continue
        byId.set(line.id, line)
        const hash = hash32(line.id)
        sum = (sum + hash) >>> 0
        mixed ^= Math.imul(hash, 0x9E3779B1)
        const one = { line, known: hear(line) }
        const person = personOf(line)
        const lines = fresh.get(person)
        if (lines)
          lines.push(one)
        else
          fresh.set(person, [one])
      }
      for (const [person, lines] of fresh) {
        lines.sort((a, b) => inTime(a.line, b.line))
        const last = person.lines.at(-1)
        if (last && inTime(last, lines[0]!.line) > 0) {
          retell(person, lines)
          continue
        }
        for (const { line, known } of lines)
          apply(person, line, known)
      }
    },
    has: id => byId.has(id),
    get: id => byId.get(id),
    voice: (annotator, role) => people.get(personKey(annotator, role))?.voice ?? new Map<string, Decision>(),
    about: key => byKey.get(key),
    abouts(probes) {
      const known = lists.get(probes)
      if (known)
        return known
      const made = new Array<Known | undefined>(probes.count).fill(undefined)
      lists.set(probes, made)
      for (const one of byKey.values())
        enter(probes, made, one)
      return made
    },
    lines: (annotator, role) => people.get(personKey(annotator, role))?.lines ?? nothing,
    people: role => [...people.values()].filter(person => person.role === role).map(({ annotator }) => annotator).sort(),
    lastAt(annotator) {
      const times = (['annotator', 'adjudicator'] as const).flatMap(role => people.get(personKey(annotator, role))?.lines.at(-1)?.at ?? [])
      return times.sort().at(-1)
    },
    lastStroke(annotator, role) {
      const strokes = people.get(personKey(annotator, role))?.strokes ?? []
      const last = strokes.at(-1)
      if (!last)
        return []
      const { batch } = last.line
      let from = strokes.length - 1
      while (batch !== undefined && from > 0 && strokes[from - 1]!.line.batch === batch)
        from--
      return strokes.slice(from)
    },
    history: key => [...byKey.get(key)?.history ?? []].sort(inTime),
    count: () => byId.size,
    revision: () => `${byId.size} ${sum.toString(16)} ${(mixed >>> 0).toString(16)}`,
  }
}
