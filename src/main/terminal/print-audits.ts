// Audits as text: how far they are, how far annotators agree, what checks found, what was exported and merged.
import { z } from 'zod'
import { ProbeStates } from '../../preload/contract/audits.ts'
import { Agreement, AuditStatus } from '../../preload/contract/agreement.ts'
import type { AgreementRow, AnnotatorProgress, Coefficient, Confusion } from '../../preload/contract/agreement.ts'
import { finalStates } from '../../preload/contract/decisions.ts'
import { Finding, MadeCheck } from '../../preload/contract/findings.ts'
import type { ProbeKind } from '../../preload/contract/records.ts'

type Align = (header: readonly string[], rows: readonly (readonly string[])[]) => string

const integer = (value: number): string => value.toLocaleString('en-GB')
const counted = (count: number, noun: string): string => `${integer(count)} ${noun}${count === 1 ? '' : 's'}`
const share = (part: number, whole: number): string => whole === 0 ? '–' : (part / whole * 100).toFixed(1)

const kindNames: Readonly<Record<ProbeKind, string>> = {
  textRephrase: 'Text rephrase', imageRephrase: 'Image rephrase', unrelatedText: 'Unrelated text', unrelatedImage: 'Unrelated image', portability: 'Portability',
}
const kindOf = (kind: ProbeKind | undefined): string => kind === undefined ? 'All kinds' : kindNames[kind]

/** A line a dataset, then a line an annotator, then what is to be known. */
function ofStatus(audits: readonly AuditStatus[], align: Align): string {
  const people = audits.flatMap(({ dataset, annotators }) => annotators.map(({ annotator, assigned, decided }) => [dataset, annotator, integer(assigned), integer(decided), share(decided, assigned)]))
  const notes = audits.flatMap(({ dataset, notes: own }) => own.map(note => audits.length > 1 ? `${dataset}: ${note}` : note))
  return [
    align(['dataset', 'probes', ...finalStates, 'double', 'lines', 'findings'], audits.map(({ dataset, probes, states, double, decisions, findings }) =>
      [dataset, integer(probes), ...finalStates.map(state => integer(states[state])), integer(double), integer(decisions), integer(findings)])),
    ...(people.length > 0 ? ['', align(['dataset', 'annotator', 'assigned', 'decided', '%'], people)] : []),
    ...(notes.length > 0 ? ['', ...notes] : []),
  ].join('\n')
}

const three = (value: number): string => value.toFixed(3).replace('-', '−').replace('−0.000', '0.000')

/** "0.612 [0.350, 0.874]"; percent in percent. */
function coefficientText({ id, value, low, high }: Coefficient): string {
  if (value === null)
    return '–'
  const text = id === 'percent' ? (x: number): string => (100 * x).toFixed(1) : three
  return low === null || high === null ? text(value) : `${text(value)} [${text(low)}, ${text(high)}]`
}

const rowOf = ({ kind, annotators, n, coefficients }: AgreementRow): string[] =>
  [kindOf(kind), annotators.length > 3 ? `all ${annotators.length}` : annotators.join(', '), integer(n), ...coefficients.map(coefficientText)]

function ofConfusion({ kind, annotators: [rows = '', columns = ''], labels, counts }: Confusion, align: Align): string {
  return [`${kindOf(kind)}: rows ${rows}, columns ${columns}`, ...align(['', ...labels], labels.map((label, k) => [label, ...counts[k]!.map(integer)])).split('\n').map(line => `  ${line}`)].join('\n')
}

const paceOf = ({ annotator, assigned, decided, keep, reject, fix, unsure, flagged, adjudicated, medianSeconds, perHour }: AnnotatorProgress): string[] => [
  annotator, ...[assigned, decided, keep, reject, fix, unsure, flagged, adjudicated].map(integer), medianSeconds === null ? '–' : medianSeconds.toFixed(1), perHour === null ? '–' : integer(Math.round(perHour)),
]

/** More pairs than this have only the tables of all kinds. */
const mostPairs = 3

