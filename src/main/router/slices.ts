// Named sets of records.
import { os } from './base.ts'

export const slices = os.slices.router({
  list: os.slices.list.handler(({ context }) => context.slices.list()),
  save: os.slices.save.handler(({ context, input }) => context.slices.save(input)),
  remove: os.slices.remove.handler(async ({ context, input }) => ({ removed: await context.slices.remove(input.id) })),
  count: os.slices.count.handler(async ({ context, input }) => ({ count: await context.slices.count(input.id, input.dataset) })),
  worst: os.slices.worst.handler(({ context, input }) => context.slices.worst(input)),
})
