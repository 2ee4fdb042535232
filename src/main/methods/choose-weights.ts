// Which weights an edit may change: a part of the model by its role, and its last layers; never by literal names.
import type { Model, Scope, WeightInfo } from '../models/model.ts'

export interface Part {
  readonly module: 'text' | 'vision'
  /** A role of the architecture; it covers the finer roles below it ('vit' covers 'vit-ffn'). */
  readonly role: string
  /** Only the last so many layers of the part; 0 = all of it. Weights without a layer number always belong to it. */
  readonly lastLayers: number
}

/** The parts that a scope asks for. */
export function partsOf(scope: Scope, text: Omit<Part, 'module'>, vision: Omit<Part, 'module'>): Part[] {
  return [
    ...(scope === 'vision' ? [] : [{ module: 'text' as const, ...text }]),
    ...(scope === 'text' ? [] : [{ module: 'vision' as const, ...vision }]),
  ]
}

/** The weights of the parts in checkpoint order. Throws a sentence listing the model's roles when a part has none. */
export function chooseWeights(model: Pick<Model, 'info' | 'weights'>, parts: readonly Part[]): WeightInfo[] {
  const chosen = new Set<WeightInfo>()
  for (const part of parts) {
    const ofRole = model.weights.filter(weight => weight.module === part.module && (weight.role === part.role || weight.role.startsWith(`${part.role}-`)))
    if (ofRole.length === 0)
      throw new Error(`Model '${model.info.name}' has no weights of role '${part.role}' in its ${part.module} module. It has ${rolesOf(model, part.module).join(', ') || 'none at all'}.`)
    const layers = [...new Set(ofRole.flatMap(weight => weight.layer ?? []))].sort((a, b) => b - a)
    const kept = new Set(part.lastLayers === 0 ? layers : layers.slice(0, part.lastLayers))
    for (const weight of ofRole) {
      if (weight.layer === undefined || kept.has(weight.layer))
        chosen.add(weight)
    }
  }
  return model.weights.filter(weight => chosen.has(weight))
}

/** Roles of the weights that may change, as the model names them. */
export function rolesOf(model: Pick<Model, 'weights'>, module: 'text' | 'vision'): string[] {
  return [...new Set(model.weights.filter(weight => weight.module === module).map(({ role }) => role))]
}
