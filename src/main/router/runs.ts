// Runs: start, steer, follow, look into.
import { os } from './base.ts'

export const runs = os.runs.router({
  list: os.runs.list.handler(({ context }) => [...context.queue.list()]),
  get: os.runs.get.handler(async ({ context, input }) => ({ run: context.queue.get(input.id), ...await context.results.summary(input.id) })),
  start: os.runs.start.handler(({ context, input }) => context.queue.start(input)),
  grid: os.runs.grid.handler(({ context, input }) => context.startGrid(input)),
  sweep: os.runs.sweep.handler(({ context, input }) => context.startSweep(input)),
  align: os.runs.align.handler(({ context, input }) => context.align(input)),
  pause: os.runs.pause.handler(({ context, input }) => context.queue.pause(input.id)),
  resume: os.runs.resume.handler(({ context, input }) => context.queue.resume(input.id)),
  cancel: os.runs.cancel.handler(({ context, input }) => context.queue.cancel(input.id)),
  remove: os.runs.remove.handler(async ({ context, input }) => ({ removed: await context.queue.remove(input.id) })),
  listResults: os.runs.listResults.handler(({ context, input }) => context.results.list(input)),
  listSteps: os.runs.listSteps.handler(async ({ context, input }) => ({ steps: await context.results.steps(input.id) })),
  listRetention: os.runs.listRetention.handler(async ({ context, input }) => ({ cells: await context.results.cells(input.id) })),
  watch: os.runs.watch.handler(({ context, input, signal }) => context.queue.watch(input.id, signal)),
})
