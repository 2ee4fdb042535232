// Saved views.
import { os } from './base.ts'

export const views = os.views.router({
  list: os.views.list.handler(({ context }) => context.views.list()),
  save: os.views.save.handler(({ context, input }) => context.views.save(input)),
  remove: os.views.remove.handler(async ({ context, input }) => ({ removed: await context.views.remove(input.id) })),
})
