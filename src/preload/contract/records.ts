// The neutral form of an edit record: what every dataset format is read into, on the wire and on disk alike.
import { z } from 'zod'
import { ImageHash } from './identifiers.ts'

/** A picture file inside a dataset: `root` names one of the dataset's image roots, `path` is relative to it. */
export const ImageRef = z.object({ root: z.string(), path: z.string(), hash: ImageHash.optional() })
export type ImageRef = z.infer<typeof ImageRef>

/** `question` gets the model's question template, `caption` and `plain` go to the model as they are (spec §1.5, §8). */
export const QuestionForm = z.enum(['question', 'caption', 'plain'])
export type QuestionForm = z.infer<typeof QuestionForm>

export const Probe = z.object({
  prompt: z.string(),
  form: QuestionForm,
  image: ImageRef.optional(),
  /** Target or reference answer, without a leading blank. */
  expected: z.string(),
  /** For portability: how many hops away ("1-hop"). */
  label: z.string().optional(),
  /** Hash of the audit's fix, in a run that is asked with it. */
  fix: z.string().optional(),
})
export type Probe = z.infer<typeof Probe>

/** Kinds of probes beside the edit itself, in the order the workbench shows them. */
export const probeKinds = ['textRephrase', 'imageRephrase', 'unrelatedText', 'unrelatedImage', 'portability'] as const
export const ProbeKind = z.enum(probeKinds)
export type ProbeKind = z.infer<typeof ProbeKind>

export const Task = z.enum(['e-vqa', 'e-ic'])
export type Task = z.infer<typeof Task>

export const EditRecord = z.object({
  /** Unique inside its dataset and stable across imports: the index in the source file, padded ("00042"). */
  id: z.string(),
  index: z.int().nonnegative(),
  task: Task,
  edit: Probe,
  /** The wrong answer the dataset states for the unedited model (`pred`), empty if it states none. */
  stated: z.string(),
  probes: z.partialRecord(ProbeKind, z.array(Probe)),
})
export type EditRecord = z.infer<typeof EditRecord>

/** Something an importer dropped (`dropped`) or kept although it is odd (`odd`); never silent. */
export const Problem = z.object({
  file: z.string(),
  index: z.int().nonnegative().optional(),
  field: z.string().optional(),
  severity: z.enum(['dropped', 'odd']),
  reason: z.string(),
})
export type Problem = z.infer<typeof Problem>
