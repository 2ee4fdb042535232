// A comparison: which runs stand beside each other, over which records, broken down how. Tables, figures and reports take one.
import { z } from 'zod'
import { DatasetId, RunId, SliceId } from './identifiers.ts'
import { ProbeKind } from './records.ts'

/**
 * Which probes count, by the audit of their dataset. without-rejected: those that were rejected or need a fix leave. with-fixes: rejected ones
 * leave, fixed ones are scored by a re-run and leave until there is one. double-kept: only what two annotators kept and nobody settled otherwise.
 */
export const Counts = z.enum(['all', 'without-rejected', 'with-fixes', 'double-kept'])
export type Counts = z.infer<typeof Counts>

/** What a policy did to the numbers. */
export const Counted = z.object({
  counts: Counts,
  /** For captions: the policy, what it left out, and by whose decisions. */
  sentence: z.string(),
  /**
   * Per dataset and kind that the audit is about: probes of the compared records, how many are left out of at least one run (those that wait
   * among them), how many are scored with their fix in every run, how many wait for a re-run in at least one.
   */
  probes: z.array(z.object({ dataset: DatasetId, kind: ProbeKind, all: z.int(), left: z.int(), fixed: z.int(), waiting: z.int() })),
  /** Per run and metric of the chosen reading: means before and after, and after − before with its 95 % interval. Only what moved or lost probes. */
  moved: z.array(z.object({
    run: RunId,
    slice: SliceId.optional(),
    metric: z.string(),
    before: z.number(),
    after: z.number().nullable().describe('null: no probe is left'),
    change: z.object({ mean: z.number(), low: z.number(), high: z.number() }).nullable(),
    nBefore: z.int(),
    n: z.int(),
  })),
  /** Runs with fixed probes that they were not asked yet; `reason`: why they cannot be. */
  waiting: z.array(z.object({ run: RunId, probes: z.int(), reason: z.string().optional() })),
  notes: z.array(z.string()),
})
export type Counted = z.infer<typeof Counted>

export const Comparison = z.object({
  runs: z.array(RunId).default([]).describe('Run ids; empty = all finished runs'),
  reported: z.array(z.string()).default([]).describe('Results reported elsewhere, by id'),
  variant: z.string().default('strict').describe('Which reading of the metrics: strict, free or easyedit'),
  baseline: RunId.optional().describe('Run that the others are compared with, on common records'),
  slices: z.array(SliceId).max(20).default([]).describe('Broken down by these slices'),
  whole: z.boolean().default(true).describe('Beside the slices, all records too'),
  records: z.enum(['common', 'own']).default('common').describe('common: only records that every run of a dataset has finished; own: what each has'),
  counts: Counts.default('all').describe('Which probes count, by the audit: all, without-rejected, with-fixes or double-kept'),
})
export type Comparison = z.infer<typeof Comparison>

/** Something in which runs differ although they stand side by side. */
export const Mismatch = z.object({
  kind: z.enum(['records', 'data', 'seed', 'era', 'definitions', 'model', 'protocol', 'version', 'unfinished']),
  /** One sentence with the runs, the values and what was done about it. */
  sentence: z.string(),
})
export type Mismatch = z.infer<typeof Mismatch>

/** What a table or figure says about its own rows. */
export const Comparability = z.object({
  mismatches: z.array(Mismatch),
  /** Per dataset: records that all its runs have in common, and the most that one has. */
  common: z.array(z.object({ dataset: DatasetId, count: z.int(), most: z.int() })),
})
export type Comparability = z.infer<typeof Comparability>

/** Run minus baseline on common records. */
export const Delta = z.object({
  mean: z.number(),
  low: z.number(),
  high: z.number(),
  n: z.int(),
  test: z.enum(['mcnemar', 'permutation']),
  p: z.number(),
  /** Holm over all tests of the table. */
  adjusted: z.number(),
  /** Smallest difference that this n would have found with 80 % power at a two-sided 5 %. */
  detectable: z.number(),
})
export type Delta = z.infer<typeof Delta>
