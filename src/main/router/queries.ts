// Read-only SQL.
import { os } from './base.ts'

export const queries = os.queries.router({
  listTables: os.queries.listTables.handler(({ context }) => context.queries.listTables()),
  run: os.queries.run.handler(({ context, input, signal }) => context.queries.run(input.sql, input.limit, signal)),
})
