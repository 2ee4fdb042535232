// Editing methods and metrics, described by themselves.
import { oc } from '@orpc/contract'
import { z } from 'zod'
import { EditScope } from './models.ts'

export const MethodInfo = z.object({
  id: z.string(),
  label: z.string(),
  paper: z.string(),
  summary: z.string(),
  /** JSON Schema of the method's settings, with defaults and descriptions: the form and the flags are drawn from it. */
  configSchema: z.record(z.string(), z.unknown()),
  /** JSON Schema of the settings of its training; absent: it needs none. */
  trainingSchema: z.record(z.string(), z.unknown()).optional(),
  /** The parts of a model it is made for; left out: any. What a given model refuses is a sentence when one starts. */
  scopes: z.array(EditScope).optional(),
  /** Which protocols it can follow; a sentence says why not. */
  batch: z.union([z.literal(true), z.string()]),
  chain: z.union([z.literal(true), z.string()]),
})
export type MethodInfo = z.infer<typeof MethodInfo>

export const MetricInfo = z.object({
  id: z.string(),
  label: z.string(),
  symbol: z.string(),
  summary: z.string(),
  /** Every number the metric gives, the primary one first. */
  variants: z.array(z.object({ id: z.string(), label: z.string(), summary: z.string(), higherIsBetter: z.boolean(), unit: z.enum(['share', 'nats']).optional() })),
})
export type MetricInfo = z.infer<typeof MetricInfo>

export const verdicts = ['proper', 'under', 'over', 'entangled', 'failed'] as const
/** What one edit did, judged by its probes; `metrics.verdicts` lists the definitions. */
export const Verdict = z.enum(verdicts)
export type Verdict = z.infer<typeof Verdict>

export const VerdictInfo = z.object({ id: Verdict, label: z.string(), summary: z.string().describe('The definition with its thresholds') })
export type VerdictInfo = z.infer<typeof VerdictInfo>

export const MethodChoice = z.object({ id: z.string(), config: z.record(z.string(), z.unknown()).default({}) })
export type MethodChoice = z.infer<typeof MethodChoice>

export const methods = { list: oc.output(z.array(MethodInfo)) }
export const metrics = { list: oc.output(z.array(MetricInfo)), verdicts: oc.output(z.array(VerdictInfo)) }
