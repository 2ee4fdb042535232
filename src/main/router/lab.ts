// One record, edited now.
import { os } from './base.ts'

export const lab = os.lab.router({
  answer: os.lab.answer.handler(({ context, input, signal }) => context.lab.answer(input, signal)),
  edit: os.lab.edit.handler(({ context, input, signal }) => context.lab.edit(input, signal)),
  undo: os.lab.undo.handler(async ({ context, input }) => ({ undone: await context.lab.undo(input.edit) })),
})
