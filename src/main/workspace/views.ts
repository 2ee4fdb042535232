// Saved views of a study, one file each: views/<id>.json.
import { View } from '../../preload/contract/views.ts'
import { now } from '../base/log.ts'
import type { Broken } from './datasets.ts'
import { newId, readNamed, removeNamed, writeNamed } from './named-files.ts'
import type { Study } from './open-workspace.ts'

const Stored = View.omit({ id: true })

export async function listViews(study: Study): Promise<{ views: View[], broken: Broken[] }> {
  const { items, broken } = await readNamed(study.layout.views, Stored)
  return { views: items, broken }
}

/** A view of the same screen and name is replaced and keeps its id. */
export async function writeView(study: Study, view: Omit<View, 'id' | 'createdAt'>): Promise<View> {
  const { views } = await listViews(study)
  const before = views.find(({ screen, name }) => screen === view.screen && name === view.name)
  const saved: View = {
    id: before?.id ?? await newId(study.layout.views, `${view.screen} ${view.name}`, 'view'),
    ...view,
    createdAt: before?.createdAt ?? new Date(now()).toISOString(),
  }
  const { id, ...stored } = saved
  await writeNamed(study.layout.views, id, stored)
  return saved
}

/** False = there was none. */
export function removeView(study: Study, id: string): Promise<boolean> {
  return removeNamed(study.layout.views, id)
}
