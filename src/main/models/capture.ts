/** What enters the product with a language weight, for methods that look at activations (GRACE, WISE, retrieval). */

import { floatsOf, int64 } from '../onnx/tensor-value.ts'
import { productsOf } from '../tensor/products.ts'
import { emptyPast } from './answer.ts'
import type { BuiltStage } from './architectures/architecture.ts'
import { embed, encodeQuestion, frameOf, joinRows, lookAt } from './ask.ts'
import type { Parts } from './ask.ts'
import type { Captured, CaptureOptions, Question, WeightOverlay } from './model.ts'
import { derivedStage, languageStageOf } from './replace.ts'
import type { Keyed } from './stage-runner.ts'

const capturing = new WeakMap<BuiltStage, Map<string, BuiltStage>>()

function capturingStage(stage: BuiltStage, weight: string): BuiltStage {
  const byWeight = capturing.get(stage) ?? new Map<string, BuiltStage>()
  capturing.set(stage, byWeight)
  const known = byWeight.get(weight)
  if (known)
    return known
  const [product] = productsOf(Object.values(stage.outputs), weight)
  const built = derivedStage(stage, `into ${weight}`, { captured: product!.inputs[0]! })
  byWeight.set(weight, built)
  return built
}

/** Rows of the product's input, [positions of question and answer, width]; kept per question like every unedited value, unless told not to. */
export async function capture(parts: Parts, overlay: WeightOverlay, question: Question, expected: string, weight: string, { keep = true }: CaptureOptions = {}): Promise<Captured> {
  const { language, runner, layout, runtime } = parts
  const stage = languageStageOf(parts, weight)
  const asked = encodeQuestion(parts, question, expected)
  // A value without a key is not kept, nor is what is computed from it.
  const embeddings: Keyed = keep ? await embed(parts, asked.ids, overlay) : (await runner.run(parts.embed, { ids: { value: int64(asked.ids) } }, overlay)).embeddings!
  const sequence = question.image === undefined ? embeddings : joinRows((await lookAt(parts, question.image, overlay)).features!, embeddings)
  const start = { ...emptyPast(parts), ...frameOf(layout, asked.slots + asked.ids.length), sequence }
  const values = await runner.runAll([...language.slice(0, language.indexOf(stage)), capturingStage(stage, weight)], start, overlay)
  runtime.meter.forward++
  const { value } = values.captured!
  const [rows, width] = value.shape as [number, number]
  return { values: floatsOf(value), rows, width, promptEnd: asked.first - 1 }
}
