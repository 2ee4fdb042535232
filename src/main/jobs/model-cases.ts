// Models of the study: pointers to checkpoint folders, looked at without an engine; a check starts one.
import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { ModelId } from '../../preload/contract/identifiers.ts'
import type { Model, ModelCheck, ProviderChoice } from '../../preload/contract/models.ts'
import { architectureOf } from '../models/architectures/index.ts'
import { openCheckpoint } from '../models/checkpoint.ts'
import { addModel, getModel, listModels, removeModel } from '../workspace/models.ts'
import { slug } from '../workspace/names.ts'
import type { Study } from '../workspace/open-workspace.ts'
import type { Lab } from './lab.ts'

export interface ModelCases {
  readonly list: () => Promise<Model[]>
  readonly open: (path: string, name: string | undefined) => Promise<Model>
  readonly check: (path: string, provider: ProviderChoice, signal?: AbortSignal) => Promise<ModelCheck>
  readonly remove: (id: ModelId) => Promise<boolean>
}

/** A checkpoint folder as a model, read from its headers. Throws a sentence if it is none. */
export async function describeCheckpoint(path: string, name?: string): Promise<Omit<Model, 'id'>> {
  const checkpoint = await openCheckpoint(path)
  const { folder, name: folderName, parameterCount, sizeBytes, dtype, fingerprint } = checkpoint
  return { name: name?.trim() || folderName, path: folder, architecture: architectureOf(checkpoint).id, parameterCount, sizeBytes, dtype, fingerprint }
}

/** The model of this id; or, if there is none, the one in this folder (which the study need not know). */
export async function findModel(study: Study, idOrPath: string): Promise<Model> {
  const { models } = await listModels(study)
  const known = models.find(model => model.id === idOrPath) ?? models.find(model => model.path === resolve(idOrPath))
  if (known)
    return known
  const isFolder = (await stat(idOrPath).catch(() => undefined))?.isDirectory() ?? false
  // A plain word that is no folder was meant as an id: the sentence lists the known ones.
  if (!isFolder && ModelId.safeParse(idOrPath).success)
    return getModel(study, idOrPath)
  const described = await describeCheckpoint(idOrPath)
  return { ...described, id: ModelId.parse(slug(described.name, 'model')) }
}

export interface ModelCaseOptions {
  readonly study: Study
  readonly lab: Pick<Lab, 'check'>
  readonly checkWritable: () => void
  /** Hears about folders that cannot be read. */
  readonly warn: (sentence: string) => void
  readonly onChange: (id: ModelId) => void
}

export function createModelCases({ study, lab, checkWritable, warn, onChange }: ModelCaseOptions): ModelCases {
  return {
    async list() {
      const { models, broken } = await listModels(study)
      broken.forEach(({ reason }) => warn(reason))
      return models
    },
    async open(path, name) {
      checkWritable()
      const model = await addModel(study, await describeCheckpoint(path, name))
      onChange(model.id)
      return model
    },
    async check(path, provider, signal) {
      const model = await findModel(study, path)
      return { model, ...await lab.check(path, provider, signal) }
    },
    async remove(id) {
      checkWritable()
      const removed = await removeModel(study, id)
      onChange(id)
      return removed
    },
  }
}
