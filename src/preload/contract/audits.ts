// Audits: people decide which probes of a dataset are fair; what they decide is kept line by line, compared, and followed by the numbers.
import { eventIterator, oc } from '@orpc/contract'
import { z } from 'zod'
import { AgreementRequest, Agreement, AuditStatus } from './agreement.ts'
import { AuditSettings, Choice, Decision, DecisionDraft, Final, ProbeRef, Role } from './decisions.ts'
import { CheckEvent, CheckInfo, CheckRequest, Finding, FindingQuery, MadeCheck } from './findings.ts'
import { DatasetId, RunId, SliceId } from './identifiers.ts'
import { EditRecord, ProbeKind } from './records.ts'
import { Run } from './runs.ts'

/** Which probes, for whom, in which order. Everything given must hold. */
export const QueueRequest = z.object({
  dataset: DatasetId,
  annotator: z.string().optional().describe('Whose queue; left out: everybody\'s probes, nobody\'s decisions'),
  role: Role.default('annotator'),
  kinds: z.array(ProbeKind).default([]).describe('Empty = the kinds that the audit is about'),
  /** By the annotator's own decision; `disputed` and `stale` by everybody's: an annotator of a blind audit is refused. */
  show: z.enum(['all', 'open', 'decided', 'flagged', 'keep', 'reject', 'fix', 'unsure', 'disputed', 'stale']).default('all'),
  checks: z.array(z.string()).default([]).describe('Only probes that one of these checks found'),
  search: z.string().max(500).default(''),
  slice: SliceId.optional().describe('Only records of this slice'),
  /** `influence`: how far the metric of the chosen runs moves when the probe leaves, largest first. */
  sort: z.enum(['order', 'findings', 'disagreement', 'influence', 'random']).default('order'),
  runs: z.array(RunId).max(20).default([]).describe('For influence: runs whose metrics it is about; empty = all finished runs of the dataset'),
  variant: z.string().default('strict'),
  sample: z.int().positive().optional().describe('Only so many, drawn at random by the seed'),
  seed: z.int().nonnegative().default(0),
  /** For adjudicators, and where the audit is not blind. */
  said: z.array(z.object({
    annotator: z.string().optional().describe('Left out: anybody'),
    decisions: z.array(Choice).default([]).describe('Empty = any'),
    flag: z.boolean().optional(),
  })).max(10).default([]).describe('Only probes about which each of these annotators says one of these decisions now, or has flagged them'),
  differ: z.boolean().default(false).describe('Only probes about which the annotators of `said` differ, settled or not'),
})
export type QueueRequest = z.infer<typeof QueueRequest>

/** Items are numbers of probes: stable as long as the dataset is not imported again. The page keeps the list; what is decided stays in its place. */
export const Queue = z.object({
  items: z.array(z.int()),
  /** Probes that this annotator is to judge, whatever the filter. */
  assigned: z.int(),
  decided: z.int(),
  /** The first item without a decision, as a place in `items`; −1: all are decided. */
  firstOpen: z.int(),
  notes: z.array(z.string()),
})
export type Queue = z.infer<typeof Queue>

export const AuditItem = ProbeRef.extend({
  item: z.int(),
  /** With picture hashes. */
  whole: EditRecord,
  /** Hash of what is judged: prompt, picture's path, expected answer. */
  content: z.string(),
  findings: z.array(Finding),
  /** The annotator's decision that holds now, in the role that asked. */
  own: Decision.optional(),
  /** Only for adjudicators, and where the audit is not blind. */
  decisions: z.array(Decision).optional(),
  final: Final.optional(),
  /** Mean over the runs of how far the metric moves without the probe; where `influence` was asked for. */
  influence: z.number().optional(),
})
export type AuditItem = z.infer<typeof AuditItem>

export const CleanRequest = z.object({
  dataset: DatasetId,
  counts: z.enum(['without-rejected', 'with-fixes', 'double-kept']).default('with-fixes').describe('Which probes stay'),
  whole: z.boolean().default(false).describe('Leave out records that lose a probe, so that the reference toolkit can read every one'),
  name: z.string().max(80).optional().describe('Folder in exports/; default: the dataset\'s id and the policy'),
  keep: z.boolean().default(true).describe('false: only says what would be written'),
})
export type CleanRequest = z.infer<typeof CleanRequest>

