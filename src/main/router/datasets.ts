// What is in the study, page by page.
import { os } from './base.ts'

export const datasets = os.datasets.router({
  list: os.datasets.list.handler(({ context }) => context.datasets.list()),
  get: os.datasets.get.handler(({ context, input }) => context.datasets.get(input.id)),
  listRecords: os.datasets.listRecords.handler(({ context, input }) => context.datasets.listRecords(input)),
  listColumns: os.datasets.listColumns.handler(({ context, input }) => context.datasets.listColumns(input.id, input.run)),
  listIds: os.datasets.listIds.handler(async ({ context, input }) => ({ records: await context.datasets.listIds(input) })),
  nearest: os.datasets.nearest.handler(({ context, input, signal }) => context.neighbours.nearest(input, signal)),
  getRecord: os.datasets.getRecord.handler(({ context, input }) => context.datasets.getRecord(input.id, input.record)),
  listProblems: os.datasets.listProblems.handler(({ context, input }) => context.datasets.listProblems(input.id, input.offset, input.limit)),
  import: os.datasets.import.handler(({ context, input, signal }) => context.datasets.import(input, signal)),
  remove: os.datasets.remove.handler(async ({ context, input }) => ({ removed: await context.datasets.remove(input.id) })),
})
