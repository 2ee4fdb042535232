// The matrices that trained editors change (spec §3.4): feed-forward ones of the last layers, and the projection.
import type { Model, Scope, WeightInfo } from '../models/model.ts'

export interface MatrixChoice {
  readonly textLayers: number
  readonly visionLayers: number
  readonly projection: boolean
}

/** The matrices of the scope's modules, text first, each in checkpoint order; of a module that has none, nothing. */
export function editedMatrices({ weights }: Pick<Model, 'weights'>, scope: Scope, { textLayers, visionLayers, projection }: MatrixChoice): WeightInfo[] {
  const matrices = weights.filter(({ shape, name }) => shape.length === 2 && name.endsWith('.weight'))
  return [
    ...(scope === 'vision' ? [] : ofLastLayers(matrices.filter(({ role }) => role === 'language-ffn'), textLayers)),
    ...(scope === 'text' ? [] : ofLastLayers(matrices.filter(({ role, name }) => role.startsWith('q-former') && name.endsWith('output_query.dense.weight')), visionLayers)),
    ...(scope === 'text' || !projection ? [] : matrices.filter(({ role }) => role === 'projection')),
  ]
}

/** A sentence when the scope asks for a module without such matrices, otherwise true. */
export function hasMatrices(model: Pick<Model, 'info' | 'weights'>, scope: Scope, choice: MatrixChoice, method: string): true | string {
  for (const module of scope === 'both' ? ['text', 'vision'] as const : [scope]) {
    if (editedMatrices(model, module, choice).length === 0)
      return `Model '${model.info.name}' has no matrices in its ${module} module that ${method} edits with these settings (${module === 'text' ? 'feed-forward matrices of the last layers' : 'output_query of the Q-Former, the projection'}), so it cannot have the scope '${scope}'.`
  }
  return true
}

function ofLastLayers(matrices: readonly WeightInfo[], count: number): WeightInfo[] {
  const kept = new Set([...new Set(matrices.flatMap(({ layer }) => layer ?? []))].sort((a, b) => b - a).slice(0, count))
  return matrices.filter(({ layer }) => layer !== undefined && kept.has(layer))
}
