// How far annotators agree, and how far each of them is.
import { z } from 'zod'
import { DatasetId } from './identifiers.ts'
import { ProbeKind } from './records.ts'

export const coefficients = ['percent', 'cohen', 'fleiss', 'krippendorff', 'gwet'] as const

/** An agreement coefficient with its 95 % interval; null where it is not defined (cohen: of two annotators only; nothing to compare). */
export const Coefficient = z.object({
  id: z.enum(coefficients),
  label: z.string(),
  value: z.number().nullable(),
  low: z.number().nullable(),
  high: z.number().nullable(),
})
export type Coefficient = z.infer<typeof Coefficient>

export const AgreementRequest = z.object({
  dataset: DatasetId,
  by: z.enum(['decision', 'fair']).default('decision').describe('decision: keep, reject, fix, unsure; fair: keep against reject and fix, unsure left out'),
})
export type AgreementRequest = z.infer<typeof AgreementRequest>

/** One line of the agreement table: a probe kind (or all) × a pair of annotators (or all). */
export const AgreementRow = z.object({
  kind: ProbeKind.optional().describe('Left out: all kinds'),
  annotators: z.array(z.string()).describe('Two: this pair; more: all together'),
  /** Probes that at least two of them judged. */
  n: z.int(),
  coefficients: z.array(Coefficient),
})
export type AgreementRow = z.infer<typeof AgreementRow>

export const Confusion = z.object({
  kind: ProbeKind.optional(),
  /** Rows are the first one's decisions, columns the second one's. */
  annotators: z.array(z.string()).length(2),
  labels: z.array(z.string()),
  counts: z.array(z.array(z.int())),
})
export type Confusion = z.infer<typeof Confusion>

export const AnnotatorProgress = z.object({
  annotator: z.string(),
  assigned: z.int(),
  decided: z.int(),
  keep: z.int(),
  reject: z.int(),
  fix: z.int(),
  unsure: z.int(),
  flagged: z.int(),
  adjudicated: z.int(),
  /** Of decisions that were made one by one; null before the first. */
  medianSeconds: z.number().nullable(),
  /** Decisions an hour while at work: pauses of more than five minutes are left out. */
  perHour: z.number().nullable(),
  firstAt: z.string().optional(),
  lastAt: z.string().optional(),
})
export type AnnotatorProgress = z.infer<typeof AnnotatorProgress>

export const Agreement = z.object({
  by: AgreementRequest.shape.by,
  rows: z.array(AgreementRow),
  confusions: z.array(Confusion),
  annotators: z.array(AnnotatorProgress),
  notes: z.array(z.string()),
})
export type Agreement = z.infer<typeof Agreement>

/** An audit at a glance. */
export const AuditStatus = z.object({
  dataset: DatasetId,
  name: z.string(),
  /** Probes of the audit's kinds (of its sample, where one is drawn). */
  probes: z.int(),
  /** By what holds for them. */
  states: z.object({ undecided: z.int(), keep: z.int(), reject: z.int(), fix: z.int(), unsure: z.int(), disputed: z.int(), stale: z.int() }),
  /** Judged by two annotators or more. */
  double: z.int(),
  decisions: z.int().describe('Lines in all files'),
  annotators: z.array(AnnotatorProgress.pick({ annotator: true, assigned: true, decided: true })),
  findings: z.int(),
  /** Repaired files, lines that cannot be used, decisions about probes that are gone: as sentences. */
  notes: z.array(z.string()),
})
export type AuditStatus = z.infer<typeof AuditStatus>
