// Queries: read-only SQL over the study's tables.
import { oc } from '@orpc/contract'
import { z } from 'zod'

export const QueryColumn = z.object({ name: z.string(), type: z.string(), kind: z.enum(['number', 'text', 'boolean', 'time', 'other']) })
export type QueryColumn = z.infer<typeof QueryColumn>

export const QueryValue = z.union([z.string(), z.number(), z.boolean(), z.null()])
export type QueryValue = z.infer<typeof QueryValue>

export const QueryResult = z.object({
  columns: z.array(QueryColumn),
  /** Row by row; integers beyond 2^53 and nested values come as text. */
  rows: z.array(z.array(QueryValue)),
  /** More rows than were asked for. */
  truncated: z.boolean(),
  elapsedMs: z.number(),
})
export type QueryResult = z.infer<typeof QueryResult>

export const QueryTable = z.object({ name: z.string(), summary: z.string(), rowCount: z.int().optional(), columns: z.array(QueryColumn.extend({ summary: z.string().optional() })) })
export type QueryTable = z.infer<typeof QueryTable>

export const queries = {
  /** The tables there are, with their columns. */
  listTables: oc.output(z.array(QueryTable)),
  run: oc.input(z.object({ sql: z.string().min(1).max(20_000), limit: z.int().min(1).max(100_000).default(1000).describe('Most rows to return') })).output(QueryResult),
}
