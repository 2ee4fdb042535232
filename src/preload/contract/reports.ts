// Reports: one self-contained HTML file of a study that opens without the workbench.
import { oc } from '@orpc/contract'
import { z } from 'zod'
import { Comparison } from './comparison.ts'

export const reports = {
  write: oc
    .input(Comparison.extend({ title: z.string().max(200).optional(), tables: z.array(z.string()).default([]).describe('Table ids; empty = all that have rows'), figures: z.array(z.string()).default([]).describe('Figure ids; empty = all that have something to show') }))
    .output(z.object({ file: z.string().describe('Written into exports/'), bytes: z.int(), notes: z.array(z.string()).optional() })),
}
