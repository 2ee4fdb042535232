// What a trained editor says of itself: one JSON text in its file's notes, beside what its method wrote there.
import { z } from 'zod'
import { EditScope } from '../../preload/contract/models.ts'
import type { TensorFile } from '../models/tensor-file.ts'

/** Key in `__metadata__`. */
const noteName = 'mmedit'

export const EditorNotes = z.object({
  method: z.string(),
  scope: EditScope,
  fingerprint: z.string(),
  /** Settings of the method and of its training. */
  config: z.record(z.string(), z.unknown()),
  training: z.record(z.string(), z.unknown()),
  datasets: z.array(z.string()),
  seed: z.int(),
  steps: z.int(),
  validation: z.record(z.string(), z.number()),
  command: z.string(),
  version: z.string(),
  run: z.string(),
  createdAt: z.string(),
})
export type EditorNotes = z.infer<typeof EditorNotes>

/** The file with the notes in it. */
export const withNotes = (file: TensorFile, notes: EditorNotes): TensorFile => ({ ...file, metadata: { ...file.metadata, [noteName]: JSON.stringify(notes) } })

/** The notes of a file. Throws a sentence naming the file if it is no trained editor. */
export function notesFrom(metadata: Readonly<Record<string, string>>, file: string): EditorNotes {
  try {
    return EditorNotes.parse(JSON.parse(metadata[noteName] ?? ''))
  }
  catch {
    throw new Error(`'${file}' is no trained editor of this workbench: its notes do not say what it was trained for. Train one, or remove the file.`)
  }
}
