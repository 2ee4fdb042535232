// A small audit in memory: records with one probe of each kind, and what people say about them in so many letters.
import { AuditSettings } from '../../../src/preload/contract/decisions.ts'
import type { Decision, Role } from '../../../src/preload/contract/decisions.ts'
import type { ProbeKind } from '../../../src/preload/contract/records.ts'
import { assign } from '../../../src/main/audits/assignment.ts'
import { createBook } from '../../../src/main/audits/book.ts'
import type { AuditBook } from '../../../src/main/audits/book.ts'
import { createProbeList } from '../../../src/main/audits/probe-list.ts'
import { createReplay } from '../../../src/main/audits/replay.ts'

const letters = { k: 'keep', r: 'reject', f: 'fix', u: 'unsure', n: 'none' } as const

export const recordId = (row: number): string => String(row).padStart(5, '0')
export const beginMs = Date.UTC(2026, 10, 1)

/** Probes of these kinds in every record: item = row · kinds + place of the kind. */
export function probesOf(records: number, kinds: readonly ProbeKind[] = ['textRephrase', 'imageRephrase']): ReturnType<ReturnType<typeof createProbeList>['list']> {
  const list = createProbeList()
  for (let row = 0; row < records; row++)
    list.add({ id: recordId(row), probes: Object.fromEntries(kinds.map(kind => [kind, [{ prompt: `${kind} ${row}?`, form: 'question' as const, expected: 'cat' }]])) })
  return list.list()
}

let strokes = 0
/** A line about the probe as it is now, ten seconds after the one made before. */
export function lineAbout(probes: AuditBook['probes'], item: number, annotator: string, decision: Decision['decision'], more: Partial<Decision> = {}): Decision {
  strokes++
  return {
    ...probes.refOf(item), id: `stroke-${strokes}`.padEnd(12, '-'), at: new Date(beginMs + strokes * 10_000).toISOString(), annotator, role: 'annotator', decision,
    ...(decision === 'fix' ? { fix: { prompt: 'better?' } } : {}), content: probes.contentOf(item), ...more,
  }
}

/** One letter an item: k, r, f, u; anything else says nothing. */
export function linesOf(probes: AuditBook['probes'], annotator: string, said: string, role: Role = 'annotator'): Decision[] {
  return [...said].flatMap((letter, item) => letter in letters ? [lineAbout(probes, item, annotator, letters[letter as keyof typeof letters], { role })] : [])
}

export function bookOf(probes: AuditBook['probes'], lines: readonly Decision[], settings: Partial<AuditSettings> = {}): AuditBook {
  const replay = createReplay()
  replay.add(lines)
  const full = AuditSettings.parse(settings)
  const items = Array.from({ length: probes.count }, (_, item) => item).filter(item => full.kinds.includes(probes.kindOf(item)))
  return createBook({ probes, settings: full, replay, version: '1', notes: [], ...assign(items, full.assignment) })
}
