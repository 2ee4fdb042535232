// What a cleaned dataset has that its source has not, for people to read: diff.md.
import type { Decision, Final } from '../../preload/contract/decisions.ts'
import { probeKinds } from '../../preload/contract/records.ts'
import type { Probe, ProbeKind } from '../../preload/contract/records.ts'
import type { Change } from '../audits/clean.ts'
import type { CleanManifest } from '../workspace/clean-manifest.ts'

export const kindNames: Readonly<Record<ProbeKind, string>> = {
  textRephrase: 'text rephrase', imageRephrase: 'image rephrase', unrelatedText: 'unrelated text', unrelatedImage: 'unrelated image', portability: 'portability',
}

export interface RecordDiff {
  readonly record: string
  /** Prompt and target of the edit. */
  readonly edit: Pick<Probe, 'prompt' | 'expected'>
  readonly changes: readonly Change[]
  /** The record left altogether. */
  readonly isGone: boolean
}

export interface DiffParts {
  readonly manifest: CleanManifest
  readonly records: readonly RecordDiff[]
  /** What everybody says about a probe now. */
  readonly said: (item: number) => readonly Decision[]
}

/** Text as Markdown shows it, on one line: nothing in it is markup. */
const plain = (text: string): string => text.replace(/\s+/g, ' ').replace(/[\\`*_{}[\]<>#|~]/g, sign => `\\${sign}`)
const quoted = (text: string): string => `“${plain(text)}”`
/** A path in a code span; one with a backtick is fenced by two. */
const code = (text: string): string => text.includes('`') ? `\`\` ${text} \`\`` : `\`${text}\``

const count = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`

const states: Readonly<Record<Final['state'], string>> = {
  undecided: 'nobody decided', keep: 'kept', reject: 'rejected', fix: 'fixed', unsure: 'unsure', disputed: 'disputed', stale: 'decided for other content',
}
const settledBy: Readonly<Record<Final['by'], string>> = { nobody: '', one: 'by one annotator', agreement: 'by agreement', adjudicator: 'by the adjudicator' }

function reasonOf({ final, obstacle }: Change, labels: ReadonlyMap<string, string>): string {
  const reason = final.reason === undefined ? '' : `: ${plain(labels.get(final.reason) ?? final.reason).toLowerCase()}`
  return [states[final.state], settledBy[final.by]].filter(part => part !== '').join(' ') + reason + (obstacle === undefined ? '' : `; it leaves all the same, for ${plain(obstacle)}`)
}

function said({ annotator, role, decision, reason, note }: Decision, labels: ReadonlyMap<string, string>): string {
  const words = [decision, ...(reason === undefined ? [] : [plain(labels.get(reason) ?? reason).toLowerCase()])].join(', ')
  return `${plain(annotator)}${role === 'adjudicator' ? ' (adjudicator)' : ''}: ${words}${note ? `. ${quoted(note)}` : ''}`
}

function showChange(change: Change, lines: readonly Decision[], labels: ReadonlyMap<string, string>): string[] {
  const { kind, index, before, after } = change
  const title = `**${kindNames[kind]}${kind === 'portability' || index > 0 ? ` ${index + 1}` : ''}${before.label === undefined ? '' : ` (${plain(before.label)})`}**`
  const picture = (probe: Probe): string => probe.image ? code(probe.image.path) : 'no picture'
  const isTextNew = after !== undefined && after.prompt !== before.prompt
  const isPictureNew = after !== undefined && after.image?.path !== before.image?.path
  return [
    `- ${title} ${after ? 'fixed' : 'removed'} (${reasonOf(change, labels)})`,
    ...(after
      ? [
          ...(isTextNew ? [`  - text: ${quoted(before.prompt)} → ${quoted(after.prompt)}`] : []),
          ...(isPictureNew ? [`  - picture: ${picture(before)} → ${picture(after)}`] : []),
          ...(isTextNew || isPictureNew ? [] : ['  - the fix says what was there before']),
        ]
      : [kind === 'imageRephrase' ? `  - picture: ${picture(before)}` : `  - text: ${quoted(before.prompt)}, expected ${quoted(before.expected)}`]),
    ...lines.filter(line => line.decision !== 'none').map(line => `  - ${said(line, labels)}`),
  ]
}

/** One section a record that is not as it was, in the order of the file; a summary on top. The same study gives the same text. */
export function diffText({ manifest, records, said: saidOf }: DiffParts): string {
  const labels = new Map(manifest.settings.reasons.map(({ id, label }) => [id, label]))
  const { source, policy, cleaned, kinds } = manifest
  const reasons = Object.entries(manifest.reasons).map(([id, n]) => `${plain(labels.get(id) ?? id).toLowerCase()} ${n}`).join(', ')
  return [
    `# ${plain(manifest.name)}`,
    '',
    `Made from dataset ${code(source.dataset)} (${plain(source.name)}, ${count(source.records, 'record')}). ${policy.meaning}`,
    '',
    `${count(cleaned.removedProbes, 'probe')} removed, ${count(cleaned.fixedProbes, 'probe')} fixed, ${count(cleaned.removedRecords, 'record')} removed; ${count(cleaned.records, 'record')} left.`,
    '',
    '| Probes | all | removed | fixed | unchanged |',
    '| --- | ---: | ---: | ---: | ---: |',
    ...probeKinds.flatMap(kind => kinds.filter(row => row.kind === kind)).map(row => `| ${kindNames[row.kind]}${row.audited ? '' : ' (not audited)'} | ${row.probes} | ${row.removed} | ${row.fixed} | ${row.kept} |`),
    '',
    ...(reasons === '' ? [] : [`Rejected for: ${reasons}.`, '']),
    ...manifest.notes.map(note => `- ${plain(note)}`),
    ...(manifest.notes.length > 0 ? [''] : []),
    `Written by: ${code(manifest.command)}`,
    '',
    ...records.flatMap(({ record, edit, changes, isGone }) => [
      `## Record ${plain(record)}`,
      '',
      `${quoted(edit.prompt)} → ${quoted(edit.expected)}${isGone ? '. The whole record is removed.' : ''}`,
      '',
      ...changes.flatMap(change => showChange(change, saidOf(change.item), labels)),
      '',
    ]),
  ].join('\n')
}
