// Results reported elsewhere.
import { os } from './base.ts'

export const reported = os.reported.router({
  list: os.reported.list.handler(({ context }) => context.reported.list()),
  import: os.reported.import.handler(({ context, input }) => context.reported.import(input)),
  remove: os.reported.remove.handler(async ({ context, input }) => ({ removed: await context.reported.remove(input.id) })),
})
