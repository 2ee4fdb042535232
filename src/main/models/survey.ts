// What can be said of a checkpoint without opening a session: its facts and the weights an edit may change, from config and tensor headers.
import type { Architecture, Layout } from './architectures/architecture.ts'
import { buildStage } from './architectures/architecture.ts'
import { architectureOf } from './architectures/index.ts'
import { openCheckpoint, readOptionalJson } from './checkpoint.ts'
import type { Checkpoint } from './checkpoint.ts'
import type { Model, ModelInfo, WeightInfo } from './model.ts'
import { createWeights } from './weights.ts'
import type { WeightStore } from './weights.ts'

/** What methods look at to say whether they support a model. */
export type Survey = Pick<Model, 'info' | 'weights'>

export const infoOf = (checkpoint: Checkpoint, architecture: Architecture, layout: Layout): ModelInfo => ({
  name: checkpoint.name,
  architecture: architecture.id,
  parameterCount: checkpoint.parameterCount,
  sizeBytes: checkpoint.sizeBytes,
  dtype: checkpoint.dtype,
  vocabulary: layout.vocabulary,
  textLayers: layout.textLayers,
  maxPositions: layout.maxPositions,
  roles: architecture.roles,
})

/** The weights with a role, in the order the graph asks for them. */
export function editableWeights({ used }: Pick<WeightStore, 'used'>, architecture: Architecture): WeightInfo[] {
  return [...used].flatMap(([name, leaf]) => {
    const role = architecture.roleOf(name)
    return role ? [{ name, shape: leaf.shape.map(Number), ...role }] : []
  })
}

/** Reads config and headers and builds the graph, which asks for every weight; nothing is computed. Throws CheckpointError. */
export async function surveyModel(folder: string): Promise<Survey> {
  const checkpoint = await openCheckpoint(folder)
  const architecture = architectureOf(checkpoint)
  const { layout, assemble } = architecture.open(checkpoint, await readOptionalJson(checkpoint, 'generation_config.json'))
  const weights = createWeights(checkpoint, architecture.id, architecture.nameRules)
  const { vision, embed, language } = assemble(weights, { width: layout.imageSize, height: layout.imageSize })
  for (const stage of [...vision, embed, ...language])
    buildStage(stage)
  return { info: infoOf(checkpoint, architecture, layout), weights: editableWeights(weights, architecture) }
}
