// A comparison: which runs stand beside each other, over which records, broken down how. Tables, figures and reports take one.
import { z } from 'zod'
import { DatasetId, RunId, SliceId } from './identifiers.ts'

export const Comparison = z.object({
  runs: z.array(RunId).default([]).describe('Run ids; empty = all finished runs'),
  reported: z.array(z.string()).default([]).describe('Results reported elsewhere, by id'),
  variant: z.string().default('strict').describe('Which reading of the metrics: strict, free or easyedit'),
  baseline: RunId.optional().describe('Run that the others are compared with, on common records'),
  slices: z.array(SliceId).max(20).default([]).describe('Broken down by these slices'),
  whole: z.boolean().default(true).describe('Beside the slices, all records too'),
  records: z.enum(['common', 'own']).default('common').describe('common: only records that every run of a dataset has finished; own: what each has'),
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
