// Lines of decisions → what each annotator says now. The last line about a probe counts; a line that undoes restores the one before.
import type { Decision, Role } from '../../preload/contract/decisions.ts'

/** What one person says in one role: probe key → line that holds. Lines with nothing in them are not kept. */
export type Voice = Map<string, Decision>

export interface Replay {
  /** Adds lines in any order; known ids are left out. */
  readonly add: (lines: readonly Decision[]) => void
  readonly has: (id: string) => boolean
  readonly voice: (annotator: string, role: Role) => ReadonlyMap<string, Decision>
  /** Names of those who said anything in this role, sorted. */
  readonly people: (role: Role) => string[]
  /** What an undo would take back: the lines of the last stroke that still stand, and what each probe said before it. */
  readonly lastStroke: (annotator: string, role: Role) => readonly { readonly line: Decision, readonly before: Decision | undefined }[]
  /** Every line about a probe, oldest first. */
  readonly history: (key: string) => readonly Decision[]
  readonly count: () => number
}

export const keyOf = ({ record, kind, index }: Pick<Decision, 'record' | 'kind' | 'index'>): string => `${kind}/${index}/${record}`

const says = ({ decision, note, flag }: Decision): boolean => decision !== 'none' || flag === true || (note ?? '') !== ''

interface Person {
  readonly voice: Voice
  /** Lines that still stand, in order, each with what it replaced. */
  readonly strokes: { line: Decision, before: Decision | undefined }[]
}

/** By time, then by id: the same order whatever order the files were read in. */
const inTime = (a: Decision, b: Decision): number => a.at < b.at ? -1 : a.at > b.at ? 1 : a.id < b.id ? -1 : a.id > b.id ? 1 : 0

export function createReplay(): Replay {
  const ids = new Set<string>()
  let lines: Decision[] = []
  let people = new Map<string, Person>()
  const personKey = (annotator: string, role: Role): string => `${role}/${annotator}`
  const personOf = (annotator: string, role: Role): Person => {
    const key = personKey(annotator, role)
    let person = people.get(key)
    if (!person)
      people.set(key, person = { voice: new Map(), strokes: [] })
    return person
  }

  function apply(line: Decision): void {
    const { voice, strokes } = personOf(line.annotator, line.role)
    const key = keyOf(line)
    const before = voice.get(key)
    if (says(line))
      voice.set(key, line)
    else
      voice.delete(key)
    if (line.undoes === undefined) {
      strokes.push({ line, before })
      return
    }
    const undone = strokes.findLastIndex(stroke => stroke.line.id === line.undoes)
    if (undone >= 0)
      strokes.splice(undone, 1)
  }

  return {
    add(added) {
      const fresh = added.filter(({ id }) => !ids.has(id) && ids.add(id)).sort(inTime)
      const [first] = fresh
      if (!first)
        return
      const last = lines.at(-1)
      if (!last || inTime(last, first) <= 0) {
        for (const line of fresh)
          lines.push(line)
        fresh.forEach(apply)
        return
      }
      // Lines of another machine that are older than what is known here: told again from the beginning.
      lines = [...lines, ...fresh].sort(inTime)
      people = new Map()
      lines.forEach(apply)
    },
    has: id => ids.has(id),
    voice: (annotator, role) => people.get(personKey(annotator, role))?.voice ?? new Map<string, Decision>(),
    people: role => [...people.keys()].filter(key => key.startsWith(`${role}/`)).map(key => key.slice(role.length + 1)).sort(),
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
    history: key => lines.filter(line => keyOf(line) === key),
    count: () => lines.length,
  }
}