/** What holds for the audited probes of a record. */
export const ProbeStates = z.array(ProbeRef.extend({ item: z.int(), final: Final, reason: z.string().optional().describe('Of a rejection, as the audit calls it') }))
export type ProbeStates = z.infer<typeof ProbeStates>

const one = z.object({ dataset: DatasetId })
const person = one.extend({ annotator: z.string().min(1).max(80), role: Role.default('annotator') })

export const audits = {
  /** Of one dataset, or of all. */
  status: oc.input(z.object({ dataset: DatasetId.optional() })).output(z.array(AuditStatus)),
  settings: oc.input(one).output(AuditSettings),
  saveSettings: oc.input(one.extend({ settings: AuditSettings })).output(AuditSettings),
  queue: oc.input(QueueRequest).output(Queue),
  /** Items with their records, in the order asked for. */
  read: oc.input(one.extend({
    items: z.array(z.int().nonnegative()).max(200),
    annotator: z.string().optional(),
    role: Role.default('annotator'),
    influence: QueueRequest.pick({ runs: true, variant: true }).optional().describe('Give every item its influence on these runs, as in the queue'),
  })).output(z.array(AuditItem)),
  /** What a batch of decisions needs to know of items, without their records. */
  listProbes: oc.input(one.extend({ items: z.array(z.int().nonnegative()).max(5_000), annotator: z.string().optional(), role: Role.default('annotator') }))
    .output(z.object({ probes: z.array(AuditItem.pick({ record: true, kind: true, index: true, content: true, own: true })) })),
  /** Returns when every line is on the disk. A repeated id is not written again. */
  decide: oc.input(person.extend({ decisions: z.array(DecisionDraft).min(1).max(5_000) })).output(z.object({ saved: z.array(Decision) })),
  /** Takes the annotator's last decision back (all of a batch), as lines of their own; again and again until none is left. */
  undo: oc.input(person).output(z.object({ undone: z.array(Decision), items: z.array(z.int()) })),
  /** Every line about one probe, oldest first. Refused to annotators of a blind audit. */
  history: oc.input(ProbeRef.extend({ dataset: DatasetId, annotator: z.string().optional(), role: Role.default('annotator') })).output(z.array(Decision)),
  /** What holds for the probes of a record, also in a blind audit: not who said what. Empty where nobody decided anything. */
  listStates: oc.input(one.extend({ record: z.string().min(1).max(200) })).output(ProbeStates),
  listChecks: oc.output(z.array(CheckInfo)),
  check: oc.input(CheckRequest).output(eventIterator(CheckEvent)),
  listFindings: oc.input(FindingQuery).output(z.object({ total: z.int(), findings: z.array(Finding), made: z.array(MadeCheck), notes: z.array(z.string()).optional() })),
  agreement: oc.input(AgreementRequest).output(Agreement),
  /** Edits again only the records whose probes were fixed, one run for each given one; their results complete those runs. */
  rerun: oc.input(one.extend({ runs: z.array(RunId).default([]).describe('Empty = every finished run of the dataset that waits for one') }))
    .output(z.object({ runs: z.array(Run), refused: z.array(z.object({ run: RunId, reason: z.string() })) })),
  /** Writes the cleaned dataset in MMEdit's schema, its manifest and a readable diff into a folder of exports/. */
  export: oc.input(CleanRequest).output(z.object({
    folder: z.string(),
    file: z.string().describe('The dataset, to be imported again'),
    files: z.array(z.string()),
    records: z.int(),
    removedRecords: z.int(),
    removedProbes: z.int(),
    fixedProbes: z.int(),
    kept: z.boolean().describe('false: nothing was written'),
    notes: z.array(z.string()),
  })),
  exportDecisions: oc.input(one.extend({ keep: z.boolean().default(true).describe('false: only shows what the file would hold') })).output(z.object({ file: z.string(), text: z.string(), count: z.int() })),
  /** Takes decisions from files of another machine: a file, a folder of them, or another study. Nothing here is changed, only added to. */
  merge: oc.input(one.extend({ from: z.string().describe('File or folder with decisions (JSONL)') }))
    .output(z.object({ files: z.int(), added: z.int(), known: z.int(), annotators: z.array(z.string()), notes: z.array(z.string()) })),
}
