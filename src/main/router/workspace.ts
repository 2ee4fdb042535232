// The opened study folder and the engine's state.
import { os } from './base.ts'

export const workspace = os.workspace.router({
  get: os.workspace.get.handler(({ context }) => context.workspace()),
  engine: os.workspace.engine.handler(({ context }) => context.lab.status()),
  pickFolder: os.workspace.pickFolder.handler(async ({ context }) => ({ path: await context.host.pickFolder?.() ?? null })),
  watch: os.workspace.watch.handler(({ context, signal }) => context.watchWorkspace(signal)),
})
