// What one person decides about one probe, and what all of them come to.
import { z } from 'zod'
import { ImageHash } from './identifiers.ts'
import { ProbeKind } from './records.ts'

export const choices = ['keep', 'reject', 'fix', 'unsure'] as const
export const Choice = z.enum(choices)
export type Choice = z.infer<typeof Choice>

/** Annotators judge, blind if the audit is; an adjudicator sees everybody's decisions and settles what they differ in. */
export const Role = z.enum(['annotator', 'adjudicator'])
export type Role = z.infer<typeof Role>

export const ProbeRef = z.object({ record: z.string().min(1).max(200), kind: ProbeKind, index: z.int().nonnegative().default(0) })
export type ProbeRef = z.infer<typeof ProbeRef>

/** What stands in the probe's place: another prompt, another picture (kept in the study by its hash), or both. */
export const Fix = z.object({ prompt: z.string().trim().min(1).max(4_000).optional(), image: ImageHash.optional() })
  .refine(fix => fix.prompt !== undefined || fix.image !== undefined, 'A fix needs a text or a picture.')
export type Fix = z.infer<typeof Fix>

const said = {
  /** `none`: taken back, or only a note or a flag. */
  decision: z.enum([...choices, 'none']),
  reason: z.string().max(80).optional().describe('Of a rejection: an id of the audit\'s reasons'),
  fix: Fix.optional(),
  note: z.string().max(4_000).optional(),
  flag: z.boolean().optional(),
  /** Time the probe was looked at before this was said. */
  seconds: z.number().nonnegative().max(86_400).optional(),
  /** Decisions of one stroke, undone together. */
  batch: z.string().max(64).optional(),
}

/** One line of audits/DATASET/ANNOTATOR.jsonl: all that this person says about the probe from now on. */
export const Decision = ProbeRef.extend({
  /** Made where the key was pressed: a request that is sent twice is written once. */
  id: z.string().regex(/^[\w-]{8,64}$/),
  /** ISO 8601 with milliseconds; grows with every line of an annotator. */
  at: z.string(),
  annotator: z.string().min(1).max(80),
  role: Role.default('annotator'),
  ...said,
  /** Hash of what was judged: a decision about what the dataset no longer holds is stale. */
  content: z.string(),
  /** Id of the line that this one takes back. */
  undoes: z.string().optional(),
})
export type Decision = z.infer<typeof Decision>

export const DecisionDraft = ProbeRef.extend({ id: Decision.shape.id, ...said })
export type DecisionDraft = z.infer<typeof DecisionDraft>

/**
 * What holds for a probe. The last adjudication decides; without one, what all annotators say alike (of fixes: the same fix); `disputed`
 * if they differ; `stale` if all that was said is about other content.
 */
export const finalStates = ['undecided', 'keep', 'reject', 'fix', 'unsure', 'disputed', 'stale'] as const
export const Final = z.object({
  state: z.enum(finalStates),
  by: z.enum(['nobody', 'one', 'agreement', 'adjudicator']),
  /** Annotators who keep it now; adjudicators do not count. */
  keptBy: z.int(),
  reason: z.string().optional(),
  fix: Fix.optional(),
})
export type Final = z.infer<typeof Final>

export const AuditSettings = z.object({
  kinds: z.array(ProbeKind).min(1).default(['textRephrase', 'imageRephrase']),
  /** What the annotator is asked, by kind; left out: the workbench's question. */
  questions: z.partialRecord(ProbeKind, z.string().max(500)).default({}),
  reasons: z.array(z.object({ id: z.string().regex(/^[a-z0-9-]{1,80}$/), label: z.string().min(1).max(120) })).min(1).max(20).default([
    { id: 'meaning-changed', label: 'Meaning changed' },
    { id: 'fact-not-visible', label: 'Fact not visible' },
    { id: 'unreadable', label: 'Unreadable' },
    { id: 'wrong-answer', label: 'Wrong answer' },
    { id: 'unsafe', label: 'Unsafe' },
    { id: 'other', label: 'Other' },
  ]),
  guidelines: z.string().max(50_000).default(''),
  /** Annotators do not see each other's decisions. */
  blind: z.boolean().default(true),
  /** Who judges what; left out: everybody judges everything. */
  assignment: z.object({
    annotators: z.array(z.string().min(1).max(80)).min(1).max(50),
    each: z.int().min(1).max(10).default(2).describe('Annotators for every probe'),
    sample: z.int().positive().optional().describe('Only so many probes, drawn at random'),
    seed: z.int().nonnegative().default(0),
  }).optional(),
})
export type AuditSettings = z.infer<typeof AuditSettings>
