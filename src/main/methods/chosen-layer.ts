// "This layer alone": the setting `onlyLayer` by which a method edits one layer, and the layers that a sweep goes through.
import { z } from 'zod'
import type { RunPlan } from '../../preload/contract/runs.ts'
import type { Model, Scope } from '../models/model.ts'
import { layersOf } from './choose-weights.ts'
import type { Part } from './choose-weights.ts'
import type { Layers, Method } from './method.ts'

/** The setting's type; left out: the method's own choice, so plans from before it mean what they meant. */
export const chosenLayer = z.int().min(0).max(1000).optional()

/** The layer that a plan edits alone, from 0; undefined: it does not choose one. */
export function layerOf({ method }: Pick<RunPlan, 'method'>): number | undefined {
  const { onlyLayer } = method.config
  return typeof onlyLayer === 'number' ? onlyLayer : undefined
}

/** The same settings for one layer. */
export const withLayer = (config: Readonly<Record<string, unknown>>, layer: number): Record<string, unknown> => ({ ...config, onlyLayer: layer })

/** The layers that a method can edit one at a time with these settings, or a sentence why it cannot. */
export function layersFor(method: Method, model: Pick<Model, 'info' | 'weights'>, scope: Scope, config: unknown): Layers | string {
  if (method.layers)
    return method.layers(model, scope, config)
  const instead = 'Sweep the layers with fine-tune, fine-tune-l, lora, grace or wise.'
  return method.training
    ? `Method '${method.id}' is trained for the weights it edits, so no other layer can be chosen for an edit. ${instead}`
    : `Method '${method.id}' does not edit one layer of the model at a time. ${instead}`
}

/** The layers of the one part that weights are chosen from. */
export function layersBeside(model: Pick<Model, 'info' | 'weights'>, scope: Scope, [part, other]: readonly Part[]): Layers | string {
  if (!part || other)
    return `Language model and vision module count their layers separately, so one layer cannot be chosen for scope '${scope}'. Choose 'text' or 'vision'.`
  const layers = layersOf(model, part)
  if (layers.length === 0)
    return `The weights of role '${part.role}' of model '${model.info.name}' belong to no layer. Choose a role with layers.`
  return { part: model.info.roles.find(({ role }) => role === part.role)?.label ?? part.role, layers }
}
