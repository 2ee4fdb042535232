// Trained editors of the study: what there is, which one an edit starts from, and where a finished training's goes.
import { basename } from 'node:path'
import type { EditorInfo } from '../../preload/contract/editors.ts'
import type { Model } from '../../preload/contract/models.ts'
import type { RunPlan } from '../../preload/contract/runs.ts'
import { messageOf } from '../base/errors.ts'
import type { Method } from '../methods/method.ts'
import { readTensorNotes } from '../models/safetensors-file.ts'
import { editorIds, newEditorId, putEditor, removeEditor } from '../workspace/editors.ts'
import type { Study } from '../workspace/open-workspace.ts'
import { notesFrom } from './editor-notes.ts'
import type { EditorNotes } from './editor-notes.ts'

export interface EditorCases {
  /** Newest first. */
  readonly list: () => Promise<EditorInfo[]>
  readonly remove: (id: string) => Promise<boolean>
}

interface Known { readonly id: string, readonly notes: EditorNotes, readonly sizeBytes: number }

/** The notes of a file. Throws a sentence for a file that is no trained editor. */
export async function describeEditor(file: string): Promise<{ readonly notes: EditorNotes, readonly sizeBytes: number }> {
  const { metadata, sizeBytes } = await readTensorNotes(file)
  return { notes: notesFrom(metadata, basename(file)), sizeBytes }
}

async function knownEditors(study: Study, warn: (sentence: string) => void): Promise<Known[]> {
  const known: Known[] = []
  for (const id of await editorIds(study)) {
    try {
      known.push({ id, ...await describeEditor(study.layout.editor(id)) })
    }
    catch (error) {
      warn(messageOf(error))
    }
  }
  return known.sort((a, b) => b.notes.createdAt.localeCompare(a.notes.createdAt) || b.id.localeCompare(a.id))
}

const infoOf = ({ id, notes, sizeBytes }: Known): EditorInfo => {
  const { method, scope, fingerprint, datasets, steps, validation, command, createdAt } = notes
  return { id, method, scope, fingerprint, datasets, steps, validation, command, createdAt, sizeBytes }
}

export interface EditorCaseOptions {
  readonly study: Study
  readonly checkWritable: () => void
  readonly warn: (sentence: string) => void
  readonly onChange: (id: string) => void
}

export function createEditorCases({ study, checkWritable, warn, onChange }: EditorCaseOptions): EditorCases {
  return {
    list: async () => (await knownEditors(study, warn)).map(infoOf),
    async remove(id) {
      checkWritable()
      const removed = await removeEditor(study, id)
      onChange(id)
      return removed
    },
  }
}

/** What the editor has to fit. */
export interface EditorNeed {
  readonly method: Method
  readonly scope: RunPlan['scope']
  readonly model: Pick<Model, 'id' | 'name' | 'fingerprint'>
  /** By id; left out: the newest that fits. */
  readonly editor: string | undefined
  /** The command that trains one, for the sentence. */
  readonly command: string
}

/** The editor that fits, and its file; undefined for methods that need none. Throws a sentence naming the command that trains one. */
export async function chooseEditor(study: Study, { method, scope, model, editor, command }: EditorNeed): Promise<{ readonly id: string, readonly file: string } | undefined> {
  if (!method.training) {
    if (editor !== undefined)
      throw new Error(`Method '${method.id}' needs no trained editor. Leave --editor out.`)
    return undefined
  }
  const known = await knownEditors(study, () => undefined)
  const next = `Train one: ${command}`
  if (editor === undefined) {
    const found = known.find(({ notes }) => notes.method === method.id && notes.scope === scope && notes.fingerprint === model.fingerprint)
    if (found)
      return { id: found.id, file: study.layout.editor(found.id) }
    const foreign = known.find(({ notes }) => notes.method === method.id && notes.scope === scope)
    throw new Error(foreign
      ? `Editor '${foreign.id}' of method '${method.id}' was trained on another checkpoint than '${model.name}'. ${next}`
      : `Method '${method.id}' has no trained editor for scope '${scope}' of model '${model.name}'. ${next}`)
  }
  const found = known.find(({ id }) => id === editor)
  if (!found)
    throw new Error(`The study has no editor '${editor}'. Known: ${known.map(({ id }) => id).join(', ') || 'none yet'}. ${next}`)
  const { notes } = found
  if (notes.method !== method.id || notes.scope !== scope)
    throw new Error(`Editor '${editor}' was trained for method '${notes.method}' and scope '${notes.scope}', not for method '${method.id}' and scope '${scope}'. Choose another or leave it out.`)
  if (notes.fingerprint !== model.fingerprint)
    throw new Error(`Editor '${editor}' was trained on another checkpoint than '${model.name}'. ${next}`)
  return { id: found.id, file: study.layout.editor(found.id) }
}

/** Puts a finished training's editor into the study; the same run's editor takes its place. @returns its id. */
export async function placeEditor(study: Study, plan: Pick<RunPlan, 'method' | 'scope' | 'model'>, file: string): Promise<string> {
  const { notes } = await describeEditor(file)
  const same = (await knownEditors(study, () => undefined)).find(known => known.notes.run === notes.run && notes.run !== '')
  const id = same?.id ?? await newEditorId(study, `${plan.method.id} ${plan.scope} ${plan.model}`)
  await putEditor(study, id, file)
  return id
}
