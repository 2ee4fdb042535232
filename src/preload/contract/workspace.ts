// The opened study folder, what this host can do, and what the engine runs on.
import { eventIterator, oc } from '@orpc/contract'
import { z } from 'zod'
import { ProviderReport } from './models.ts'

export const Workspace = z.object({
  name: z.string(),
  path: z.string(),
  version: z.string().describe('Version of the workbench'),
  capabilities: z.object({
    /** The host can show its own folder dialog. */
    pickFolder: z.boolean(),
  }),
})
export type Workspace = z.infer<typeof Workspace>

export const EngineStatus = z.object({
  /** `none` = not started yet. */
  state: z.enum(['none', 'opening', 'ready', 'working', 'failed']),
  model: z.string().optional(),
  provider: ProviderReport.optional(),
  /** Why it failed, as a sentence. */
  reason: z.string().optional(),
  memoryBytes: z.int().optional(),
})
export type EngineStatus = z.infer<typeof EngineStatus>

/** Something changed; the page asks again for what it shows. */
export const WorkspaceEvent = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('engine'), engine: EngineStatus }),
  z.object({ kind: z.literal('changed'), noun: z.enum(['datasets', 'models', 'editors', 'runs', 'slices', 'views', 'reported', 'audits']), id: z.string().optional() }),
])
export type WorkspaceEvent = z.infer<typeof WorkspaceEvent>

export const workspace = {
  get: oc.output(Workspace),
  engine: oc.output(EngineStatus),
  pickFolder: oc.output(z.object({ path: z.string().nullable() })),
  watch: oc.output(eventIterator(WorkspaceEvent)),
}