function ofAgreement({ by, rows, confusions, annotators, notes }: Agreement, align: Align): string {
  const ofAll = confusions.filter(({ kind }) => kind === undefined)
  const isMany = ofAll.length > mostPairs
  return [
    by === 'fair' ? 'Agreement on what is fair: keep against reject and fix' : 'Agreement on decisions',
    ...(rows.length > 0 ? ['', align(['kind', 'annotators', 'n', ...rows[0]!.coefficients.map(({ id, label }) => id === 'percent' ? `${label} (%)` : label)], rows.map(rowOf))] : []),
    ...(isMany ? ofAll : confusions).flatMap(confusion => ['', ofConfusion(confusion, align)]),
    ...(isMany ? ['', 'Tables by kind: --json.'] : []),
    ...(annotators.length > 0 ? ['', align(['annotator', 'assigned', 'decided', 'keep', 'reject', 'fix', 'unsure', 'flagged', 'adjudicated', 'median s', 'an hour'], annotators.map(paceOf))] : []),
    ...(notes.length > 0 ? ['', ...notes] : []),
  ].join('\n')
}

const Cleaned = z.object({ folder: z.string(), file: z.string(), records: z.int(), removedRecords: z.int(), removedProbes: z.int(), fixedProbes: z.int(), kept: z.boolean() })

/** Its notes are said beside it, as of every file. */
function ofCleaned({ folder, file, records, removedRecords, removedProbes, fixedProbes, kept }: z.infer<typeof Cleaned>): string {
  return [
    kept ? folder : `Nothing was written; it would go to ${folder}`,
    `${counted(records, 'record')}; ${counted(removedRecords, 'record')} and ${counted(removedProbes, 'probe')} left out, ${counted(fixedProbes, 'probe')} fixed.`,
    ...(kept ? [`Import it with: mmedit datasets import ${file}`] : []),
  ].join('\n')
}

const Merged = z.object({ files: z.int(), added: z.int(), known: z.int(), annotators: z.array(z.string()), notes: z.array(z.string()) })

function ofMerged({ files, added, known, annotators, notes }: z.infer<typeof Merged>): string {
  const from = `from ${counted(files, 'file')}`
  const before = known === 0 ? '' : `; ${integer(known)} ${known === 1 ? 'was' : 'were'} known before`
  return [added === 0 ? `Nothing new ${from}${before}.` : `${counted(added, 'decision')} of ${annotators.join(', ')} added ${from}${before}.`, ...notes].join('\n')
}

const Found = z.object({ total: z.int(), findings: z.array(Finding), made: z.array(MadeCheck), notes: z.array(z.string()).optional() })

/** What was found, sentences uncut, and below when each check last looked. */
function ofFound({ total, findings, made, notes = [] }: z.infer<typeof Found>, align: Align): string {
  const shown = findings.length < total ? `${integer(findings.length)} of ${counted(total, 'finding')}; --offset and --limit show others.` : `${counted(total, 'finding')}.`
  return [
    ...(findings.length > 0 ? [align(['check', 'record', 'probe', ''], findings.map(({ check, record, kind, index = 0, sentence }) => [check, record, kind === undefined ? 'all' : index === 0 ? kindNames[kind] : `${kindNames[kind]} ${index + 1}`, sentence])), ''] : []),
    made.length === 0 ? 'No check has looked at this dataset yet: mmedit audits check runs them.' : shown,
    ...(made.length > 0 ? ['', align(['check', 'found', 'looked at', ''], made.map(({ check, count, at, isCurrent }) => [check, integer(count), at, isCurrent ? '' : 'the dataset has changed since: check again']))] : []),
    ...(notes.length > 0 ? ['', ...notes] : []),
  ].join('\n')
}

/** A line a probe: what holds, by whom, and what it is fixed to. */
function ofStates(states: z.infer<typeof ProbeStates>, align: Align): string {
  return align(['record', 'probe', 'state', 'by', 'reason', 'fix'], states.map(({ record, kind, index, final, reason }) => [
    record, index === 0 ? kindNames[kind] : `${kindNames[kind]} ${index + 1}`, final.state, final.by, reason ?? '', [final.fix?.prompt, final.fix?.image && `picture ${final.fix.image.slice(0, 12)}…`].filter(part => part !== undefined).join('; '),
  ]))
}

/** The value as text if it is one of these, else undefined. */
export function auditsForPeople(value: unknown, align: Align): string | undefined {
  const shapes = [[z.array(AuditStatus).min(1), ofStatus], [Agreement, ofAgreement], [Cleaned, ofCleaned], [Merged, ofMerged], [Found, ofFound], [ProbeStates.min(1), ofStates]] as const
  for (const [schema, print] of shapes) {
    const parsed = schema.safeParse(value)
    if (parsed.success)
      return (print as (value: unknown, align: Align) => string)(parsed.data, align)
  }
  return undefined
}
