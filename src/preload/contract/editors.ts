// Trained editors: what training a method leaves behind, and what its edits start from.
import { oc } from '@orpc/contract'
import { z } from 'zod'
import { EditScope } from './models.ts'

export const EditorInfo = z.object({
  id: z.string(),
  method: z.string(),
  scope: EditScope,
  /** Fingerprint of the checkpoint it was trained on; it fits no other. */
  fingerprint: z.string(),
  /** Names of the datasets it was trained on. */
  datasets: z.array(z.string()),
  steps: z.int(),
  /** Validation losses of the kept checkpoint. */
  validation: z.record(z.string(), z.number()),
  /** The command that makes it again. */
  command: z.string(),
  createdAt: z.string(),
  sizeBytes: z.int(),
})
export type EditorInfo = z.infer<typeof EditorInfo>

const one = z.object({ id: z.string() })

export const editors = {
  list: oc.output(z.array(EditorInfo)),
  remove: oc.input(one).output(z.object({ removed: z.boolean() })),
}
