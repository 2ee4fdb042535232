// Which weights an edit may change: a part of the model by its role, and its last layers or one of them; never by literal names.
import type { Model, Scope, WeightInfo } from '../models/model.ts'

export interface Part {
  readonly module: 'text' | 'vision'
  /** A role of the architecture; it covers the finer roles below it ('vit' covers 'vit-ffn'). */
  readonly role: string
  /** Only the last so many layers of the part; 0 = all of it. Weights without a layer number always belong to it. */
  readonly lastLayers: number
  /** This layer alone, from 0, instead of the last ones. Weights without a layer number then do not belong to it. */
  readonly onlyLayer?: number | undefined
}

type OfModel = Pick<Model, 'info' | 'weights'>

/** The parts that a scope asks for. */
export function partsOf(scope: Scope, text: Omit<Part, 'module'>, vision: Omit<Part, 'module'>): Part[] {
  return [
    ...(scope === 'vision' ? [] : [{ module: 'text' as const, ...text }]),
    ...(scope === 'text' ? [] : [{ module: 'vision' as const, ...vision }]),
  ]
}

/** The weights of a role and of the finer ones below it. */
const ofRole = ({ weights }: Pick<Model, 'weights'>, { module, role }: Pick<Part, 'module' | 'role'>): WeightInfo[] =>
  weights.filter(weight => weight.module === module && (weight.role === role || weight.role.startsWith(`${role}-`)))

/** Layer numbers of a part, ascending; none where its weights belong to no layer. */
export const layersOf = (model: Pick<Model, 'weights'>, part: Pick<Part, 'module' | 'role'>): number[] =>
  [...new Set(ofRole(model, part).flatMap(weight => weight.layer ?? []))].sort((a, b) => a - b)

/** The weights of the parts in checkpoint order. Throws a sentence listing the model's roles, or a role's layers, when a part has none. */
export function chooseWeights(model: OfModel, parts: readonly Part[]): WeightInfo[] {
  const chosen = new Set<WeightInfo>()
  for (const part of parts) {
    const weights = ofRole(model, part)
    if (weights.length === 0)
      throw new Error(`Model '${model.info.name}' has no weights of role '${part.role}' in its ${part.module} module. It has ${rolesOf(model, part.module).join(', ') || 'none at all'}.`)
    const missing = missingLayer(model, part)
    if (missing !== undefined)
      throw new Error(missing)
    const layers = layersOf(model, part).reverse()
    const kept = new Set(part.onlyLayer !== undefined ? [part.onlyLayer] : part.lastLayers === 0 ? layers : layers.slice(0, part.lastLayers))
    for (const weight of weights) {
      if (weight.layer === undefined ? part.onlyLayer === undefined : kept.has(weight.layer))
        chosen.add(weight)
    }
  }
  return model.weights.filter(weight => chosen.has(weight))
}

/** Why a part has no such layer, as a sentence; undefined: it has it, or asks for none. */
export function missingLayer(model: OfModel, part: Part): string | undefined {
  const layers = layersOf(model, part)
  if (part.onlyLayer === undefined || layers.includes(part.onlyLayer))
    return undefined
  return layers.length === 0
    ? `The weights of role '${part.role}' of model '${model.info.name}' belong to no layer, so there is no layer ${part.onlyLayer} to choose. Leave the layer out.`
    : `Role '${part.role}' of model '${model.info.name}' has no layer ${part.onlyLayer}: its layers are ${layers[0]} to ${layers.at(-1)}.`
}

/** Roles of the weights that may change, as the model names them. */
export function rolesOf(model: Pick<Model, 'weights'>, module: 'text' | 'vision'): string[] {
  return [...new Set(model.weights.filter(weight => weight.module === module).map(({ role }) => role))]
}
