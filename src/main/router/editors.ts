// Trained editors of the study.
import { os } from './base.ts'

export const editors = os.editors.router({
  list: os.editors.list.handler(({ context }) => context.editors.list()),
  remove: os.editors.remove.handler(async ({ context, input }) => ({ removed: await context.editors.remove(input.id) })),
})
