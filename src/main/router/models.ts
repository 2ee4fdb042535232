// Pointers to checkpoint folders.
import { os } from './base.ts'

export const models = os.models.router({
  list: os.models.list.handler(({ context }) => context.models.list()),
  open: os.models.open.handler(({ context, input }) => context.models.open(input.path, input.name)),
  check: os.models.check.handler(({ context, input, signal }) => context.models.check(input.path, input.provider, signal)),
  remove: os.models.remove.handler(async ({ context, input }) => ({ removed: await context.models.remove(input.id) })),
})
