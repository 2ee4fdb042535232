// Tables of chosen runs: rows for the page, files for the paper.
import { oc } from '@orpc/contract'
import { z } from 'zod'
import { Comparability, Comparison, Counted, Delta } from './comparison.ts'
import { RunId, SliceId } from './identifiers.ts'

export const TableCell = z.object({
  text: z.string(),
  /** What a click on the cell opens: the records of this run under this metric. */
  run: RunId.optional(),
  metric: z.string().optional(),
  variant: z.string().optional(),
  mean: z.number().optional(),
  low: z.number().optional(),
  high: z.number().optional(),
  n: z.int().optional(),
  /** Against the baseline's cell of this column. */
  delta: Delta.optional(),
  /** Best of its column among rows of the same dataset, model and slice. */
  best: z.boolean().optional(),
  slice: SliceId.optional(),
})
export type TableCell = z.infer<typeof TableCell>

export const Table = z.object({
  id: z.string(),
  title: z.string(),
  columns: z.array(z.object({ id: z.string(), label: z.string(), group: z.string().optional() })),
  rows: z.array(z.object({
    id: z.string(),
    cells: z.record(z.string(), TableCell),
    run: RunId.optional(),
    slice: SliceId.optional(),
    /** The row that deltas are against. */
    isBaseline: z.boolean().optional(),
    /** Where it was published: not measured here. */
    reported: z.string().optional(),
  })),
  /** For papers: what is shown, n, definitions, tests. One or a few sentences. */
  caption: z.string().optional(),
  comparability: Comparability.optional(),
  /** What the audit did to the numbers; only where not all probes count. */
  counted: Counted.optional(),
  /** What was left out, and why, as sentences. */
  notes: z.array(z.string()),
})
export type Table = z.infer<typeof Table>

export const TableFormat = z.enum(['csv', 'latex', 'markdown'])
export type TableFormat = z.infer<typeof TableFormat>

const Request = Comparison.extend({ id: z.string().default('main-results') })

export const tables = {
  list: oc.output(z.array(z.object({ id: z.string(), label: z.string() }))),
  get: oc.input(Request).output(Table),
  export: oc
    .input(Request.extend({
      format: TableFormat.default('csv'),
      keep: z.boolean().default(true).describe('false: only shows what the file would hold'),
      from: z.string().optional().describe('An earlier export: writes the same file again from what it says about itself; all else is ignored'),
    }))
    .output(z.object({ file: z.string().describe('Written into exports/'), text: z.string(), notes: z.array(z.string()).optional().describe('With --from: whether the data and the bytes are the same; what was replaced') })),
}
