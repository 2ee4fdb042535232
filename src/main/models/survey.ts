// What can be said of a checkpoint without opening a session: its facts and the weights an edit may change, from config and tensor headers.
import { leavesOf } from '../tensor/expr.ts'
import type { Architecture, BuiltStage, Layout, TracedPart } from './architectures/architecture.ts'
import { buildStage } from './architectures/architecture.ts'
import { architectureOf } from './architectures/index.ts'
import { openCheckpoint, readOptionalJson } from './checkpoint.ts'
import type { Checkpoint } from './checkpoint.ts'
import type { Model, ModelInfo, WeightInfo } from './model.ts'
import { createWeights } from './weights.ts'
import type { WeightStore } from './weights.ts'

/** A part's layers, and which of them holds a weight; a weight in front of them is counted to the first, one behind them to none. */
export interface SurveyedPart {
  readonly part: TracedPart
  readonly label: string
  readonly layers: number
  readonly layerOf: ReadonlyMap<string, number>
}

/** What methods look at to say whether they support a model; `parts` from the picture to the answer. */
export interface Survey extends Pick<Model, 'info' | 'weights'> {
  readonly parts: readonly SurveyedPart[]
}

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
  const stages = [...vision, embed, ...language].map(buildStage)
  return { info: infoOf(checkpoint, architecture, layout), weights: editableWeights(weights, architecture), parts: partsOf(stages, architecture) }
}

/** Parts by the layers that the stages mark; a weight belongs to the first layer that needs it. */
function partsOf(stages: readonly BuiltStage[], architecture: Architecture): SurveyedPart[] {
  const places = stages.flatMap(stage => stage.places)
  const seen = new Set<string>()
  const layerOf = { vision: new Map<string, number>(), bridge: new Map<string, number>(), language: new Map<string, number>() }
  for (const { place, x } of places) {
    for (const name of place.kind === 'layer' ? leavesOf([x]).keys() : []) {
      if (place.kind === 'layer' && !seen.has(name))
        layerOf[place.part].set(name, place.layer)
      seen.add(name)
    }
  }
  return (['vision', 'bridge', 'language'] as const).flatMap((part) => {
    const layers = places.filter(({ place }) => place.kind === 'layer' && place.part === part).length
    return layers === 0 ? [] : [{ part, label: architecture.parts[part], layers, layerOf: layerOf[part] }]
  })
}
