// What the Lab sends with a record: its pictures' folders, the records a method may learn from, the trained editor it starts from.
import type { LabPlan } from '../../preload/contract/lab.ts'
import type { EditRecord } from '../../preload/contract/records.ts'
import { methods } from '../methods/index.ts'
import { getDataset } from '../workspace/datasets.ts'
import type { Study } from '../workspace/open-workspace.ts'
import { chooseEditor } from './editor-cases.ts'
import type { LabRecord } from './lab.ts'
import { findModel } from './model-cases.ts'
import { commandFor, memoryOf, sourceOf } from './resolve-plan.ts'

/** Throws a sentence for what is not there. */
export async function labRecord(study: Study, plan: LabPlan, readRecord: () => Promise<EditRecord>): Promise<LabRecord> {
  const method = methods.get(plan.method.id)
  const { id, imageRoots } = await getDataset(study, plan.dataset)
  const model = await findModel(study, plan.model)
  const editor = await chooseEditor(study, { method, scope: plan.scope, model, editor: plan.editor, command: await commandFor(study, method, plan) })
  const memory = await memoryOf(study, id, undefined)
  return { record: await readRecord(), imageRoots, ...(memory ? { memory: sourceOf(study, memory) } : {}), ...(editor ? { editorFile: editor.file } : {}) }
}
