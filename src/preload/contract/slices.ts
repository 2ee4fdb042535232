// Slices: named sets of records, by filter or by SQL, that every table and figure can be broken down by.
import { oc } from '@orpc/contract'
import { z } from 'zod'
import { Counts } from './comparison.ts'
import { RecordFilter } from './datasets.ts'
import { DatasetId, RunId, SliceId } from './identifiers.ts'
import { Estimate } from './runs.ts'

export const Slice = z.object({
  id: SliceId,
  name: z.string().min(1).max(120),
  /** Left out: of any dataset. */
  dataset: DatasetId.optional(),
  filter: RecordFilter.omit({ slice: true }).default({ search: '', facets: {} }),
  /** A read-only query over the study's tables with a column `record` (and `dataset`, where it spans several); holds together with the filter. */
  sql: z.string().max(20_000).optional(),
  note: z.string().max(2000).optional(),
  createdAt: z.string(),
})
export type Slice = z.infer<typeof Slice>

export const SliceDraft = Slice.omit({ id: true, createdAt: true }).extend({ id: SliceId.optional().describe('Replaces the slice of this id') })
export type SliceDraft = z.infer<typeof SliceDraft>

export const WorstRequest = z.object({
  run: RunId,
  metric: z.string().default('reliability'),
  variant: z.string().default('strict'),
  least: z.int().min(2).default(10).describe('Smallest slice looked at'),
  depth: z.int().min(1).max(2).default(2).describe('2: pairs of facet values too'),
  count: z.int().min(1).max(100).default(20),
  counts: Counts.optional().describe('Which probes count, by the audit'),
})
export type WorstRequest = z.infer<typeof WorstRequest>

/** A slice that a run does worse on than on the rest. */
export const WorstSlice = z.object({
  /** "Task = E-IC, Target answer = dog" */
  label: z.string(),
  filter: RecordFilter.pick({ facets: true }),
  estimate: Estimate,
  /** Mean over the records outside of it, and slice minus rest. */
  rest: z.number(),
  difference: z.number(),
  /** Of "the slice is like the rest"; adjusted by Holm over every slice that was looked at. */
  p: z.number(),
  adjusted: z.number(),
})
export type WorstSlice = z.infer<typeof WorstSlice>

export const slices = {
  list: oc.output(z.array(Slice)),
  save: oc.input(SliceDraft).output(Slice),
  remove: oc.input(z.object({ id: SliceId })).output(z.object({ removed: z.boolean() })),
  /** How many records of a dataset (all, if left out) a slice holds. */
  count: oc.input(z.object({ id: SliceId, dataset: DatasetId.optional() })).output(z.object({ count: z.int() })),
  worst: oc.input(WorstRequest).output(z.object({ slices: z.array(WorstSlice), looked: z.int(), notes: z.array(z.string()) })),
}
