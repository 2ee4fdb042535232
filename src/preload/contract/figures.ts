// Figures of chosen runs: one JSON option for the page, the terminal and the archive.
import { oc } from '@orpc/contract'
import { z } from 'zod'
import { RunId } from './identifiers.ts'

export const Figure = z.object({
  id: z.string(),
  label: z.string(),
  /** A pure JSON ECharts option without theme. */
  option: z.record(z.string(), z.unknown()),
  notes: z.array(z.string()),
})
export type Figure = z.infer<typeof Figure>

const Request = z.object({
  id: z.string().default('metric-bars'),
  runs: z.array(RunId).default([]).describe('Run ids; empty = all finished runs'),
  variant: z.string().default('strict'),
})

export const figures = {
  list: oc.output(z.array(z.object({ id: z.string(), label: z.string() }))),
  get: oc.input(Request).output(Figure),
  export: oc
    .input(Request.extend({ width: z.int().min(200).max(4000).default(900), height: z.int().min(150).max(4000).default(420) }))
    .output(z.object({ file: z.string(), svg: z.string() })),
}
