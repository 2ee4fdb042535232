/** A language stage with one product's output replaced at the last prompt position, as a codebook of activations needs it (GRACE). */

import { float32 } from '../onnx/tensor-value.ts'
import { input, nameOf, substitute, topological } from '../tensor/expr.ts'
import { greater, where } from '../tensor/ops/elementwise.ts'
import { productsOf } from '../tensor/products.ts'
import type { BuiltStage, Exprs } from './architectures/architecture.ts'
import type { Parts } from './ask.ts'
import type { Replacement } from './model.ts'
import type { Values } from './stage-runner.ts'

/** The language stage that holds the weight. Throws a sentence if none does. */
export function languageStageOf({ language, name }: Pick<Parts, 'language' | 'name'>, weight: string): BuiltStage {
  const stage = language.find(({ outputs, weights }) => weights.has(weight) && productsOf(Object.values(outputs), weight).length > 0)
  if (!stage)
    throw new Error(`Model '${name}' has no matrix '${weight}' in its language model that something is multiplied with. Choose weights by role.`)
  return stage
}

/** The stage with other outputs over the same inputs. */
export function derivedStage(stage: BuiltStage, id: string, outputs: Exprs, reads: BuiltStage['reads'] = stage.reads): BuiltStage {
  const weights = new Set(topological(Object.values(outputs)).filter(x => x.leaf?.kind === 'weight').map(x => nameOf(x)!))
  return { id: `${stage.id} ${id}`, reads, build: stage.build, outputs, weights, places: [] }
}

const replaced = new WeakMap<BuiltStage, Map<string, BuiltStage>>()

/** The stage y = x·Wᵀ + b → where(marked, value, y); `marked` [tokens, 1] and `replacement` [1, width] are read. */
function replacing(stage: BuiltStage, weight: string): BuiltStage {
  const byWeight = replaced.get(stage) ?? new Map<string, BuiltStage>()
  replaced.set(stage, byWeight)
  const known = byWeight.get(weight)
  if (known)
    return known
  const [product] = productsOf(Object.values(stage.outputs), weight)
  const [tokens, width] = product!.shape
  const signatures = { marked: { dtype: 'float32' as const, shape: [tokens!, 1] }, replacement: { dtype: 'float32' as const, shape: [1, width!] } }
  const [marked, value] = Object.entries(signatures).map(([name, { dtype, shape }]) => input(name, dtype, shape)) as [BuiltStage['outputs'][string], BuiltStage['outputs'][string]]
  const names = Object.keys(stage.outputs)
  const outputs = substitute(Object.values(stage.outputs), new Map([[product!, where(greater(marked, 0), value, product!)]]))
  const built = derivedStage(stage, `replacing ${weight}`, Object.fromEntries(names.map((name, i) => [name, outputs[i]!])), { ...stage.reads, ...signatures })
  byWeight.set(weight, built)
  return built
}

/** The parts of a model that answers with the replacement. Throws a sentence when the weight or the width does not fit. */
export function withReplacement(parts: Parts, { weight, value }: Replacement): Parts {
  const stage = languageStageOf(parts, weight)
  const width = Number(productsOf(Object.values(stage.outputs), weight)[0]!.shape[1])
  if (value.length !== width)
    throw new Error(`The product with weight '${weight}' of model '${parts.name}' has ${width} values a position; the replacement brings ${value.length}.`)
  return { ...parts, language: parts.language.map(s => s === stage ? replacing(stage, weight) : s), replacement: value }
}

/** What a stage with a replacement reads beside its values. Without a key, because the replacement is the edit. */
export function replacedAt({ replacement }: Parts, tokens: number, promptEnd: number | undefined): Values {
  if (!replacement)
    return {}
  const marked = new Float32Array(tokens)
  if (promptEnd !== undefined)
    marked[promptEnd] = 1
  return { marked: { value: float32(marked, [tokens, 1]) }, replacement: { value: float32(replacement, [1, replacement.length]) } }
}
