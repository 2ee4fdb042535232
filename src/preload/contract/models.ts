// Models: pointers to checkpoint folders, and what a check of one finds.
import { oc } from '@orpc/contract'
import { z } from 'zod'
import { ModelId } from './identifiers.ts'

/** auto = self-test every available provider and take the fastest correct one. */
export const ProviderChoice = z.enum(['auto', 'cpu', 'cuda', 'dml', 'coreml', 'webgpu'])
export type ProviderChoice = z.infer<typeof ProviderChoice>

export const ProviderReport = z.object({
  provider: z.string(),
  device: z.string(),
  /** One sentence: why this provider. */
  reason: z.string(),
  tests: z.array(z.object({ provider: z.string(), correct: z.boolean(), maxDifference: z.number().nullable(), elapsedMs: z.number().nullable(), detail: z.string() })),
})
export type ProviderReport = z.infer<typeof ProviderReport>

export const Model = z.object({
  id: ModelId,
  name: z.string(),
  path: z.string(),
  architecture: z.string(),
  parameterCount: z.int(),
  sizeBytes: z.int(),
  dtype: z.string(),
  fingerprint: z.string(),
  /** Model card excerpt or licence, where the folder has one. */
  note: z.string().optional(),
})
export type Model = z.infer<typeof Model>

export const EditScope = z.enum(['text', 'vision', 'both'])
export type EditScope = z.infer<typeof EditScope>

export const ModelCheck = z.object({
  model: Model,
  provider: ProviderReport,
  /** role → how many weights and parameters an edit of it may change */
  roles: z.array(z.object({ role: z.string(), label: z.string(), scope: z.enum(['text', 'vision']), weightCount: z.int(), parameterCount: z.int() })),
  memoryBytes: z.int().describe('Estimated peak memory of the engine with this model'),
  /** The model answered a question about a blank picture: proof that the whole path runs. */
  sample: z.object({ prompt: z.string(), text: z.string(), elapsedMs: z.number() }),
})
export type ModelCheck = z.infer<typeof ModelCheck>

export const models = {
  list: oc.output(z.array(Model)),
  open: oc.input(z.object({ path: z.string().describe('Folder with config.json and *.safetensors'), name: z.string().optional() })).output(Model),
  check: oc.input(z.object({ path: z.string().describe('Model id or checkpoint folder'), provider: ProviderChoice.default('auto') })).output(ModelCheck),
  remove: oc.input(z.object({ id: ModelId })).output(z.object({ removed: z.boolean() })),
}
