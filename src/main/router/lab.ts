// One record, edited now.
import { os } from './base.ts'

export const lab = os.lab.router({
  answer: os.lab.answer.handler(({ context, input, signal }) => context.lab.answer(input, signal)),
  edit: os.lab.edit.handler(({ context, input, signal }) => context.lab.edit(input, signal)),
  sweep: os.lab.sweep.handler(({ context, input, signal }) => context.labSearch.sweep(input, signal)),
  trace: os.lab.trace.handler(({ context, input, signal }) => context.labSearch.trace(input, signal)),
  layers: os.lab.layers.handler(({ context, input }) => context.labSearch.layers(input)),
  addPicture: os.lab.addPicture.handler(({ context, input }) => context.addPicture(input.name, input.data)),
  undo: os.lab.undo.handler(async ({ context, input }) => ({ undone: await context.lab.undo(input.edit) })),
})
