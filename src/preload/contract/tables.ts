// Tables of chosen runs: rows for the page, files for the paper.
import { oc } from '@orpc/contract'
import { z } from 'zod'
import { RunId } from './identifiers.ts'

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
})
export type TableCell = z.infer<typeof TableCell>

export const Table = z.object({
  id: z.string(),
  title: z.string(),
  columns: z.array(z.object({ id: z.string(), label: z.string(), group: z.string().optional() })),
  rows: z.array(z.object({ id: z.string(), cells: z.record(z.string(), TableCell) })),
  /** What was left out, and why, as sentences. */
  notes: z.array(z.string()),
})
export type Table = z.infer<typeof Table>

export const TableFormat = z.enum(['csv', 'latex', 'markdown'])
export type TableFormat = z.infer<typeof TableFormat>

const Request = z.object({
  id: z.string().default('main-results'),
  runs: z.array(RunId).default([]).describe('Run ids; empty = all finished runs'),
  variant: z.string().default('strict').describe('Which reading of the metrics: strict, free or easyedit'),
})

export const tables = {
  list: oc.output(z.array(z.object({ id: z.string(), label: z.string() }))),
  get: oc.input(Request).output(Table),
  export: oc
    .input(Request.extend({ format: TableFormat.default('csv') }))
    .output(z.object({ file: z.string().describe('Written into exports/'), text: z.string() })),
}
