/**
 * Runs a model's stages. A stage without edited weights runs in the session every edit shares, and its results are
 * kept by what went in; a stage with edited weights is cut by tensor/partition, its unchanging part kept likewise.
 * This is the only way a model computes, so no caller can forget the cut.
 */

import { sha256 } from '../base/hash.ts'
import type { Runtime } from '../onnx/runtime.ts'
import { float32 } from '../onnx/tensor-value.ts'
import type { TensorValue } from '../onnx/tensor-value.ts'
import { leavesOf, nameOf } from '../tensor/expr.ts'
import { partition } from '../tensor/partition.ts'
import type { ActivationCache, TensorValues } from './activation-cache.ts'
import type { BuiltStage, Exprs } from './architectures/architecture.ts'
import type { WeightOverlay } from './model.ts'

/** A value, and a key that names everything it was computed from; without a key it is not kept. */
export interface Keyed {
  readonly value: TensorValue
  readonly key?: string | undefined
}

export type Values = Readonly<Record<string, Keyed>>

/** Frozen weights that are fed from one array to every session that needs them, instead of being mapped by each. */
export interface SharedWeights {
  readonly names: ReadonlySet<string>
  readonly read: (name: string) => Promise<TensorValue>
}

export interface StageRunner {
  /** The stage's outputs, given the values it reads. Values it does not read are ignored. */
  readonly run: (stage: BuiltStage, values: Values, overlay: WeightOverlay) => Promise<Values>
  /** One stage after the other; returns all values, the given ones included. */
  readonly runAll: (stages: readonly BuiltStage[], values: Values, overlay: WeightOverlay) => Promise<Values>
}

interface Cut {
  readonly prefix: Exprs
  readonly suffix: Exprs
  readonly edited: ReadonlySet<string>
  /** Distinguishes this cut's kept values from those of other cuts of the stage. */
  readonly id: string
}

export function createStageRunner(runtime: Runtime, cache: ActivationCache, shared: SharedWeights): StageRunner {
  const cuts = new WeakMap<BuiltStage, Map<string, Cut>>()

  function cutOf(stage: BuiltStage, edited: readonly string[]): Cut {
    const byNames = cuts.get(stage) ?? new Map<string, Cut>()
    cuts.set(stage, byNames)
    const id = edited.join('\n')
    const known = byNames.get(id)
    if (known)
      return known
    const names = new Set(edited)
    const cut = { ...partition(stage.outputs, leaf => names.has(nameOf(leaf) ?? '')), edited: names, id }
    byNames.set(id, cut)
    return cut
  }

  /** Runs a graph of a stage: values, edited weights, and shared ones that are not edited. */
  async function compute(graph: Exprs, stage: BuiltStage, feeds: Record<string, TensorValue>, edited: ReadonlySet<string> = new Set()): Promise<TensorValues> {
    const names = [...stage.weights].filter(name => shared.names.has(name) && !edited.has(name))
    if (names.length === 0)
      return runtime.run(graph, feeds, edited)
    const tables = await Promise.all(names.map(async (name): Promise<[string, TensorValue]> => [name, await shared.read(name)]))
    return runtime.run(graph, { ...feeds, ...Object.fromEntries(tables) }, new Set([...edited, ...names]))
  }

  /** Runs or recalls a graph whose values depend on its inputs only. */
  async function recall(id: string, stage: BuiltStage, graph: Exprs, inputs: readonly string[], values: Values): Promise<{ values: TensorValues, key: string | undefined }> {
    const keys = inputs.map(name => values[name]?.key)
    const key = keys.every(k => k !== undefined) ? sha256(`${id}\n${keys.join('\n')}`).slice(0, 32) : undefined
    const known = key === undefined ? undefined : cache.get(key)
    const computed = known ?? await compute(graph, stage, feedsOf(values))
    if (key !== undefined && !known)
      cache.set(key, computed)
    return { values: computed, key }
  }

  async function runEdited(stage: BuiltStage, values: Values, overlay: WeightOverlay, edited: readonly string[]): Promise<Values> {
    const cut = cutOf(stage, edited)
    const before = Object.keys(cut.prefix).length === 0
      ? {}
      : (await recall(`${stage.id} before ${cut.id}`, stage, cut.prefix, inputsOf(cut.prefix), values)).values
    const weights = Object.fromEntries(edited.map((name): [string, TensorValue] => [name, float32(overlay.get(name)!, shapeOf(stage, name))]))
    const outputs = await compute(cut.suffix, stage, { ...feedsOf(values), ...before, ...weights }, cut.edited)
    return Object.fromEntries(Object.entries(outputs).map(([name, value]) => [name, { value }]))
  }

  async function run(stage: BuiltStage, values: Values, overlay: WeightOverlay): Promise<Values> {
    const edited = [...stage.weights].filter(name => overlay.has(name))
    if (edited.length > 0)
      return runEdited(stage, values, overlay, edited)
    const { values: outputs, key } = await recall(stage.id, stage, stage.outputs, Object.keys(stage.reads), values)
    return Object.fromEntries(Object.entries(outputs).map(([name, value]) => [name, { value, key: key && `${key} ${name}` }]))
  }

  return {
    run,
    async runAll(stages, values, overlay) {
      let all = values
      for (const stage of stages)
        all = { ...all, ...await run(stage, all, overlay) }
      return all
    },
  }
}

export const feedsOf = (values: Values): Record<string, TensorValue> =>
  Object.fromEntries(Object.entries(values).map(([name, { value }]) => [name, value]))

const inputNames = new WeakMap<Exprs, string[]>()
function inputsOf(graph: Exprs): string[] {
  let names = inputNames.get(graph)
  if (!names)
    inputNames.set(graph, names = [...leavesOf(Object.values(graph))].filter(([, x]) => x.leaf?.kind === 'input').map(([name]) => name))
  return names
}

const shapeOf = (stage: BuiltStage, name: string): readonly number[] =>
  leavesOf(Object.values(stage.outputs)).get(name)!.shape.map(Number)
