// Findings as one long list: a heading for every check, its findings below while it is open.
import type { CheckInfo, MadeCheck } from '@contract/findings.ts'

export interface Section {
  readonly check: string
  readonly count: number
  readonly isOpen: boolean
}

export type Line =
  | { readonly kind: 'head', readonly section: Section }
  /** `place`: number of the finding among those of its check. */
  | { readonly kind: 'finding', readonly section: Section, readonly place: number }

const ranks: Readonly<Record<CheckInfo['severity'], number>> = { broken: 0, likely: 1, look: 2 }

export const severityWords: Readonly<Record<CheckInfo['severity'], { readonly label: string, readonly help: string }>> = {
  broken: { label: 'broken', help: 'What it finds cannot be judged at all.' },
  likely: { label: 'likely unfair', help: 'What it finds is usually unfair.' },
  look: { label: 'worth a look', help: 'What it finds is worth a look.' },
}

/** Checks that found something, the gravest first, otherwise in their own order. */
export function sectionsOf(checks: readonly CheckInfo[], made: readonly MadeCheck[], closed: ReadonlySet<string>): Section[] {
  const counts = new Map(made.map(one => [one.check, one.count]))
  return [...checks]
    .sort((a, b) => ranks[a.severity] - ranks[b.severity])
    .map(({ id }) => ({ check: id, count: counts.get(id) ?? 0, isOpen: !closed.has(id) }))
    .filter(({ count }) => count > 0)
}

const linesOf = ({ count, isOpen }: Section): number => 1 + (isOpen ? count : 0)

export function lineCount(sections: readonly Section[]): number {
  return sections.reduce((sum, section) => sum + linesOf(section), 0)
}

/** What stands at a line of the list; undefined past its end. */
export function lineAt(sections: readonly Section[], line: number): Line | undefined {
  let from = 0
  for (const section of sections) {
    if (line === from)
      return { kind: 'head', section }
    if (line > from && line < from + linesOf(section))
      return { kind: 'finding', section, place: line - from - 1 }
    from += linesOf(section)
  }
  return undefined
}

/** The line of a check's heading; undefined if it found nothing. */
export function lineOfCheck(sections: readonly Section[], check: string): number | undefined {
  const at = sections.findIndex(section => section.check === check)
  return at < 0 ? undefined : lineCount(sections.slice(0, at))
}
