// What the Lab sends with a record, or with a fact of the user's own: its pictures' folders, the records a method may learn from, the trained editor it starts from.
import { basename, dirname } from 'node:path'
import { ImageHash } from '../../preload/contract/identifiers.ts'
import type { LabPlan, OwnFact } from '../../preload/contract/lab.ts'
import type { EditRecord } from '../../preload/contract/records.ts'
import { methods } from '../methods/index.ts'
import { getDataset } from '../workspace/datasets.ts'
import type { Study } from '../workspace/open-workspace.ts'
import { chooseEditor } from './editor-cases.ts'
import type { LabRecord } from './lab.ts'
import { findModel } from './model-cases.ts'
import { commandFor, memoryOf, sourceOf } from './resolve-plan.ts'

/** Image root of the picture of an own fact; no dataset may call a root so, because the name is not a valid one there. */
const ownRoot = ':own:'

/** The own fact in the record's place. Its probes about something else stay: they tell what the edit leaves alone. */
function recordOfFact(record: EditRecord, { prompt, expected, form, image }: OwnFact, file: string | undefined): EditRecord {
  const { unrelatedText, unrelatedImage } = record.probes
  return {
    ...record,
    id: `own fact beside ${record.id}`,
    stated: '',
    edit: { prompt, expected, form, ...(file === undefined ? {} : { image: { root: ownRoot, path: basename(file), ...(ImageHash.safeParse(image).success ? { hash: image as ImageHash } : {}) } }) },
    probes: { ...(unrelatedText ? { unrelatedText } : {}), ...(unrelatedImage ? { unrelatedImage } : {}) },
  }
}

/** `fileOf` gives a picture's file by its hash or path. Throws a sentence for what is not there. */
export async function labRecord(study: Study, plan: LabPlan, readRecord: () => Promise<EditRecord>, fileOf: (image: string) => Promise<string>): Promise<LabRecord> {
  const method = methods.get(plan.method.id)
  const { id, imageRoots } = await getDataset(study, plan.dataset)
  const model = await findModel(study, plan.model)
  const editor = await chooseEditor(study, { method, scope: plan.scope, model, editor: plan.editor, command: await commandFor(study, method, plan) })
  const memory = await memoryOf(study, id, undefined)
  const ownFile = plan.fact?.image === undefined ? undefined : await fileOf(plan.fact.image)
  const record = await readRecord()
  return {
    record: plan.fact ? recordOfFact(record, plan.fact, ownFile) : record,
    imageRoots: ownFile === undefined ? imageRoots : { ...imageRoots, [ownRoot]: dirname(ownFile) },
    ...(memory ? { memory: sourceOf(study, memory) } : {}),
    ...(editor ? { editorFile: editor.file } : {}),
  }
}
