// Automatic checks of a dataset's probes, and what they found.
import { z } from 'zod'
import { DatasetId, ModelId } from './identifiers.ts'
import { ProviderChoice } from './models.ts'
import { ProbeKind } from './records.ts'

/** A reason to look closely; never a decision. Without a kind it is about the record, so about all of its probes. */
export const Finding = z.object({
  check: z.string(),
  record: z.string(),
  kind: ProbeKind.optional(),
  index: z.int().nonnegative().optional(),
  /** One sentence with the values. */
  sentence: z.string(),
  /** What was measured, where it was a number: a similarity, a distance. */
  value: z.number().optional(),
  /** Records of other datasets as dataset/id, of this one by id. */
  others: z.array(z.string()).optional(),
})
export type Finding = z.infer<typeof Finding>

export const CheckInfo = z.object({
  id: z.string(),
  label: z.string(),
  summary: z.string(),
  /** How grave: `broken` cannot be judged at all, `likely` is usually unfair, `look` is worth a look. Sorts the queue. */
  severity: z.enum(['broken', 'likely', 'look']),
  needsModel: z.boolean(),
})
export type CheckInfo = z.infer<typeof CheckInfo>

export const CheckRequest = z.object({
  dataset: DatasetId,
  checks: z.array(z.string()).default([]).describe('Check ids; empty = all, those that ask a model only with a model'),
  model: ModelId.optional(),
  provider: ProviderChoice.default('auto'),
  against: z.array(DatasetId).default([]).describe('Datasets that must not overlap; empty = the train part that belongs to it'),
})
export type CheckRequest = z.infer<typeof CheckRequest>

/** When a check last looked at the dataset. */
export const MadeCheck = z.object({
  check: z.string(),
  at: z.string(),
  count: z.int(),
  seconds: z.number(),
  /** Id of the model it asked. */
  model: z.string().optional(),
  /** false: the dataset has changed since. */
  isCurrent: z.boolean(),
  notes: z.array(z.string()),
})
export type MadeCheck = z.infer<typeof MadeCheck>

export const CheckEvent = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('progress'), check: z.string(), done: z.int(), total: z.int() }),
  z.object({ kind: z.literal('made'), made: MadeCheck }),
  /** The others go on. */
  z.object({ kind: z.literal('failed'), check: z.string(), reason: z.string() }),
])
export type CheckEvent = z.infer<typeof CheckEvent>

export const FindingQuery = z.object({
  dataset: DatasetId,
  checks: z.array(z.string()).default([]).describe('Empty = all'),
  record: z.string().optional(),
  offset: z.int().nonnegative().default(0),
  limit: z.int().min(1).max(1000).default(200),
})
export type FindingQuery = z.infer<typeof FindingQuery>
