// Models of a study: pointer files; the weights stay where they are.
import { rm } from 'node:fs/promises'
import { basename, extname } from 'node:path'
import { ModelId } from '../../preload/contract/identifiers.ts'
import { Model } from '../../preload/contract/models.ts'
import { namesIn, readEach } from './datasets.ts'
import type { Broken } from './datasets.ts'
import { readJsonFile, writeJsonFile } from './json-file.ts'
import { firstFree, slug } from './names.ts'
import type { Study } from './open-workspace.ts'

const idsIn = async (study: Study): Promise<string[]> =>
  (await namesIn(study.layout.models)).filter(name => extname(name) === '.json').map(name => basename(name, '.json'))

export async function getModel(study: Study, id: string): Promise<Model> {
  const ids = await idsIn(study)
  const parsed = ModelId.safeParse(id)
  if (!parsed.success || !ids.includes(id))
    throw new Error(`The study has no model '${id}'. Known: ${ids.join(', ') || 'none yet; open a checkpoint folder'}.`)
  return { ...await readJsonFile(study.layout.model(parsed.data), Model), id: parsed.data }
}

export async function listModels(study: Study): Promise<{ models: Model[], broken: Broken[] }> {
  const { items, broken } = await readEach(await idsIn(study), async id => getModel(study, id))
  return { models: items, broken }
}

/** Writes the pointer. Without an id it gets one from its name; a model of the same folder keeps its id. */
export async function addModel(study: Study, model: Omit<Model, 'id'> & { readonly id?: ModelId }): Promise<Model> {
  const { models } = await listModels(study)
  const same = models.find(other => other.path === model.path)
  const id = model.id ?? same?.id ?? ModelId.parse(firstFree(slug(model.name, 'model'), new Set(await idsIn(study))))
  const whole: Model = { ...model, id }
  await writeJsonFile(study.layout.model(id), whole)
  return whole
}

/** Forgets the pointer; the checkpoint stays. False = there was none. */
export async function removeModel(study: Study, id: ModelId): Promise<boolean> {
  const had = (await idsIn(study)).includes(id)
  await rm(study.layout.model(id), { force: true })
  return had
}
