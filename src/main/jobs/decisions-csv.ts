// What everybody says about the probes of a dataset, as CSV (RFC 4180) for R and pandas: one line an annotator, role and probe.
import type { Decision, Final, Role } from '../../preload/contract/decisions.ts'
import { probeKinds } from '../../preload/contract/records.ts'
import type { AuditBook } from '../audits/book.ts'
import { csvField } from '../tables/write-csv.ts'

export const decisionColumns = [
  'dataset', 'record', 'kind', 'index', 'annotator', 'role', 'decision', 'reason', 'fix_prompt', 'fix_image', 'note', 'flag', 'seconds', 'at', 'stale', 'final_state', 'final_by',
] as const

/** Text that people typed never begins as a formula: a spreadsheet would run it. The usual apostrophe in front says that it is text. */
const asText = (text: string): string => /^[=+\-@\t\r]/.test(text) ? `'${text}` : text

export interface Held { readonly line: Decision, readonly item: number | undefined, readonly isStale: boolean, readonly final: Final | undefined }

/** The lines that hold, of everybody in both roles: in the order of the dataset's probes, then by role and name; at the end those whose probe is gone. */
export function heldDecisions({ replay, probes, finalOf }: Pick<AuditBook, 'replay' | 'probes' | 'finalOf'>): Held[] {
  const roles: readonly Role[] = ['annotator', 'adjudicator']
  const held = roles.flatMap(role => replay.people(role).flatMap(name => [...replay.voice(name, role).values()].map((line): Held => {
    const item = probes.itemOf(line)
    return { line, item, isStale: item === undefined || probes.contentOf(item) !== line.content, final: item === undefined ? undefined : finalOf(item) }
  })))
  const place = ({ item, line }: Held): [number, string, number, number, string, string] =>
    [item ?? Infinity, line.record, probeKinds.indexOf(line.kind), line.index, line.role === 'annotator' ? '0' : '1', line.annotator]
  return held.sort((a, b) => {
    const [one, other] = [place(a), place(b)]
    const at = one.findIndex((value, i) => value !== other[i])
    return at < 0 ? 0 : one[at]! < other[at]! ? -1 : 1
  })
}

/** Whether a decision is stale and what holds for its probe stand on every line; a probe that nobody spoke about has none. */
export function decisionsCsv(dataset: string, held: readonly Held[]): string {
  const lines = held.map(({ line, isStale, final }) => [
    dataset, line.record, line.kind, line.index, asText(line.annotator), line.role, line.decision, line.reason ?? '', asText(line.fix?.prompt ?? ''), line.fix?.image ?? '',
    asText(line.note ?? ''), String(line.flag ?? false), line.seconds ?? '', line.at, String(isStale), final?.state ?? '', final?.by ?? '',
  ])
  return [decisionColumns, ...lines].map(line => `${line.map(csvField).join(',')}\r\n`).join('')
}
