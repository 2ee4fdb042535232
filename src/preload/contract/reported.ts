// Results reported elsewhere: published tables and result folders of the reference toolkit, beside our own runs and marked as such.
import { oc } from '@orpc/contract'
import { z } from 'zod'

export const Reported = z.object({
  id: z.string(),
  name: z.string(),
  /** The paper, file or address that the numbers come from. */
  source: z.string(),
  model: z.string(),
  dataset: z.string(),
  method: z.string(),
  scope: z.string(),
  /** Which reading of the metrics these numbers are; 'unknown' where the source does not say. */
  variant: z.string(),
  n: z.int().optional(),
  /** metric id → value in the metric's unit (shares are 0…1). */
  metrics: z.record(z.string(), z.number()),
  notes: z.array(z.string()),
  /** Comes with the program and cannot be removed. */
  shipped: z.boolean(),
})
export type Reported = z.infer<typeof Reported>

export const ReportedImport = z.object({
  file: z.string().describe('results.json of the reference toolkit, its folder, or a CSV table: model,dataset,method,scope and one column a metric'),
  name: z.string().optional().describe('What to call it; default: the name of the file'),
  model: z.string().optional().describe('For results.json, which does not say: the model'),
  dataset: z.string().optional().describe('For results.json: the dataset'),
  method: z.string().optional().describe('For results.json: the method'),
  scope: z.string().optional().describe('For results.json: the part that was edited'),
  source: z.string().optional().describe('Where it was published; default: the file'),
})
export type ReportedImport = z.infer<typeof ReportedImport>

export const reported = {
  list: oc.output(z.array(Reported)),
  import: oc.input(ReportedImport).output(z.object({ imported: z.array(Reported), problems: z.array(z.string()) })),
  remove: oc.input(z.object({ id: z.string() })).output(z.object({ removed: z.boolean() })),
}
