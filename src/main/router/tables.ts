// Tables of chosen runs.
import { tables as tableRegistry } from '../tables/index.ts'
import { os } from './base.ts'

export const tables = os.tables.router({
  list: os.tables.list.handler(() => tableRegistry.all.map(({ id, label }) => ({ id, label }))),
  get: os.tables.get.handler(({ context, input }) => context.reports.table(input)),
  export: os.tables.export.handler(({ context, input }) => context.publish.table(input)),
})
